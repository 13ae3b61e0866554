-- The facts take what is_newest marks: with two they would count a month twice, with none they would lose it.
select
    commune_key,
    month,
    count(*) filter (is_newest) as newest_versions
from {{ ref('int_report_versions') }}
group by commune_key, month
having count(*) filter (is_newest) != 1
