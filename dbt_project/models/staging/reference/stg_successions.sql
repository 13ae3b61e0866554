select
    predecessor_code,
    cast(null as varchar) as predecessor_name,
    successor_code,
    date '2025-07-01' as succeeded_on,
    extent,
    case when extent = 'whole' then 1.0 end as share,
    is_main_successor = 1 as is_main_successor
from {{ ref('commune_succession_2025_07') }}
union all
select
    predecessor_code,
    predecessor_name,
    successor_code,
    succeeded_on,
    extent,
    share,
    is_main_successor = 1 as is_main_successor
from {{ ref('commune_succession_amendments') }}
