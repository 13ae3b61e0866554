-- A cell in which something stands that could not be read: neither a blank nor nothing. What a steward has given in its
-- place is read. (A negative number was read; that there is none such of people is another matter.)
select distinct
    versions.submission_number,
    lines.line_id,
    lines.form,
    lines.line_kind,
    lines.section_line,
    problems.field
from {{ ref('stg_problems') }} as problems
inner join {{ ref('int_versions_at_hand') }} as versions on problems.submission_id = versions.submission_id
inner join {{ ref('int_report_lines') }} as lines
    on
        versions.submission_number = lines.submission_number
        and problems.form = lines.form
        and problems.sheet = lines.sheet
        and try_cast(regexp_extract(problems.cell, '[0-9]+$') as integer) = lines.sheet_row
where
    problems.field is not null
    and problems.cell is not null
    and problems.code != 'value_negative'
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
