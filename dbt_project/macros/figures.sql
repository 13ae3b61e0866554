{#- The figures of a monthly form, left to right as on the blank sheet. -#}
{% macro figures_of(form) -%}
    {{- return(types_of_figures(form) | list) -}}
{%- endmacro %}


{#- The same, each as DOUBLE under its own name: columns of one type can become rows. -#}
{% macro doubles_of(form) -%}
    {%- for figure in figures_of(form) -%}
        cast({{ figure }} as double) as {{ figure }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The figures of a form that are counts and so add up over cells: not percentages, means, yes and no. -#}
{% macro counts_of(form) -%}
    {{- return(types_of_figures(form).items() | selectattr(1, 'equalto', 'count') | map(attribute=0) | list) -}}
{%- endmacro %}


{#- The sums of a form's counts over lines, each under its own name. -#}
{% macro sums_of(form) -%}
    {%- for figure in counts_of(form) -%}
        cast(sum({{ figure }}) as bigint) as {{ figure }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The counts of a form by name, each with the table it is taken from. -#}
{% macro counts_from(table, form) -%}
    {%- for figure in counts_of(form) -%}
        {{ table }}.{{ figure }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
