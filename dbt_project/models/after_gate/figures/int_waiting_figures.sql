-- Versions that wait: the newest of a month, where it is not the one that counts. What counts of it are the stewards'
-- values; the gate keeps it out all the same.
select
    waiting.commune_key,
    waiting.month,
    waiting.version,
    published.submission_id is null as is_held_back,
    figures.version_key,
    figures.admitted,
    figures.women,
    figures.ethnic_minority
from {{ ref('stg_versions') }} as waiting
left join {{ ref('stg_versions') }} as published
    on waiting.commune_key = published.commune_key and waiting.month = published.month and published.is_published
left join {{ ref('fct_commune_month_versions') }} as figures
    on
        waiting.submission_id = figures.submission_id
        and waiting.commune_key = figures.commune_key
        and waiting.month = figures.month
where waiting.is_newest and not waiting.is_published
qualify row_number() over (
    partition by waiting.commune_key, waiting.month
    -- `corrected` comes before `sent`.
    order by figures.variant asc, figures.reign desc
) = 1
