{{ config(materialized='incremental', incremental_strategy='touched_months') }}

-- The names of the cells of every report that ever came, also of those that do not count, as numbers: how a cell is
-- spoken of, without diacritics. What it is compared with is what had come by its own day, so that a report is judged
-- alike whenever it is judged.
with written as (
    select distinct
        versions.commune_key,
        versions.month,
        versions.submission_id,
        versions.version,
        versions.received_on,
        lines.cell_match
    from {{ ref('int_report_lines') }} as lines
    inner join {{ ref('int_report_versions') }} as versions
        on lines.submission_number = versions.submission_number
    where
        versions.is_touched
        and versions.variant = 'sent'
        and lines.line_kind = 'cell'
        and lines.cell_match != ''
),

spoken as (
    select
        cell_match,
        hash({{ without_diacritics(spoken_cell_name('cell_match')) }}) as name_hash
    from (select distinct cell_match from written) as names
)

select distinct
    written.commune_key,
    written.month,
    written.submission_id,
    written.version,
    written.received_on,
    spoken.name_hash
from written
inner join spoken on written.cell_match = spoken.cell_match
