select
    rules.rule_id,
    lines.submission_number,
    lines.line_id,
    terms.field,
    figures.value as reported,
    column_sums.total as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
inner join {{ ref('int_report_values') }} as figures
    on rules.form = figures.form and terms.field = figures.field
inner join {{ ref('int_report_lines') }} as lines
    on figures.line_id = lines.line_id and rules.line_kind = lines.line_kind
inner join {{ ref('int_column_sums') }} as column_sums
    on
        lines.submission_number = column_sums.submission_number
        and lines.form = column_sums.form
        and terms.field = column_sums.field
        and lines.line_kind = column_sums.line_kind
        and (lines.line_kind = 'total' or lines.line_number = column_sums.section_line)
where rules.kind = 'column_total'
