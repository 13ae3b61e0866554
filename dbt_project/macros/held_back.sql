{#- What months that the gate holds back would add to a published sum: 0 where none is held back. A report without the
    figure counts for nothing, as in the published sums; where none of them has it, nothing is known. -#}
{% macro held_back_sum(figure, held_back='is_held_back', window='') -%}
    {%- set over = ' over ' ~ window if window else '' -%}
    cast(
        case
            when bool_or({{ held_back }}){{ over }}
                then sum({{ figure }}) filter (where {{ held_back }}){{ over }}
            else 0
        end as bigint
    )
{%- endmacro %}
