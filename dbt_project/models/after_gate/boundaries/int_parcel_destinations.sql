with parcels as (
    select
        commune_key,
        parcel,
        min(cell_key) as cell_key
    from {{ ref('int_cell_parcels') }}
    group by commune_key, parcel
),

destinations as (
    select
        boundary_number,
        commune_key,
        0 as parcel,
        to_commune_key,
        cast(1 as double) as share,
        false as is_estimate
    from {{ ref('int_commune_destinations') }}
    where
        commune_key in (select cells.commune_key from {{ ref('int_cells') }} as cells)
        and commune_key not in (select parcels.commune_key from parcels)
    union all
    select
        cell_destinations.boundary_number,
        cell_destinations.commune_key,
        parcels.parcel,
        cell_destinations.to_commune_key,
        cell_destinations.share,
        cell_destinations.is_estimate
    from {{ ref('int_cell_destinations') }} as cell_destinations
    inner join parcels on cell_destinations.cell_key = parcels.cell_key
)

select
    destinations.boundary_number,
    destinations.commune_key,
    destinations.parcel,
    destinations.to_commune_key,
    destinations.share,
    destinations.is_estimate,
    count(*) over by_parcel > 1 as is_divided,
    -- What rounding leaves over goes to the largest part, of equal ones to the lowest code.
    row_number() over (
        partition by destinations.boundary_number, destinations.commune_key, destinations.parcel
        order by round(destinations.share, 9) desc, communes.commune_code asc, communes.commune_key asc
    ) = 1 as is_main
from destinations
inner join {{ ref('stg_communes') }} as communes on destinations.to_commune_key = communes.commune_key
window by_parcel as (
    partition by destinations.boundary_number, destinations.commune_key, destinations.parcel
)
