-- A misspelt name in cell_successions.csv joins nothing. Only a warning: the cell may report later.
{{ config(severity='warn') }}
select
    decisions.commune_code_before,
    decisions.cell_before,
    decisions.commune_code_after,
    decisions.cell_after,
    decisions.succeeded_on
from {{ ref('stg_cell_successions') }} as decisions
where
    not exists (
        select 1
        from {{ ref('int_cell_successions') }} as successions
        inner join {{ ref('int_cells') }} as predecessors
            on successions.predecessor_cell_key = predecessors.cell_key
        inner join {{ ref('int_cells') }} as successors
            on successions.successor_cell_key = successors.cell_key
        where
            decisions.succeeded_on = successions.succeeded_on
            and decisions.kind = successions.kind
            and decisions.commune_code_before = predecessors.commune_code
            and decisions.cell_match_before = predecessors.cell_match
            and decisions.commune_code_after = successors.commune_code
            and decisions.cell_match_after = successors.cell_match
    )
