{#- The figures of KN-1 that add up over months: not the cumulated ones, the target and the percentage. -#}
{% macro admissions_of_a_period() -%}
    {%- set others = ['admitted_ytd', 'admitted_ttd', 'year_target', 'attainment_pct'] -%}
    {{- return(figures_of('KN-1') | reject('in', others) | list) -}}
{%- endmacro %}


{#- The increases and decreases of KN-3: they stand between the opening and the closing figure. -#}
{% macro movements_of_a_period() -%}
    {%- set figures = figures_of('KN-3') -%}
    {{- return(figures[figures.index('opening') + 1:figures.index('closing')]) -}}
{%- endmacro %}


{#- The sentence of a reason with its figures filled in; NULL without a reason. -#}
{% macro official_sentence(template, missing='missing', held_back='held_back') -%}
    replace(
        replace(
            replace(
                replace({{ template }}, '{missing}', coalesce({{ missing }}, '')),
                '{held_back}', coalesce({{ held_back }}, '')
            ),
            '{number}', coalesce(cast(cast(number as bigint) as varchar), '')
        ),
        '{total}', coalesce(cast(total as varchar), '')
    )
{%- endmacro %}


{#- A column for each figure, by a pattern in which $ stands for it. -#}
{% macro each_figure(figures, pattern) -%}
    {%- for figure in figures -%}
        {{ pattern | replace('$', figure) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- What can be said of a commune and period by its months. -#}
{% macro figures_of_a_period() -%}
    {{- return(admissions_of_a_period() + ['opening'] + movements_of_a_period() + ['closing']) -}}
{%- endmacro %}
