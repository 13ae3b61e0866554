-- A steward's value stands until the decision about that failure is another one; of several values for one cell the
-- last one given counts. The cell of the sheet is what stays the same when a workbook is read anew.
with in_force as (
    select
        failure_id,
        arg_max(decision, (decided_at, decision_id)) as decision,
        arg_max(submission_id, (decided_at, decision_id)) as submission_id,
        arg_max(sheet, (decided_at, decision_id)) as sheet,
        arg_max(cell, (decided_at, decision_id)) as cell,
        arg_max(value_after, (decided_at, decision_id)) as value,
        max(decided_at) as decided_at,
        arg_max(decision_id, (decided_at, decision_id)) as decision_id
    from {{ ref('stg_decisions') }}
    group by failure_id
)

select
    submission_id,
    sheet,
    regexp_extract(cell, '^[A-Z]+') as column_letter,
    cast(regexp_extract(cell, '[0-9]+$') as integer) as sheet_row,
    arg_max(value, (decided_at, decision_id)) as value,
    max(decided_at) as decided_at
from in_force
where decision = 'correct' and value is not null
group by submission_id, sheet, cell
