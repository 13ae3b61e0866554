{#- What is missing to the target, never below 0; NULL where either is not known (greatest() passes over NULL). -#}
{% macro still_needed(target, admitted) -%}
    case when {{ target }} - {{ admitted }} is not null then greatest({{ target }} - {{ admitted }}, 0) end
{%- endmacro %}


{#- How many each month that is left must bring: 0 once the target is reached, NULL when no month is left. -#}
{% macro needed_per_month(target, admitted, months_left) -%}
    case
        when {{ target }} <= {{ admitted }} then 0
        else ({{ target }} - {{ admitted }}) / nullif(greatest({{ months_left }}, 0), 0)
    end
{%- endmacro %}


{#- The usual share of a year that came in some of its months: from the list of shares by the end of each month. -#}
{% macro usual_share(shares, first_month, last_month) -%}
    (
        {{ shares }}[month({{ last_month }})]
        - case when month({{ first_month }}) = 1 then 0 else {{ shares }}[month({{ first_month }}) - 1] end
    )
{%- endmacro %}


{#- Where a year's target should stand by the end of a month, going by the usual pace over the months it covers. -#}
{% macro expected_by_pace(target, shares, covers_from, covers_to, month) -%}
    {{ target }} * {{ usual_share(shares, covers_from, 'least(' ~ month ~ ', ' ~ covers_to ~ ')') }}
    / nullif({{ usual_share(shares, covers_from, covers_to) }}, 0)
{%- endmacro %}
