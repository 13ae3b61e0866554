{#- Of the official forms every period is kept, and few are made again. Incremental strategy `touched_periods`: what a
    relation has of the touched periods, and of those that are no more, goes; what the query gives comes in its place.
    Whoever uses it selects from int_touched_periods. -#}
{% macro get_incremental_touched_periods_sql(arg_dict) -%}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set touched = target_relation.incorporate(path={'schema': 'intermediate', 'identifier': 'int_touched_periods'}) -%}
    {%- set periods = target_relation.incorporate(path={'schema': 'intermediate', 'identifier': 'int_official_periods'}) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ target_relation }}
    where
        period in (select touched.period from {{ touched }} as touched)
        or period not in (select periods.period from {{ periods }} as periods);
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}


{#- True for a period whose official figures are made again. -#}
{% macro is_touched_period(period) -%}
    {{ period }} in (select touched.period from {{ ref('int_touched_periods') }} as touched)
{%- endmacro %}


{#- The rows of a model, each with its hash. No column may have the name that the rows have here, or its hash would be
    taken in the place of theirs. -#}
{% macro rows_with_hash(model) -%}
    select *, cast(hash(each_row) as hugeint) as row_hash from {{ ref(model) }} as each_row
{%- endmacro %}
