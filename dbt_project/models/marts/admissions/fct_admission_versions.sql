{{ config(materialized='incremental', incremental_strategy='touched_months', on_schema_change='fail') }}

select
    {{ key_of(['versions.commune_key', 'lines.cell_match', 'lines.namesake']) }} as cell_key,
    versions.commune_key,
    versions.month,
    lines.cell_name,
    beliefs.version_key,
    versions.version,
    versions.variant,
    beliefs.reign,
    beliefs.believed_from,
    beliefs.believed_to,
    {{ counts_from('figures', 'KN-1') }},
    versions.submission_id,
    lines.line_number,
    figures.is_corrected
from {{ ref('int_lines_kn1') }} as figures
inner join {{ ref('int_report_lines') }} as lines on figures.line_id = lines.line_id
inner join {{ ref('int_report_versions') }} as versions
    on figures.submission_number = versions.submission_number
inner join {{ ref('fct_commune_month_versions') }} as beliefs
    on versions.submission_id = beliefs.submission_id and versions.variant = beliefs.variant
where lines.line_kind = 'cell' and versions.is_touched
