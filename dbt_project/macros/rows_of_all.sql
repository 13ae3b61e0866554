{#- The rows of several relations under one another; a column that one of them lacks is NULL there. -#}
{% macro rows_of_all(relations) -%}
    {%- for relation in relations -%}
        select * from {{ relation }}
        {{- ' union all by name ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
