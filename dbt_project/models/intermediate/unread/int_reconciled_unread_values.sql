-- One row per place that could not be read (unread_value), or where the reader noticed something that is a rule's
-- business (noticed), even when it had two things to say about it.
select
    rules.rule_id,
    versions.submission_number,
    lines.line_id,
    problems.field,
    problems.sheet,
    problems.cell,
    cast(1 as double) as reported,
    cast(0 as double) as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('stg_problems') }} as problems
    on
        rules.form = problems.form
        and (
            (rules.kind = 'unread_value' and problems.severity = 'critical')
            or (rules.kind = 'noticed' and list_contains(rules.codes, problems.code))
        )
inner join {{ ref('int_report_versions') }} as versions
    on problems.submission_id = versions.submission_id
left join {{ ref('int_report_lines') }} as lines
    on
        versions.submission_number = lines.submission_number
        and problems.form = lines.form
        and try_cast(regexp_extract(problems.cell, '[0-9]+$') as integer) = lines.sheet_row
where
    versions.is_touched
    -- A sheet that is not there at all is the business of missing_sheet.
    and exists (
        select 1
        from {{ ref('stg_sheets') }} as sheets
        where sheets.submission_id = problems.submission_id and sheets.form = problems.form
    )
    -- What a steward has given in its place is read.
    and not (
        versions.variant = 'corrected'
        and exists (
            select 1
            from {{ ref('int_corrections') }} as corrections
            where
                corrections.submission_id = problems.submission_id
                and corrections.sheet = problems.sheet
                and corrections.column_letter || corrections.sheet_row = problems.cell
        )
    )
group by
    rules.rule_id,
    versions.submission_number,
    lines.line_id,
    problems.field,
    problems.sheet,
    problems.cell
