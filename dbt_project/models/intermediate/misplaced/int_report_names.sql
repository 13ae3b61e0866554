{{ config(materialized='incremental', incremental_strategy='touched_months') }}

-- The cell names of every report that ever came, even of those that do not count, as numbers: the spoken name without
-- diacritics. A report is compared with what had come by its own day, so that the judgement is the same whenever it is
-- made.
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
