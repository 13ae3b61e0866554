-- What counts of a report is its newest version with the stewards' values in it; the gate keeps it out all the same.
select
    held_back.commune_key,
    held_back.month,
    versions.version_key,
    versions.admitted,
    versions.women,
    versions.ethnic_minority
from {{ ref('stg_held_back') }} as held_back
left join {{ ref('fct_commune_month_versions') }} as versions
    on held_back.commune_key = versions.commune_key and held_back.month = versions.month
qualify row_number() over (
    partition by held_back.commune_key, held_back.month
    -- `corrected` comes before `sent`.
    order by versions.version desc, versions.variant asc
) = 1
