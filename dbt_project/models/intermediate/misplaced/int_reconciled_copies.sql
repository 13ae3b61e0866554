-- A report against every other month of the same commune within the time that is looked back (or on) and that came
-- before it: the month before is one rule's business (copy), all others another's (copy_of_other_month).
with compared as (
    select
        versions.submission_number,
        versions.month,
        earlier.submission_id as earlier_id,
        earlier.month as earlier_month,
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
            and versions.month != earlier.month
            and abs(date_diff('month', earlier.month, versions.month)) <= {{ var('months_looked_back') }}
            and forms.form = earlier.form
            -- A report that copies what was corrected since is still a copy.
            and (
                versions.received_at >= earlier.received_at
                or (earlier.is_newest and {{ month_before('versions.month') }} = earlier.month)
            )
    where versions.is_touched
    group by versions.submission_number, versions.month, earlier.submission_id, earlier.month
    having bool_and(forms.is_read_in_full and earlier.is_read_in_full)
),

-- A month in which nothing happened may look like another one.
told as (
    select
        submission_number,
        case when {{ month_before('month') }} = earlier_month then 'copy' else 'copy_of_other_month' end as kind,
        earlier_month,
        is_copy
    from compared
    where has_moved
)

select
    rules.rule_id,
    told.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    -- Which other month it is stands in the place of a cell's name.
    case
        when rules.kind = 'copy_of_other_month'
            then strftime(max(told.earlier_month) filter (where told.is_copy), '%-m/%Y')
    end as cell_name,
    cast(bool_or(told.is_copy) as double) as reported,
    cast(0 as double) as expected
from {{ ref('stg_rules') }} as rules
inner join told on rules.kind = told.kind
group by rules.rule_id, rules.kind, told.submission_number
