-- Cells of communes that have more than one destination under some boundaries; the others go by commune. Of cells that
-- are alike it is one.
with recursive cells as (
    select distinct
        commune_key,
        alike_cell_key as cell_key
    from {{ ref('int_cells_alike') }}
),

homes as (
    select
        max(boundaries.boundary_number) as boundary_number,
        communes.commune_key
    from {{ ref('stg_communes') }} as communes
    inner join {{ ref('int_boundaries') }} as boundaries on communes.valid_to > boundaries.boundary_from
    where communes.commune_key in (select cells.commune_key from cells)
    group by communes.commune_key
),

at_home as (
    select
        homes.boundary_number,
        cells.commune_key,
        cells.cell_key,
        cells.commune_key as to_commune_key,
        cells.cell_key as to_cell_key,
        cast(1 as double) as share,
        false as is_estimate
    from homes
    inner join cells on homes.commune_key = cells.commune_key
),

ways_on as (
    select * from at_home
    union all
    select
        ways_on.boundary_number + 1 as boundary_number,
        ways_on.commune_key,
        ways_on.cell_key,
        coalesce(steps.to_commune_key, ways_on.to_commune_key) as to_commune_key,
        case when steps.to_commune_key is null then ways_on.to_cell_key else steps.to_cell_key end as to_cell_key,
        ways_on.share * coalesce(steps.share, 1) as share,
        ways_on.is_estimate or coalesce(steps.is_estimate, false) as is_estimate
    from ways_on
    inner join {{ ref('int_boundaries') }} as boundaries
        on boundaries.boundary_number = ways_on.boundary_number + 1
    left join {{ ref('int_steps_on') }} as steps
        on
            boundaries.boundary_from = steps.succeeded_on
            and ways_on.to_commune_key = steps.commune_key
            and coalesce(ways_on.to_cell_key, '') = coalesce(steps.cell_key, '')
),

ways_back as (
    select * from at_home
    union all
    select
        ways_back.boundary_number - 1 as boundary_number,
        ways_back.commune_key,
        ways_back.cell_key,
        coalesce(steps.to_commune_key, ways_back.to_commune_key) as to_commune_key,
        case when steps.to_commune_key is null then ways_back.to_cell_key else steps.to_cell_key end as to_cell_key,
        ways_back.share * coalesce(steps.share, 1) as share,
        ways_back.is_estimate or coalesce(steps.is_estimate, false) as is_estimate
    from ways_back
    inner join {{ ref('int_boundaries') }} as boundaries
        on ways_back.boundary_number = boundaries.boundary_number
    left join {{ ref('int_steps_back') }} as steps
        on
            boundaries.boundary_from = steps.succeeded_on
            and ways_back.to_commune_key = steps.commune_key
            and coalesce(ways_back.to_cell_key, '') = coalesce(steps.cell_key, '')
    where ways_back.boundary_number > 1
),

ways as (
    select * from ways_on
    union all
    select ways_back.*
    from ways_back
    inner join homes
        on ways_back.commune_key = homes.commune_key and ways_back.boundary_number < homes.boundary_number
)

select
    ways.boundary_number,
    ways.commune_key,
    ways.cell_key,
    ways.to_commune_key,
    sum(ways.share order by ways.share) as share,
    -- Divided on one day and together again on another: nothing was estimated in the end.
    bool_or(ways.is_estimate and not destinations.is_only) as is_estimate
from ways
inner join {{ ref('int_commune_destinations') }} as destinations
    on
        ways.boundary_number = destinations.boundary_number
        and ways.commune_key = destinations.commune_key
        and ways.to_commune_key = destinations.to_commune_key
group by ways.boundary_number, ways.commune_key, ways.cell_key, ways.to_commune_key
