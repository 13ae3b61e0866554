{#- Of sums to date every month is kept, and few are made again. Incremental strategy `touched_sums`: what a relation has
    of the touched months of a period, and of those that are no more, goes; what the query gives comes in its place.
    Whoever uses it selects from int_touched_sums. -#}
{% macro get_incremental_touched_sums_sql(arg_dict) -%}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set touched = target_relation.incorporate(path={'schema': 'intermediate', 'identifier': 'int_touched_sums'}) -%}
    {%- set there = target_relation.incorporate(path={'schema': 'intermediate', 'identifier': 'int_summed_months'}) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ target_relation }} as target
    where
        exists (
            select 1
            from {{ touched }} as touched
            where {{ is_the_same_sum('touched', 'target') }}
        )
        or not exists (
            select 1
            from {{ there }} as there
            where {{ is_the_same_sum('there', 'target') }}
        );
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}


{#- True where two rows are of the same month of the same period. -#}
{% macro is_the_same_sum(one, other) -%}
    {{ one }}.period_kind = {{ other }}.period_kind
    and {{ one }}.period = {{ other }}.period
    and {{ one }}.month = {{ other }}.month
{%- endmacro %}
