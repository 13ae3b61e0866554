-- Only the fields that some rule speaks of are turned into rows.
select
    form,
    field
from {{ ref('stg_rules') }}
where field is not null
union
select
    rules.form,
    terms.field
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
union
select
    coalesce(other_form, form) as form,
    other_field as field
from {{ ref('stg_rules') }}
where other_field is not null
