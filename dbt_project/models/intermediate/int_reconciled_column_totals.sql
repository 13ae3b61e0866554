{{ config(materialized='table') }}

with ruled_fields as (
    select
        rules.rule_id,
        rules.form,
        rules.line_kind,
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

added_up as (
    select
        submission_number,
        form,
        field,
        'total' as line_kind,
        cast(null as integer) as section_line,
        sum(value) as total
    from cell_figures
    group by submission_number, form, field
    union all
    select
        submission_number,
        form,
        field,
        'section' as line_kind,
        section_line,
        sum(value) as total
    from cell_figures
    where section_line is not null
    group by submission_number, form, field, section_line
)

select
    ruled_fields.rule_id,
    lines.submission_number,
    lines.line_id,
    ruled_fields.field,
    figures.value as reported,
    added_up.total as expected
from ruled_fields
inner join {{ ref('int_report_values') }} as figures
    on ruled_fields.form = figures.form and ruled_fields.field = figures.field
inner join {{ ref('int_report_lines') }} as lines
    on figures.line_id = lines.line_id and ruled_fields.line_kind = lines.line_kind
inner join added_up
    on
        lines.submission_number = added_up.submission_number
        and lines.form = added_up.form
        and ruled_fields.field = added_up.field
        and lines.line_kind = added_up.line_kind
        and (lines.line_kind = 'total' or lines.line_number = added_up.section_line)
