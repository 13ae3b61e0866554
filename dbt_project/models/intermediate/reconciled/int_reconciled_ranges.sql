-- A figure against what is possible: expected is the nearest possible figure. The bounds stand in the rule, or are
-- those of a mean of the people that the rule's bands count.
with of_bands as (
    select
        rules.rule_id,
        figures.line_id,
        sum(figures.value * rules.lows[terms.position + 1]) / sum(figures.value) as low,
        sum(figures.value * rules.highs[terms.position + 1]) / sum(figures.value) as high
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
    inner join {{ ref('int_report_values') }} as figures
        on rules.form = figures.form and terms.field = figures.field
    inner join {{ ref('int_report_lines') }} as lines
        on figures.line_id = lines.line_id and rules.line_kind = lines.line_kind
    where
        rules.kind = 'mean_of_bands'
        and lines.is_touched
        and figures.value > 0
        and {{ all_terms_read('rules', 'lines') }}
    group by rules.rule_id, figures.line_id
),

bounds as (
    select
        rule_id,
        line_id,
        low,
        high
    from of_bands
    union all
    select
        rules.rule_id,
        lines.line_id,
        rules.low,
        rules.high
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_report_lines') }} as lines
        on rules.form = lines.form and rules.line_kind = lines.line_kind
    where rules.kind = 'range' and lines.is_touched
)

select
    rules.rule_id,
    figures.submission_number,
    figures.line_id,
    rules.field,
    figures.value as reported,
    least(greatest(figures.value, bounds.low), bounds.high) as expected
from bounds
inner join {{ ref('stg_rules') }} as rules on bounds.rule_id = rules.rule_id
inner join {{ ref('int_report_values') }} as figures
    on bounds.line_id = figures.line_id and rules.field = figures.field
where figures.value is not null
