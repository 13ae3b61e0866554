-- The fields whose sum a rule compares with, each with its sign and its place in the sum.
with plus_terms as (
    select
        rule_id,
        unnest(plus_fields) as field,
        1 as sign,
        unnest(range(len(plus_fields))) as position
    from {{ ref('stg_rules') }}
),

minus_terms as (
    select
        rule_id,
        unnest(minus_fields) as field,
        -1 as sign,
        unnest(range(100, 100 + len(minus_fields))) as position
    from {{ ref('stg_rules') }}
)

select
    rule_id,
    field,
    sign,
    position
from plus_terms
union all
select
    rule_id,
    field,
    sign,
    position
from minus_terms
