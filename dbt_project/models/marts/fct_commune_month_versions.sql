{{ config(materialized='incremental', incremental_strategy='touched_months', on_schema_change='fail') }}

with sums as (
    select
        submission_number,
        {{ sums_of('KN-1') }}
    from {{ ref('int_lines_kn1') }}
    where line_kind = 'cell' and is_touched
    group by submission_number
),

blocking as (
    select
        submission_id,
        variant,
        count(*) filter (settled_at is null) as unsettled,
        max(settled_at) as settled_at
    from {{ ref('stg_version_failures') }}
    where severity = 'critical'
    group by submission_id, variant
),

reigns as (
    select
        versions.submission_number,
        versions.submission_id,
        versions.commune_key,
        versions.commune_code,
        versions.month,
        versions.version,
        versions.variant,
        versions.stated_at,
        -- What comes later takes the place of what was there, be it better or worse.
        min(versions.stated_at) over (
            partition by versions.commune_key, versions.month
            order by versions.version asc, versions.variant desc
            rows between 1 following and unbounded following
        ) as ended_at,
        case
            when coalesce(blocking.unsettled, 0) = 0 then greatest(versions.stated_at, blocking.settled_at)
        end as passed_at
    from {{ ref('int_report_versions') }} as versions
    left join blocking
        on versions.submission_id = blocking.submission_id and versions.variant = blocking.variant
    where versions.is_touched
)

select
    {{ key_of(['reigns.submission_id', 'reigns.variant']) }} as version_key,
    reigns.commune_key,
    reigns.commune_code,
    reigns.month,
    reigns.version,
    reigns.variant,
    reigns.submission_id,
    reigns.stated_at,
    case when reigns.passed_at < coalesce(reigns.ended_at, timestamp '9999-12-31') then reigns.passed_at end
        as believed_from,
    case when reigns.passed_at < reigns.ended_at then reigns.ended_at end as believed_to,
    {{ counts_from('sums', 'KN-1') }}
from reigns
left join sums on reigns.submission_number = sums.submission_number
