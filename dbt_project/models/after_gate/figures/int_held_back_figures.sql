-- What the gate keeps out of the published figures altogether: no version of the month counts.
select
    commune_key,
    month,
    version_key,
    admitted,
    women,
    ethnic_minority
from {{ ref('int_waiting_figures') }}
where is_held_back
