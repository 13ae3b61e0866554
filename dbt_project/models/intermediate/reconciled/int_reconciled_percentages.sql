-- A target of 0, or none, has no percentage.
select
    rules.rule_id,
    line_sums.submission_number,
    line_sums.line_id,
    rules.field,
    line_sums.reported,
    100 * line_sums.total / divisors.value as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_line_sums') }} as line_sums on rules.rule_id = line_sums.rule_id
inner join {{ ref('int_report_values') }} as divisors
    on line_sums.line_id = divisors.line_id and rules.other_field = divisors.field
where rules.kind = 'percentage' and line_sums.reported is not null and divisors.value != 0
