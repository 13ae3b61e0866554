{#- The counts of a monthly form in reports named by the relation `newest`, cell by cell, each count as a row: what rules
    compare with a cell's own history. -#}
{% macro counts_of_cells(form, newest) -%}
{%- set staged = ref('stg_report_lines_' ~ form.lower().replace('-', '')) -%}
select
    commune_key,
    month,
    cell_match,
    namesake,
    '{{ form }}' as form,
    field,
    cast(value as double) as value
from (
    select
        {{ newest }}.commune_key,
        {{ newest }}.month,
        lower(trim(coalesce(lines.cell_name, ''))) as cell_match,
        cast(
            row_number() over (
                partition by {{ newest }}.submission_id, lower(trim(coalesce(lines.cell_name, '')))
                order by lines.line_number
            ) as integer
        ) as namesake,
        {{ counts_from('lines', form) }}
    from {{ staged }} as lines
    inner join {{ newest }} on lines.submission_id = {{ newest }}.submission_id
    where lines.line_kind = 'cell'
)
unpivot (value for field in ({{ counts_of(form) | join(', ') }}))
{%- endmacro %}
