-- Of a cell that is not known to come from another, or to have become one, no more is known than of the others of its
-- commune: all of them go the same ways, which are looked for once.
with followed as (
    select distinct commune_key
    from {{ ref('int_commune_destinations') }}
    where not is_only
),

with_ways_of_their_own as (
    select cell_key
    from {{ ref('int_steps_on') }}
    where to_cell_key is not null
    union
    select cell_key
    from {{ ref('int_steps_back') }}
    where to_cell_key is not null
),

supposed_days as (
    select distinct
        cell_key,
        succeeded_on
    from {{ ref('int_steps_back') }}
    where is_supposed
),

supposed as (
    select
        cell_key,
        string_agg(succeeded_on, ' ' order by succeeded_on) as days
    from supposed_days
    group by cell_key
)

select
    cells.commune_key,
    cells.cell_key,
    min(cells.cell_key) over (
        partition by
            cells.commune_key,
            supposed.days,
            case when cells.cell_key in (select own.cell_key from with_ways_of_their_own as own) then cells.cell_key end
    ) as alike_cell_key
from followed
inner join {{ ref('int_cells') }} as cells on followed.commune_key = cells.commune_key
left join supposed on cells.cell_key = supposed.cell_key
