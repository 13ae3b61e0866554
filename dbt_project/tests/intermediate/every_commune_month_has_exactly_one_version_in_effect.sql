-- The facts take what is_effective marks: with two they would count a month twice, with none they would lose it.
select
    commune_key,
    month,
    count(*) filter (is_effective) as versions_in_effect
from {{ ref('int_report_versions') }}
group by commune_key, month
having count(*) filter (is_effective) != 1
