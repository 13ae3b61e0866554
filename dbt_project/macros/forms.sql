{#- The monthly forms. -#}
{% macro monthly_forms() -%}
    {{- return(['KN-1', 'KN-2', 'KN-3']) -}}
{%- endmacro %}


{#- A monthly form as it is called in the names of relations: `kn1`. -#}
{% macro short_name(form) -%}
    {{- return(form.lower().replace('-', '')) -}}
{%- endmacro %}


{#- A monthly form's lines at hand. -#}
{% macro lines_of(form) -%}
    {{- return(ref('int_lines_' ~ short_name(form))) -}}
{%- endmacro %}


{#- The figures of all forms' lines at hand that meet a condition, each as a row. UNPIVOT leaves blanks out: a value
    that is not there was not reported. -#}
{% macro figures_in_rows(condition='true') -%}
    {%- for form in monthly_forms() %}
    select
        '{{ form }}' as form,
        submission_number,
        line_id,
        field,
        value
    from (
        select
            submission_number,
            line_id,
            {{ doubles_of(form) }}
        from {{ lines_of(form) }}
        where {{ condition }}
    )
    unpivot (value for field in ({{ figures_of(form) | join(', ') }}))
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
