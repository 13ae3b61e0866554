-- A circle in the decisions: somebody said that a cell became what it had come from.
with recursive ancestors as (
    select
        successor_cell_key as cell_key,
        predecessor_cell_key as ancestor_cell_key
    from {{ ref('bridge_cell_succession') }}
    union
    select
        ancestors.cell_key,
        earlier.predecessor_cell_key as ancestor_cell_key
    from ancestors
    inner join {{ ref('bridge_cell_succession') }} as earlier
        on ancestors.ancestor_cell_key = earlier.successor_cell_key
)

select cell_key
from ancestors
where cell_key = ancestor_cell_key
