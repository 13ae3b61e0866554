-- Of few communes it matters which cell reported what: the others' sums are there.
with figures_of_parcels as (
    select
        sums.commune_key,
        sums.month,
        0 as parcel,
        sums.admitted,
        sums.women,
        sums.ethnic_minority,
        sums.candidates,
        sums.closing as members,
        sums.has_corrected_admissions or sums.has_corrected_candidates or sums.has_corrected_members as is_corrected
    from {{ ref('int_commune_month_sums') }} as sums
    where sums.commune_key not in (select parcels.commune_key from {{ ref('int_cell_parcels') }} as parcels)
    {%- for facts, sums in [
        ('fct_admissions', {'admitted': 'admitted', 'women': 'women', 'ethnic_minority': 'ethnic_minority'}),
        ('fct_candidates', {'candidates': 'candidates'}),
        ('fct_membership', {'members': 'closing'}),
    ] %}
        union all by name
        select
            figures.commune_key,
            figures.month,
            coalesce(parcels.parcel, 0) as parcel,
            {%- for name, figure in sums.items() %}
                sum(figures.{{ figure }}) as {{ name }},
            {%- endfor %}
            bool_or(figures.is_corrected) as is_corrected
        from {{ ref(facts) }} as figures
        left join {{ ref('int_cell_parcels') }} as parcels on figures.cell_key = parcels.cell_key
        where figures.commune_key in (select divided.commune_key from {{ ref('int_cell_parcels') }} as divided)
        group by figures.commune_key, figures.month, coalesce(parcels.parcel, 0)
    {%- endfor %}
),

parcel_months as (
    select
        commune_key,
        month,
        parcel,
        cast(sum(admitted) as decimal(18, 4)) as admitted,
        cast(sum(women) as decimal(18, 4)) as women,
        cast(sum(ethnic_minority) as decimal(18, 4)) as ethnic_minority,
        cast(sum(candidates) as decimal(18, 4)) as candidates,
        cast(sum(members) as decimal(18, 4)) as members,
        bool_or(is_corrected) as is_corrected
    from figures_of_parcels
    group by commune_key, month, parcel
),

-- Which reports lack a figure that is added up here.
lacking as (
    select
        commune_key,
        month,
        lacks_admitted,
        lacks_women,
        lacks_ethnic_minority
    from {{ ref('int_commune_month_sums') }}
    where lacks_admitted or lacks_women or lacks_ethnic_minority
),

undivided as (
    select
        destinations.boundary_number,
        destinations.commune_key,
        destinations.to_commune_key,
        destinations.is_estimate,
        parcel_months.month,
        parcel_months.admitted,
        parcel_months.women,
        parcel_months.ethnic_minority,
        parcel_months.candidates,
        parcel_months.members,
        parcel_months.is_corrected,
        false as is_held_back
    from parcel_months
    inner join {{ ref('int_parcel_destinations') }} as destinations
        on parcel_months.commune_key = destinations.commune_key and parcel_months.parcel = destinations.parcel
    where not destinations.is_divided
),

divided as (
    select
        destinations.boundary_number,
        destinations.commune_key,
        destinations.to_commune_key,
        destinations.is_estimate,
        parcel_months.month,
        {{ part_of('parcel_months.admitted', 'destinations.share', 'destinations.is_main') }} as admitted,
        {{ part_of('parcel_months.women', 'destinations.share', 'destinations.is_main') }} as women,
        {{ part_of('parcel_months.ethnic_minority', 'destinations.share', 'destinations.is_main') }} as ethnic_minority,
        {{ part_of('parcel_months.candidates', 'destinations.share', 'destinations.is_main') }} as candidates,
        {{ part_of('parcel_months.members', 'destinations.share', 'destinations.is_main') }} as members,
        parcel_months.is_corrected,
        false as is_held_back
    from parcel_months
    inner join {{ ref('int_parcel_destinations') }} as destinations
        on parcel_months.commune_key = destinations.commune_key and parcel_months.parcel = destinations.parcel
    where destinations.is_divided
    window parts as (
        partition by destinations.boundary_number, destinations.commune_key, destinations.parcel, parcel_months.month
    )
),

-- Where a held-back month belongs: to wherever its commune goes, since what is held back says nothing of cells. Its
-- figures are missing there, and where nobody else's are, the month is there without figures.
missing as (
    select
        destinations.boundary_number,
        destinations.commune_key,
        destinations.to_commune_key,
        false as is_estimate,
        held_back.month,
        null as admitted,
        null as women,
        null as ethnic_minority,
        null as candidates,
        null as members,
        false as is_corrected,
        true as is_held_back
    from {{ ref('stg_held_back') }} as held_back
    inner join {{ ref('int_commune_destinations') }} as destinations
        on held_back.commune_key = destinations.commune_key
),

placed as (
    select * from undivided
    union all
    select * from divided
    union all
    select * from missing
)

select
    boundaries.boundary_from,
    boundaries.boundary_until,
    placed.to_commune_key as commune_key,
    communes.commune_code,
    communes.commune_name,
    placed.month,
    cast(sum(placed.admitted) as decimal(18, 4)) as admitted,
    cast(sum(placed.women) as decimal(18, 4)) as women,
    cast(sum(placed.ethnic_minority) as decimal(18, 4)) as ethnic_minority,
    cast(sum(placed.candidates) as decimal(18, 4)) as candidates,
    cast(sum(placed.members) as decimal(18, 4)) as members,
    bool_or(placed.is_estimate) as is_estimate,
    count(distinct placed.commune_key) filter (not placed.is_held_back) as reporting_communes,
    count(distinct placed.commune_key) filter (placed.is_held_back) as communes_held_back,
    count(distinct placed.commune_key) filter (placed.is_corrected) as communes_corrected,
    count(distinct placed.commune_key) filter (not placed.is_held_back and lacking.lacks_admitted)
        as communes_lacking_admitted,
    count(distinct placed.commune_key) filter (not placed.is_held_back and lacking.lacks_women)
        as communes_lacking_women,
    count(distinct placed.commune_key) filter (not placed.is_held_back and lacking.lacks_ethnic_minority)
        as communes_lacking_ethnic_minority
from placed
left join lacking on placed.commune_key = lacking.commune_key and placed.month = lacking.month
inner join {{ ref('int_boundaries') }} as boundaries
    on placed.boundary_number = boundaries.boundary_number
inner join {{ ref('stg_communes') }} as communes
    on placed.to_commune_key = communes.commune_key
group by
    boundaries.boundary_from,
    boundaries.boundary_until,
    placed.to_commune_key,
    communes.commune_code,
    communes.commune_name,
    placed.month
