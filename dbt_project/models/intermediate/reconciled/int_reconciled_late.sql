-- By how many days a month's first report came after it was due; however many they are, it is late.
with first_received as (
    select
        commune_key,
        month,
        min(received_on) as received_on
    from {{ ref('int_report_versions') }}
    group by commune_key, month
),

days_late as (
    select
        versions.submission_number,
        date_diff(
            'day', {{ due_on('versions.month', 'run_settings.due_day') }}, first_received.received_on
        ) as days_late
    from {{ ref('int_report_versions') }} as versions
    inner join first_received
        on versions.commune_key = first_received.commune_key and versions.month = first_received.month
    cross join {{ ref('stg_run_settings') }} as run_settings
    where versions.is_touched
)

select
    rules.rule_id,
    days_late.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    cast(greatest(days_late.days_late, 0) as double) as reported,
    cast(0 as double) as expected
from {{ ref('stg_rules') }} as rules
cross join days_late
where rules.kind = 'late'
