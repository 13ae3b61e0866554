-- A steward's values stand until another decision about that failure than a correction: several cells of one failure
-- may be put right one after another. Of several values for one cell the last one given counts. The cell of the sheet
-- is what stays the same when a workbook is read anew.
with followed as (
    select
        submission_id,
        sheet,
        cell,
        decision,
        value_after,
        decided_at,
        decision_id,
        max(decided_at) filter (where decision <> 'correct') over (partition by failure_id) as taken_back_at
    from {{ ref('stg_decisions') }}
)

select
    submission_id,
    sheet,
    regexp_extract(cell, '^[A-Z]+') as column_letter,
    cast(regexp_extract(cell, '[0-9]+$') as integer) as sheet_row,
    arg_max(value_after, (decided_at, decision_id)) as value,
    max(decided_at) as decided_at
from followed
where decision = 'correct' and value_after is not null and (taken_back_at is null or decided_at > taken_back_at)
group by submission_id, sheet, cell
