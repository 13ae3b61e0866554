-- Cells without a figure whose figure the rest of the sheet tells: a total or sub-total over cells that are filled
-- in, a whole whose parts are. A blank means that nothing was reported; where it is compared it is taken as nothing.
-- What stands in a cell that could not be read is another rule's business, and no blank.
with rules as (
    select
        rule_id,
        form
    from {{ ref('stg_rules') }}
    where kind = 'left_blank'
),

told as (
    select
        lines.line_id,
        lines.submission_number,
        lines.form,
        lines.sheet,
        lines.sheet_row,
        column_sums.field,
        column_sums.total
    from {{ ref('int_column_sums') }} as column_sums
    inner join {{ ref('int_report_lines') }} as lines
        on
            column_sums.submission_number = lines.submission_number
            and column_sums.form = lines.form
            and column_sums.line_kind = lines.line_kind
            and (column_sums.line_kind = 'total' or column_sums.section_line = lines.line_number)
    union all
    select
        lines.line_id,
        lines.submission_number,
        lines.form,
        lines.sheet,
        lines.sheet_row,
        identities.field,
        line_sums.total
    from {{ ref('stg_rules') }} as identities
    inner join {{ ref('int_line_sums') }} as line_sums on identities.rule_id = line_sums.rule_id
    inner join {{ ref('int_report_lines') }} as lines on line_sums.line_id = lines.line_id
    where identities.kind = 'row_identity'
),

-- Rows that say something: a heading over a section without sub-totals has no figures at all.
rows_with_figures as (
    select distinct line_id
    from {{ ref('int_report_values') }}
),

-- Two identities may tell one figure differently; the smaller one is as good a guess as the other.
blank as (
    select
        told.line_id,
        any_value(told.submission_number) as submission_number,
        any_value(told.form) as form,
        any_value(told.sheet) as sheet,
        any_value(told.sheet_row) as sheet_row,
        told.field,
        min(told.total) as total
    from told
    inner join rows_with_figures on told.line_id = rows_with_figures.line_id
    where
        not exists (
            select 1
            from {{ ref('int_report_values') }} as figures
            where figures.line_id = told.line_id and figures.field = told.field
        )
        and {{ nothing_unread(ref('int_unread_figures'), 'told', ['line_id', 'field']) }}
    group by told.line_id, told.field
)

select
    rules.rule_id,
    blank.submission_number,
    blank.line_id,
    blank.field,
    cast(null as double) as reported,
    cast(0 as double) as taken_as,
    blank.total as expected,
    letters.column_letter || blank.sheet_row as cell
from rules
inner join blank on rules.form = blank.form
-- A column that the sheet does not have is not blank.
inner join {{ ref('int_column_letters') }} as letters
    on
        blank.submission_number = letters.submission_number
        and blank.form = letters.form
        and blank.field = letters.field
