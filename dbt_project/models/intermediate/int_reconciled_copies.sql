{{ config(materialized='table') }}

-- A line as one number, so that forms are compared by the sum of their lines: whoever sorts the rows anew has still
-- copied them. The figures are hashed in one order and a blank is not 0.
with lines as (
    select
        submission_id,
        'KN-1' as form,
        hash(line_kind, lower(trim(coalesce(cell_name, ''))), {{ figures_of('KN-1') | join(', ') }}) as line_hash,
        admitted > 0 as has_moved
    from {{ ref('stg_report_lines_kn1') }}
    union all
    select
        submission_id,
        'KN-2' as form,
        hash(line_kind, lower(trim(coalesce(cell_name, ''))), {{ figures_of('KN-2') | join(', ') }}) as line_hash,
        -- How many candidates there are at the month's end says nothing of what went on in it.
        false as has_moved
    from {{ ref('stg_report_lines_kn2') }}
    union all
    select
        submission_id,
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
    from {{ ref('stg_report_lines_kn3') }}
),

forms as (
    select
        versions.submission_number,
        lines.form,
        count(*) as line_count,
        sum(lines.line_hash) as fingerprint,
        coalesce(bool_or(lines.has_moved), false) as has_moved
    from lines
    inner join {{ ref('int_report_versions') }} as versions on lines.submission_id = versions.submission_id
    group by versions.submission_number, lines.form
),

compared as (
    select
        versions.submission_number,
        earlier.submission_number as earlier_number,
        bool_and(
            forms.line_count = earlier_forms.line_count and forms.fingerprint = earlier_forms.fingerprint
        ) as is_copy,
        bool_or(forms.has_moved or earlier_forms.has_moved) as has_moved
    from {{ ref('int_report_versions') }} as versions
    inner join {{ ref('int_report_versions') }} as earlier
        on
            versions.commune_key = earlier.commune_key
            and {{ month_before('versions.month') }} = earlier.month
            -- A report that copies what was corrected since is still a copy.
            and (earlier.is_newest or versions.received_at >= earlier.received_at)
    inner join forms on versions.submission_number = forms.submission_number
    inner join forms as earlier_forms
        on
            earlier.submission_number = earlier_forms.submission_number
            and forms.form = earlier_forms.form
    group by versions.submission_number, earlier.submission_number
)

select
    rules.rule_id,
    compared.submission_number,
    cast(null as integer) as line_id,
    cast(null as varchar) as field,
    cast(bool_or(compared.is_copy) as double) as reported,
    cast(0 as double) as expected
from {{ ref('stg_rules') }} as rules
cross join compared
-- A month in which nothing happened may look like the one before.
where rules.kind = 'copy' and compared.has_moved
group by rules.rule_id, compared.submission_number
