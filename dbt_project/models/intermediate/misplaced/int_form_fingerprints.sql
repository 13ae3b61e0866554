{{ config(materialized='incremental', incremental_strategy='touched_months') }}

-- A line as one number, so that forms are compared by the sum of their lines: whoever sorts the rows anew has still
-- copied them. The figures are hashed in one order and a blank is not 0.
with lines as (
    select
        submission_number,
        'KN-1' as form,
        hash(line_kind, lower(trim(coalesce(cell_name, ''))), {{ figures_of('KN-1') | join(', ') }}) as line_hash,
        admitted > 0 as has_moved
    from {{ ref('int_lines_kn1') }}
    where is_touched
    union all
    select
        submission_number,
        'KN-2' as form,
        hash(line_kind, lower(trim(coalesce(cell_name, ''))), {{ figures_of('KN-2') | join(', ') }}) as line_hash,
        -- How many candidates there are at the month's end says nothing of what went on in it.
        false as has_moved
    from {{ ref('int_lines_kn2') }}
    where is_touched
    union all
    select
        submission_number,
        'KN-3' as form,
        hash(line_kind, lower(trim(coalesce(cell_name, ''))), {{ figures_of('KN-3') | join(', ') }}) as line_hash,
        greatest(
            increase_admitted,
            increase_transferred_in,
            increase_reinstated,
            decrease_transferred_out,
            decrease_deceased,
            decrease_expelled,
            decrease_struck_off,
            decrease_resigned
        ) > 0 as has_moved
    from {{ ref('int_lines_kn3') }}
    where is_touched
)

select
    versions.commune_key,
    versions.month,
    versions.submission_id,
    versions.is_newest,
    versions.received_at,
    lines.form,
    count(*) as line_count,
    sum(lines.line_hash) as fingerprint,
    coalesce(bool_or(lines.has_moved), false) as has_moved,
    -- What was not read is neither the same as in another month nor different.
    not exists (
        select 1
        from {{ ref('int_unread_figures') }} as unread
        where unread.submission_number = versions.submission_number and unread.form = lines.form
    )
    and not exists (
        select 1
        from {{ ref('int_unread_columns') }} as unread
        where
            unread.submission_number = versions.submission_number
            and unread.form = lines.form
            and (unread.is_in_its_place or unread.is_repeated)
    ) as is_read_in_full
from lines
inner join {{ ref('int_report_versions') }} as versions on lines.submission_number = versions.submission_number
-- Who copies last month copies what was sent.
where versions.variant = 'sent'
group by
    versions.submission_number,
    versions.commune_key,
    versions.month,
    versions.submission_id,
    versions.is_newest,
    versions.received_at,
    lines.form
