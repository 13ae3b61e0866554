{#- What a fact table holds of a monthly form: the cells' rows of the version that counts of each touched month. -#}
{% macro cell_figures(form, figures) -%}
select
    {{ key_of(['versions.commune_key', 'lines.cell_match', 'lines.namesake']) }} as cell_key,
    versions.commune_key,
    versions.month,
    {%- for figure in figures %}
    figures.{{ figure }},
    {%- endfor %}
    versions.submission_id,
    lines.line_number,
    figures.is_corrected
from {{ lines_of(form) }} as figures
inner join {{ ref('int_report_lines') }} as lines on figures.line_id = lines.line_id
inner join {{ ref('int_published_versions') }} as versions
    on figures.submission_number = versions.submission_number
where lines.line_kind = 'cell' and versions.is_touched
{%- endmacro %}
