-- Addresses are put together from these letters and a line's row: gathered line by line they would not fit in memory.
-- The sign is that of the figure in the difference (reported minus expected).
with involved as (
    select
        rules.rule_id,
        rules.form,
        terms.field as judged_field,
        terms.field,
        -1 as position,
        1 as sign
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
    where rules.kind = 'column_total'
    union all
    select
        rule_id,
        form,
        field as judged_field,
        field,
        -1 as position,
        1 as sign
    from {{ ref('stg_rules') }}
    where field is not null
    union all
    select
        rules.rule_id,
        rules.form,
        rules.field as judged_field,
        terms.field,
        terms.position,
        -terms.sign as sign
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
    where rules.kind != 'column_total'
    union all
    select
        rule_id,
        coalesce(other_form, form) as form,
        field as judged_field,
        other_field as field,
        1000 as position,
        -1 as sign
    from {{ ref('stg_rules') }}
    where kind in ('percentage', 'cross_sheet')
),

-- Sorted as lists: most have one or two columns, and to gather each in its order takes seven times as long.
found as (
    select
        involved.rule_id,
        columns_of.submission_number as layout,
        involved.judged_field as field,
        list_sort(
            list({ 'position': involved.position, 'letter': columns_of.column_letter, 'sign': involved.sign })
        ) as columns_found
    from involved
    inner join {{ ref('int_column_letters') }} as columns_of
        on involved.form = columns_of.form and involved.field = columns_of.field
    where columns_of.submission_number in (select layouts.layout from {{ ref('int_column_layouts') }} as layouts)
    group by involved.rule_id, columns_of.submission_number, involved.judged_field
)

select
    rule_id,
    layout,
    field,
    list_transform(columns_found, lambda c: c['letter']) as letters,
    list_transform(columns_found, lambda c: c['sign']) as signs
from found
