select
    submission_id,
    form,
    column_letter,
    header,
    coalesce(may_hold_figures, true) as may_hold_figures
from {{ source('raw', 'column_map') }}
where field is null
