-- What is compared with is what is_in_force marks: with two a month would be compared twice, with none not at all.
select
    commune_key,
    month,
    count(*) filter (is_in_force) as versions_in_force
from {{ ref('int_report_versions') }}
group by commune_key, month
having count(*) filter (is_in_force) != 1
