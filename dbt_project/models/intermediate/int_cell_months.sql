{{ config(materialized='incremental', incremental_strategy='touched_months') }}

-- Held-back months count too: a cell is there even while its report contradicts itself.
select
    {{ key_of(['versions.commune_key', 'lines.cell_match', 'lines.namesake']) }} as cell_key,
    versions.commune_key,
    versions.commune_code,
    versions.month,
    lines.cell_match,
    lines.namesake,
    arg_max(lines.cell_name, lines.form) as cell_name,
    arg_max(lines.cell_type, lines.form) as cell_type,
    list_sort(list(distinct lines.form)) as forms
from {{ ref('int_report_lines') }} as lines
inner join {{ ref('int_report_versions') }} as versions
    on lines.submission_number = versions.submission_number
where lines.line_kind = 'cell' and versions.is_effective and versions.is_touched
group by versions.commune_key, versions.commune_code, versions.month, lines.cell_match, lines.namesake
