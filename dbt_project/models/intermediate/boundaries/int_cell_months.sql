{{ config(materialized='incremental', incremental_strategy='touched_months', tags=['around_gate']) }}

-- Only what is published makes cells. Before the check that is what was expected, so this is built again after it.
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
inner join {{ ref('stg_versions') }} as counted
    on versions.submission_id = counted.submission_id and counted.is_published
where lines.line_kind = 'cell' and versions.is_last_variant and versions.is_touched
group by versions.commune_key, versions.commune_code, versions.month, lines.cell_match, lines.namesake
