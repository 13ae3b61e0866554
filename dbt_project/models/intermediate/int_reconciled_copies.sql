{{ config(materialized='table') }}

with compared as (
    select
        versions.submission_number,
        earlier.submission_id as earlier_id,
        bool_and(
            forms.line_count = earlier.line_count and forms.fingerprint = earlier.fingerprint
        ) as is_copy,
        bool_or(forms.has_moved or earlier.has_moved) as has_moved
    from {{ ref('int_report_versions') }} as versions
    inner join {{ ref('int_form_fingerprints') }} as forms
        on versions.submission_id = forms.submission_id
    inner join {{ ref('int_form_fingerprints') }} as earlier
        on
            versions.commune_key = earlier.commune_key
            and {{ month_before('versions.month') }} = earlier.month
            and forms.form = earlier.form
            -- A report that copies what was corrected since is still a copy.
            and (earlier.is_newest or versions.received_at >= earlier.received_at)
    where versions.is_touched
    group by versions.submission_number, earlier.submission_id
)

select
    rules.rule_id,
    compared.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    cast(bool_or(compared.is_copy) as double) as reported,
    cast(0 as double) as expected
from {{ ref('stg_rules') }} as rules
cross join compared
-- A month in which nothing happened may look like the one before.
where rules.kind = 'copy' and compared.has_moved
group by rules.rule_id, compared.submission_number
