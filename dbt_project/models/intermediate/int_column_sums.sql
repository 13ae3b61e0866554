-- What the cells' rows of a column add up to, over the whole sheet (line_kind total) and under each section row; only
-- columns whose totals some rule looks at.
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
)

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
