-- What the cells' rows of a column add up to, over the whole sheet (line_kind total) and under each section row; only
-- columns whose totals some rule looks at. Where a figure or a row was not read, the rest adds up to less: there is no
-- sum then.
with ruled_fields as (
    select distinct
        rules.form,
        terms.field
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
    where rules.kind = 'column_total'
),

cell_figures as (
    select
        figures.submission_number,
        figures.form,
        figures.field,
        figures.value,
        lines.section_line
    from {{ ref('int_report_values') }} as figures
    inner join {{ ref('int_report_lines') }} as lines on figures.line_id = lines.line_id
    where
        lines.line_kind = 'cell'
        and lines.is_touched
        and exists (
            select 1
            from ruled_fields
            where ruled_fields.form = figures.form and ruled_fields.field = figures.field
        )
),

unread_figures as (
    select distinct
        submission_number,
        form,
        field,
        section_line
    from {{ ref('int_unread_figures') }}
    where line_kind = 'cell'
),

-- Rows with figures and without a readable name: it is unknown which cell, and which section, they belong to.
unread_rows as (
    select distinct
        versions.submission_number,
        problems.form
    from {{ ref('stg_problems') }} as problems
    inner join {{ ref('int_versions_at_hand') }} as versions on problems.submission_id = versions.submission_id
    where problems.code in ('row_without_name', 'name_unsolved')
),

read_in_full as (
    select *
    from cell_figures
    where {{ nothing_unread('unread_rows', 'cell_figures', ['submission_number', 'form']) }}
)

select
    submission_number,
    form,
    field,
    'total' as line_kind,
    cast(null as integer) as section_line,
    sum(value) as total
from read_in_full
where {{ nothing_unread('unread_figures', 'read_in_full', ['submission_number', 'form', 'field']) }}
group by submission_number, form, field
union all
select
    submission_number,
    form,
    field,
    'section' as line_kind,
    section_line,
    sum(value) as total
from read_in_full
where
    section_line is not null
    and {{ nothing_unread('unread_figures', 'read_in_full', ['submission_number', 'form', 'field', 'section_line']) }}
group by submission_number, form, field, section_line
