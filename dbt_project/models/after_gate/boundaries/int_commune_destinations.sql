-- From the last configuration that a commune lived in, one day of change after the other, on and back.
with recursive reported as (
    select distinct commune_key
    from {{ ref('stg_versions') }}
),

changes as (
    select
        boundaries.boundary_number,
        successions.predecessor_key,
        successions.successor_key
    from {{ ref('int_commune_successions') }} as successions
    inner join {{ ref('int_boundaries') }} as boundaries
        on successions.succeeded_on = boundaries.boundary_from
),

-- Whose past a commune carries: those that ended in it, and itself where it was there before.
pasts as (
    select
        boundary_number,
        successor_key,
        predecessor_key
    from changes
    union
    select
        changes.boundary_number,
        changes.successor_key,
        communes.commune_key as predecessor_key
    from changes
    inner join {{ ref('int_boundaries') }} as boundaries
        on changes.boundary_number = boundaries.boundary_number
    inner join {{ ref('stg_communes') }} as communes
        on changes.successor_key = communes.commune_key and boundaries.boundary_from > communes.valid_from
),

homes as (
    select
        communes.commune_key,
        max(boundaries.boundary_number) as boundary_number
    from {{ ref('stg_communes') }} as communes
    inner join reported on communes.commune_key = reported.commune_key
    inner join {{ ref('int_boundaries') }} as boundaries
        on communes.valid_to > boundaries.boundary_from
    group by communes.commune_key
),

ways_on as (
    select
        boundary_number,
        commune_key,
        commune_key as to_commune_key
    from homes
    union
    select
        ways_on.boundary_number + 1 as boundary_number,
        ways_on.commune_key,
        coalesce(changes.successor_key, ways_on.to_commune_key) as to_commune_key
    from ways_on
    inner join {{ ref('int_boundaries') }} as boundaries
        on boundaries.boundary_number = ways_on.boundary_number + 1
    left join changes
        on
            boundaries.boundary_number = changes.boundary_number
            and ways_on.to_commune_key = changes.predecessor_key
),

ways_back as (
    select
        boundary_number,
        commune_key,
        commune_key as to_commune_key
    from homes
    union
    select
        ways_back.boundary_number - 1 as boundary_number,
        ways_back.commune_key,
        coalesce(pasts.predecessor_key, ways_back.to_commune_key) as to_commune_key
    from ways_back
    left join pasts
        on
            ways_back.boundary_number = pasts.boundary_number
            and ways_back.to_commune_key = pasts.successor_key
    where ways_back.boundary_number > 1
),

destinations as (
    select * from ways_on
    union
    select * from ways_back
)

select
    boundary_number,
    commune_key,
    to_commune_key,
    count(*) over (partition by boundary_number, commune_key) = 1 as is_only
from destinations
