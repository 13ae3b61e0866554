{#- The big relations hold every month that was ever reported; a build touches few of them. Incremental strategy
    `touched_months`: what a relation has of the touched commune-months goes, what the query gives comes in its
    place. A month of which nothing is left (it is held back now) is gone then, too. Whoever uses it selects from
    int_report_versions, and so is built after int_touched_months; ref() is not to be had here. -#}
{% macro get_incremental_touched_months_sql(arg_dict) -%}
    {%- set target_relation = arg_dict['target_relation'] -%}
    {%- set touched = target_relation.incorporate(path={'schema': 'intermediate', 'identifier': 'int_touched_months'}) -%}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ target_relation }} as target
    where exists (
        select 1
        from {{ touched }} as touched
        where touched.commune_key = target.commune_key and touched.month = target.month
    );
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }};
{%- endmacro %}


{#- True for the rows of a table whose commune and month this build takes in hand. -#}
{% macro is_touched(table) -%}
    exists (
        select 1
        from {{ ref('int_touched_months') }} as touched
        where touched.commune_key = {{ table }}.commune_key and touched.month = {{ table }}.month
    )
{%- endmacro %}
