-- Only the fields that some rule speaks of are turned into rows; of the month before, only those that go on from it.
with named as (
    select
        form,
        field,
        false as is_carried
    from {{ ref('stg_rules') }}
    where field is not null
    union all
    select
        rules.form,
        terms.field,
        false as is_carried
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
    union all
    select
        coalesce(other_form, form) as form,
        other_field as field,
        false as is_carried
    from {{ ref('stg_rules') }}
    where other_field is not null
    union all
    select
        form,
        coalesce(other_field, field) as field,
        true as is_carried
    from {{ ref('stg_rules') }}
    where kind in ('carry_forward', 'unchanged')
)

select
    form,
    field,
    bool_or(is_carried) as is_carried
from named
group by form, field
