{#- The lines of a monthly form that a build takes in hand, with the stewards' values in the corrected variant. -#}
{% macro lines_at_hand(form, form_number, types) -%}
{%- set figures = figures_of(form) -%}
with corrections as (
    select
        versions.submission_number,
        corrections.sheet,
        corrections.sheet_row,
        {%- for figure in figures %}
        max(corrections.value) filter (columns_of.field = '{{ figure }}') as {{ figure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_corrections') }} as corrections
    inner join {{ ref('int_versions_at_hand') }} as versions
        on corrections.submission_id = versions.submission_id and versions.variant = 'corrected'
    inner join {{ ref('int_column_letters') }} as columns_of
        on
            versions.submission_number = columns_of.submission_number
            and corrections.column_letter = columns_of.column_letter
            and columns_of.form = '{{ form }}'
    group by versions.submission_number, corrections.sheet, corrections.sheet_row
)

select
    cast(versions.submission_number as bigint) * 4000000 + {{ form_number }} * 1000000 + lines.line_number as line_id,
    versions.submission_number,
    versions.submission_id,
    versions.is_touched,
    lines.sheet,
    lines.line_number,
    lines.sheet_row,
    lines.line_kind,
    lines.section_line,
    lines.cell_name,
    lines.cell_type,
    {%- for figure in figures %}
    coalesce(cast(corrections.{{ figure }} as {{ types.get(figure, 'bigint') }}), lines.{{ figure }}) as {{ figure }},
    {%- endfor %}
    corrections.submission_number is not null as is_corrected
from {{ ref('stg_report_lines_' ~ short_name(form)) }} as lines
inner join {{ ref('int_versions_at_hand') }} as versions
    on lines.submission_id = versions.submission_id
left join corrections
    on
        versions.submission_number = corrections.submission_number
        and lines.sheet = corrections.sheet
        and lines.sheet_row = corrections.sheet_row
{%- endmacro %}
