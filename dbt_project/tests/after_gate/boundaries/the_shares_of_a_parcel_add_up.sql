-- Under each boundaries, what a parcel of cells brings is passed on whole and has one main part.
select
    boundary_number,
    commune_key,
    parcel,
    sum(share) as passed_on
from {{ ref('int_parcel_destinations') }}
group by boundary_number, commune_key, parcel
having abs(sum(share) - 1) > 1e-9 or count(*) filter (is_main) != 1
