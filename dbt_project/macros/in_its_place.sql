{#- How tables and views come into the store: the former one goes and the new one comes in one transaction. dbt-duckdb's
    own ways build under another name, rename twice and drop, which costs a small build more than its figures do. What
    they know of besides (hooks, grants, indexes, foreign keys) the project has not. -#}
{% materialization table, adapter="duckdb" %}
    {{ return(put_in_its_place('table')) }}
{% endmaterialization %}


{% materialization view, adapter="duckdb" %}
    {{ return(put_in_its_place('view')) }}
{% endmaterialization %}


{% macro put_in_its_place(type) -%}
    {%- set former = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=type) -%}
    {%- call statement('main') -%}
        drop {{ type if former is none else former.type }} if exists {{ target }};
        {{ create_table_as(False, target, compiled_code) if type == 'table' else create_view_as(target, compiled_code) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{%- endmacro %}
