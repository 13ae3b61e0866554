-- A configuration of the country lasts from one day on which any commune passed into another to the next such day.
with starts as (
    select min(valid_from) as boundary_from from {{ ref('stg_communes') }}
    union
    select succeeded_on as boundary_from from {{ ref('int_commune_successions') }}
)

select
    cast(row_number() over (order by boundary_from) as integer) as boundary_number,
    boundary_from,
    lead(boundary_from, 1, date '9999-12-31') over (order by boundary_from) as boundary_until
from starts
