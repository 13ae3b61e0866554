{#- The parts of `admitted` on KN-1: each is a share of it. -#}
{% macro parts_of_admitted() -%}
    {{- return(
        counts_of('KN-1') | reject('in', ['admitted', 'admitted_ytd', 'admitted_ttd', 'year_target']) | list
    ) -}}
{%- endmacro %}


{#- The bands of members' ages on KN-3, the youngest first: each is a share of `closing`. -#}
{% macro age_bands() -%}
    {{- return(counts_of('KN-3') | select('in', [
        'age_to_30', 'age_31_40', 'age_41_50', 'age_51_60', 'age_over_60'
    ]) | list) -}}
{%- endmacro %}


{#- The bands in the sums of a commune's month, where KN-1 has bands of its own, with what their shares are made of. -#}
{% macro members_by_age() -%}
    {%- set names = [] -%}
    {%- for band in age_bands() -%}
        {%- do names.append('members_' ~ band) -%}
    {%- endfor -%}
    {{- return(names + share_sums_of(names)) -}}
{%- endmacro %}


{#- The steps of the way from candidate to complete files on KN-2, each with the step before it. -#}
{% macro funnel_steps() -%}
    {{- return({
        'class_attended': 'candidates',
        'under_verification': 'class_attended',
        'files_complete': 'under_verification',
    }) -}}
{%- endmacro %}


{#- What the share of a part in a whole is made of, for each `{part: whole}`: only lines that report both can say
    anything of it. -#}
{% macro share_sums(wholes, prefix='') -%}
    {%- for part, whole in wholes.items() %}
        cast(sum({{ part }}) filter (where {{ whole }} is not null) as bigint) as {{ prefix }}{{ part }}_in_base,
        cast(sum({{ whole }}) filter (where {{ part }} is not null) as bigint) as {{ prefix }}{{ part }}_base
        {{- ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The names of what `share_sums` gives. -#}
{% macro share_sums_of(parts) -%}
    {%- set names = [] -%}
    {%- for part in parts -%}
        {%- do names.extend([part ~ '_in_base', part ~ '_base']) -%}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro %}


{#- The share itself; NULL where the base is 0 or unknown. -#}
{% macro share_of(part) -%}
    {{ part }}_in_base / nullif({{ part }}_base, 0)
{%- endmacro %}


{#- Columns, one below the other. In the text of a column `{}` stands for its name. -#}
{% macro columns_of(names, column) -%}
    {%- for name in names %}
    {{ column.replace('{}', name) }}{{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
