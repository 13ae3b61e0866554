{#- The figures of a monthly form, left to right as on the blank sheet (reference/fields.csv; a test compares). -#}
{% macro figures_of(form) -%}
    {{- return({
        'KN-1': [
            'admitted',
            'women',
            'ethnic_minority',
            'religious',
            'youth_union',
            'age_18_30',
            'age_31_40',
            'age_41_50',
            'age_over_50',
            'occupation_farmer',
            'occupation_worker',
            'occupation_official',
            'occupation_armed_forces',
            'occupation_student',
            'occupation_other',
            'private_enterprise',
            'demobilised',
            'militia',
            'neighbourhood_head',
            'admitted_ytd',
            'admitted_ttd',
            'year_target',
            'attainment_pct',
        ],
        'KN-2': [
            'candidates',
            'candidates_women',
            'candidates_ethnic_minority',
            'introduced_youth_union',
            'introduced_womens_union',
            'introduced_farmers',
            'introduced_veterans',
            'introduced_trade_union',
            'introduced_other',
            'class_attended',
            'under_verification',
            'files_complete',
        ],
        'KN-3': [
            'opening',
            'increase_admitted',
            'increase_transferred_in',
            'increase_reinstated',
            'decrease_transferred_out',
            'decrease_deceased',
            'decrease_expelled',
            'decrease_struck_off',
            'decrease_resigned',
            'closing',
            'age_to_30',
            'age_31_40',
            'age_41_50',
            'age_51_60',
            'age_over_60',
            'mean_age',
            'head_is_member',
        ],
    }[form]) -}}
{%- endmacro %}


{#- The same, each as DOUBLE under its own name: columns of one type can become rows. -#}
{% macro doubles_of(form) -%}
    {%- for figure in figures_of(form) -%}
        cast({{ figure }} as double) as {{ figure }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The figures of a form that are counts and so add up over cells: not percentages, means, yes and no. -#}
{% macro counts_of(form) -%}
    {{- return(figures_of(form) | reject('in', ['attainment_pct', 'mean_age', 'head_is_member']) | list) -}}
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
