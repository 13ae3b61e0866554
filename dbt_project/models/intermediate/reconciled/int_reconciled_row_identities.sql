select
    rules.rule_id,
    figures.submission_number,
    figures.line_id,
    rules.field,
    figures.value as reported,
    line_sums.total as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_line_sums') }} as line_sums on rules.rule_id = line_sums.rule_id
inner join {{ ref('int_report_values') }} as figures
    on line_sums.line_id = figures.line_id and rules.field = figures.field
where rules.kind = 'row_identity'
