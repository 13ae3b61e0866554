-- Where a sum that a rule compares with cannot be had: one of its figures was not read. Without a line, in no line of
-- the report.
with needed as (
    select
        rules.rule_id,
        rules.form,
        terms.field
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
    where rules.kind != 'column_total'
)

select distinct
    needed.rule_id,
    columns_of.submission_number,
    cast(null as bigint) as line_id
from needed
inner join {{ ref('int_unread_columns') }} as columns_of
    on needed.form = columns_of.form and needed.field = columns_of.field
union all
select distinct
    needed.rule_id,
    figures.submission_number,
    figures.line_id
from needed
inner join {{ ref('int_unread_figures') }} as figures
    on needed.form = figures.form and needed.field = figures.field
