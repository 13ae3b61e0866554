{{ config(tags=['around_gate']) }}

-- Decided by a person first; then, on a day when communes changed, the same name under a successor of the commune.
with decided as (
    select
        predecessors.cell_key as predecessor_cell_key,
        successors.cell_key as successor_cell_key,
        predecessors.commune_key as predecessor_commune_key,
        successors.commune_key as successor_commune_key,
        decisions.succeeded_on,
        decisions.kind
    from {{ ref('stg_cell_successions') }} as decisions
    -- The codes as they were on the eve and on the day itself: never across the day.
    inner join {{ ref('stg_communes') }} as communes_before
        on
            decisions.commune_code_before = communes_before.commune_code
            and decisions.succeeded_on > communes_before.valid_from
            and decisions.succeeded_on <= communes_before.valid_to
    inner join {{ ref('int_cells') }} as predecessors
        on
            communes_before.commune_key = predecessors.commune_key
            and decisions.cell_match_before = predecessors.cell_match
            and predecessors.namesake = 1
    inner join {{ ref('stg_communes') }} as communes_after
        on
            decisions.commune_code_after = communes_after.commune_code
            and decisions.succeeded_on >= communes_after.valid_from
            and decisions.succeeded_on < communes_after.valid_to
    inner join {{ ref('int_cells') }} as successors
        on
            communes_after.commune_key = successors.commune_key
            and decisions.cell_match_after = successors.cell_match
            and successors.namesake = 1
),

same_name as (
    select
        predecessors.cell_key as predecessor_cell_key,
        successors.cell_key as successor_cell_key,
        successions.predecessor_key as predecessor_commune_key,
        successions.successor_key as successor_commune_key,
        successions.succeeded_on,
        dense_rank() over by_name_before as number_before,
        dense_rank() over by_name_after as number_after,
        count(distinct predecessors.cell_key) over by_name as cells_before,
        count(distinct successors.cell_key) over by_name as cells_after,
        count(distinct successions.predecessor_key) over by_name as communes_before
    from {{ ref('int_commune_successions') }} as successions
    inner join {{ ref('int_cells') }} as predecessors
        on successions.predecessor_key = predecessors.commune_key
    inner join {{ ref('int_cells') }} as successors
        on
            successions.successor_key = successors.commune_key
            and predecessors.cell_match = successors.cell_match
            -- A cell that the successor had before is its own, whatever it is called.
            and successions.succeeded_on <= successors.first_month
    where
        predecessors.cell_match != ''
        and not exists (
            select 1
            from decided
            where decided.predecessor_cell_key = predecessors.cell_key
        )
        and not exists (
            select 1
            from decided
            where decided.successor_cell_key = successors.cell_key
        )
    window
        by_name as (
            partition by successions.successor_key, successions.succeeded_on, successors.cell_match
        ),
        by_name_before as (
            partition by successions.successor_key, successions.succeeded_on, successors.cell_match
            order by predecessors.namesake
        ),
        by_name_after as (
            partition by successions.successor_key, successions.succeeded_on, successors.cell_match
            order by successors.namesake
        )
),

every_succession as (
    select * from decided
    union all
    select
        predecessor_cell_key,
        successor_cell_key,
        predecessor_commune_key,
        successor_commune_key,
        succeeded_on,
        'moved' as kind
    from same_name
    -- As many namesakes after as before, from one commune: the first is the first. Otherwise each may be each.
    where communes_before > 1 or cells_before != cells_after or number_before = number_after
)

select
    predecessor_cell_key,
    successor_cell_key,
    predecessor_commune_key,
    successor_commune_key,
    succeeded_on,
    kind,
    cast(1 as double) / count(*) over (partition by predecessor_cell_key) as share
from every_succession
