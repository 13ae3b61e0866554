-- Cells of one commune that go the same ways under all boundaries make a parcel: they can be summed before they are
-- divided. 0 is for communes that never were divided, whole as they are.
with ways as (
    select
        commune_key,
        cell_key,
        string_agg(
            concat_ws(' ', boundary_number, to_commune_key, share, is_estimate), '|'
            order by boundary_number, to_commune_key
        ) as ways
    from {{ ref('int_cell_destinations') }}
    group by commune_key, cell_key
),

parcels as (
    select
        cell_key,
        cast(dense_rank() over (partition by commune_key order by ways) as integer) as parcel
    from ways
)

select
    cells.commune_key,
    cells.cell_key,
    parcels.parcel
from {{ ref('int_cells_alike') }} as cells
inner join parcels on cells.alike_cell_key = parcels.cell_key
