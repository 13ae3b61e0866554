{#- The state in this column is that of an unsettled failure; the same as in warehouse/failure_states.py. -#}
{% macro is_unsettled(state) -%}
    {{ state }} in ('open', 'returned')
{%- endmacro %}


{#- The address of a cell on any sheet; the same as in reference/cell_address.py. -#}
{% macro on_sheet(sheet, cell) -%}
    {{ sheet }} || '!' || {{ cell }}
{%- endmacro %}
