-- Within one commune: what a cell was before it was renamed, split or merged. Days run strictly backwards, so that
-- a circle in the decisions ends.
with recursive within as (
    select
        successor_cell_key,
        predecessor_cell_key,
        succeeded_on,
        1.0 / count(*) over (partition by successor_cell_key) as share
    from {{ ref('int_cell_successions') }}
    where predecessor_commune_key = successor_commune_key
),

ancestors as (
    select
        cell_key,
        cell_key as ancestor_cell_key,
        0 as generations,
        date '9999-12-31' as succeeded_on,
        cast(1 as double) as share
    from {{ ref('int_cells') }}
    union all
    select
        ancestors.cell_key,
        within.predecessor_cell_key as ancestor_cell_key,
        ancestors.generations + 1 as generations,
        within.succeeded_on,
        ancestors.share * within.share as share
    from ancestors
    inner join within
        on
            ancestors.ancestor_cell_key = within.successor_cell_key
            and ancestors.succeeded_on > within.succeeded_on
)

select
    cell_key,
    ancestor_cell_key,
    generations,
    sum(share order by share) as share
from ancestors
group by cell_key, ancestor_cell_key, generations
