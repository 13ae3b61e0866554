-- The row without a cell is for figures whose cell is not known any more.
with successors as (
    select
        predecessor_key,
        successor_key,
        succeeded_on,
        is_main_successor,
        share,
        -- A reference that knows the share of some successors only cannot be used for any.
        count(share) over by_commune = count(*) over by_commune as has_shares,
        count(*) over by_commune > 1 as is_divided
    from {{ ref('int_commune_successions') }}
    window by_commune as (partition by predecessor_key, succeeded_on)
),

ended as (
    select distinct
        predecessor_key,
        succeeded_on
    from successors
),

cells as (
    select
        ended.predecessor_key,
        ended.succeeded_on,
        cells.cell_key
    from ended
    inner join {{ ref('int_cells') }} as cells on ended.predecessor_key = cells.commune_key
),

-- The cell itself, or what became of it within the commune, whichever is next in line and known to have gone on.
followed as (
    select
        cells.predecessor_key,
        cells.succeeded_on,
        cells.cell_key,
        successions.successor_commune_key as to_commune_key,
        successions.successor_cell_key as to_cell_key,
        ancestors.share * successions.share as weight
    from cells
    inner join {{ ref('int_cell_ancestors') }} as ancestors on cells.cell_key = ancestors.ancestor_cell_key
    inner join {{ ref('int_cell_successions') }} as successions
        on
            ancestors.cell_key = successions.predecessor_cell_key
            and cells.succeeded_on = successions.succeeded_on
    inner join successors
        on
            cells.predecessor_key = successors.predecessor_key
            and cells.succeeded_on = successors.succeeded_on
            and successions.successor_commune_key = successors.successor_key
    qualify ancestors.generations = min(ancestors.generations) over (partition by cells.cell_key)
),

gone_to as (
    select
        predecessor_key,
        succeeded_on,
        to_commune_key,
        sum(weight order by weight) as cells
    from followed
    group by predecessor_key, succeeded_on, to_commune_key
),

weights as (
    select
        successors.predecessor_key,
        successors.succeeded_on,
        successors.successor_key,
        successors.is_divided,
        case
            when successors.has_shares then successors.share
            when sum(gone_to.cells) over by_commune > 0 then coalesce(gone_to.cells, 0)
            when successors.is_main_successor then 1
            else 0
        end as weight
    from successors
    left join gone_to
        on
            successors.predecessor_key = gone_to.predecessor_key
            and successors.succeeded_on = gone_to.succeeded_on
            and successors.successor_key = gone_to.to_commune_key
    window by_commune as (partition by successors.predecessor_key, successors.succeeded_on)
),

unknown as (
    select
        predecessor_key,
        succeeded_on,
        null as cell_key
    from ended
    union all
    select
        predecessor_key,
        succeeded_on,
        cell_key
    from cells
    where cell_key not in (select followed.cell_key from followed)
),

-- Sums in order are the same in every build; as windows they take long.
followed_in_all as (
    select
        cell_key,
        succeeded_on,
        sum(weight order by weight) as weight,
        min(to_commune_key) != max(to_commune_key) as is_estimate
    from followed
    group by cell_key, succeeded_on
),

weights_in_all as (
    select
        predecessor_key,
        succeeded_on,
        sum(weight order by weight) as weight
    from weights
    where weight > 0
    group by predecessor_key, succeeded_on
)

select
    followed.succeeded_on,
    followed.predecessor_key as commune_key,
    followed.cell_key,
    followed.to_commune_key,
    followed.to_cell_key,
    followed.weight / followed_in_all.weight as share,
    followed_in_all.is_estimate
from followed
inner join followed_in_all
    on followed.cell_key = followed_in_all.cell_key and followed.succeeded_on = followed_in_all.succeeded_on
union all
select
    unknown.succeeded_on,
    unknown.predecessor_key as commune_key,
    unknown.cell_key,
    weights.successor_key as to_commune_key,
    null as to_cell_key,
    weights.weight / weights_in_all.weight as share,
    weights.is_divided as is_estimate
from unknown
inner join weights
    on unknown.predecessor_key = weights.predecessor_key and unknown.succeeded_on = weights.succeeded_on
inner join weights_in_all
    on weights.predecessor_key = weights_in_all.predecessor_key and weights.succeeded_on = weights_in_all.succeeded_on
where weights.weight > 0
