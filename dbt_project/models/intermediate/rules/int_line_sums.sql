-- For the rules that look along a line: the sum of the fields they name. A blank counts as nothing as long as one
-- of the fields is reported; where all are blank, or one of them was not read, there is no row.
select
    rules.rule_id,
    lines.line_id,
    sum(terms.sign * figures.value) as total
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
inner join {{ ref('int_report_values') }} as figures
    on rules.form = figures.form and terms.field = figures.field
inner join {{ ref('int_report_lines') }} as lines
    on figures.line_id = lines.line_id and rules.line_kind = lines.line_kind
where
    rules.kind not in ('column_total', 'mean_of_bands')
    and lines.is_touched
    and {{ all_terms_read('rules', 'lines') }}
group by rules.rule_id, lines.line_id
