{#- A part of a figure with four decimals, in a query with a window `parts` over all parts of the figure. The main
    part takes what rounding leaves over, so that the parts add up to the figure exactly. -#}
{% macro part_of(figure, share, is_main) -%}
    {%- set part = 'cast(' ~ figure ~ ' * ' ~ share ~ ' as decimal(18, 4))' -%}
    {{ part }} + case when {{ is_main }} then {{ figure }} - sum({{ part }}) over parts else 0 end
{%- endmacro %}
