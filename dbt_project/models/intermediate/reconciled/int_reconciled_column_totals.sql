-- First the few lines that add others up: joined by the rules' fields, all figures of all lines would come before them.
with totals as materialized (
    select
        lines.line_id,
        lines.submission_number,
        lines.form,
        lines.line_kind,
        lines.line_number,
        figures.field,
        figures.value
    from {{ ref('int_report_lines') }} as lines
    inner join {{ ref('int_report_values') }} as figures on lines.line_id = figures.line_id
    where lines.line_kind in ('total', 'section')
)

select
    rules.rule_id,
    totals.submission_number,
    totals.line_id,
    totals.field,
    totals.value as reported,
    column_sums.total as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
inner join totals
    on rules.form = totals.form and rules.line_kind = totals.line_kind and terms.field = totals.field
inner join {{ ref('int_column_sums') }} as column_sums
    on
        totals.submission_number = column_sums.submission_number
        and totals.form = column_sums.form
        and totals.field = column_sums.field
        and totals.line_kind = column_sums.line_kind
        and (totals.line_kind = 'total' or totals.line_number = column_sums.section_line)
where rules.kind = 'column_total'
