-- A steward's values stand until the next decision about that failure; what was decided together (the cells of one
-- repair) stands together. Of several values for one cell the last one given counts. The cell of the sheet is what
-- stays the same when a workbook is read anew.
with last_decided as (
    select
        failure_id,
        decision,
        submission_id,
        sheet,
        cell,
        value_after,
        decided_at,
        decision_id,
        max(decided_at) over (partition by failure_id) as last_decided_at
    from {{ ref('stg_decisions') }}
)

select
    submission_id,
    sheet,
    regexp_extract(cell, '^[A-Z]+') as column_letter,
    cast(regexp_extract(cell, '[0-9]+$') as integer) as sheet_row,
    arg_max(value_after, (decided_at, decision_id)) as value,
    max(decided_at) as decided_at
from last_decided
where decided_at = last_decided_at and decision = 'correct' and value_after is not null
group by submission_id, sheet, cell
