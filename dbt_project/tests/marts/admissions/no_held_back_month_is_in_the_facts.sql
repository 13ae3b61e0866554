-- The gate: one figure of a month that contradicts itself, and the published sums could not be relied on.
select
    admissions.commune_key,
    admissions.month,
    count(*) as lines_that_should_not_be_here
from {{ ref('fct_admissions') }} as admissions
inner join {{ ref('stg_held_back') }} as held_back
    on admissions.commune_key = held_back.commune_key and admissions.month = held_back.month
group by admissions.commune_key, admissions.month
