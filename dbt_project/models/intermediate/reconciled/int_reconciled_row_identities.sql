select
    rules.rule_id,
    line_sums.submission_number,
    line_sums.line_id,
    rules.field,
    line_sums.reported,
    line_sums.total as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_line_sums') }} as line_sums on rules.rule_id = line_sums.rule_id
where rules.kind = 'row_identity' and line_sums.reported is not null
