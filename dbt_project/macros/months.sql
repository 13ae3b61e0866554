{#- The month before a month; months are the first of the month. -#}
{% macro month_before(month) -%}
    cast({{ month }} - interval 1 month as date)
{%- endmacro %}


{#- `March 2024, May 2024` from months that are written `3/2024, 5/2024`. -#}
{% macro english_months(months) -%}
    array_to_string(
        list_transform(
            string_split({{ months }}, ', '),
            lambda written: strftime(strptime('1/' || written, '%d/%m/%Y'), '%B %Y')
        ),
        ', '
    )
{%- endmacro %}


{#- How many months from one month to another, both counted: July to June of the next year is 12. -#}
{% macro months_from_to(first_month, last_month) -%}
    (date_diff('month', {{ first_month }}, {{ last_month }}) + 1)
{%- endmacro %}


{#- The day by which the report for a month is due: a day of the month after it. -#}
{% macro due_on(month, due_day) -%}
    cast({{ month }} + interval 1 month + to_days({{ due_day }} - 1) as date)
{%- endmacro %}


{#- The day at the office (UTC+7, no summer time) on which an instant (naive UTC) falls. -#}
{% macro office_day(instant) -%}
    cast({{ instant }} + interval 7 hour as date)
{%- endmacro %}
