with accepted as (
    select
        commune_key,
        month,
        min(received_at) as received_at,
        max(received_at) as newest_received_at,
        arg_min(on_time, received_at) as on_time
    from {{ ref('fct_submissions') }}
    where status = 'accepted'
    group by commune_key, month
),

-- The version that counts; where none does, the newest one.
counted as (
    select
        submissions.commune_key,
        submissions.month,
        submissions.submission_id,
        submissions.version,
        submissions.forms = 3 as is_complete,
        versions.is_published
    from {{ ref('fct_submissions') }} as submissions
    inner join {{ ref('stg_versions') }} as versions on submissions.submission_id = versions.submission_id
    where versions.is_published or versions.is_newest
    qualify
        row_number() over (
            partition by submissions.commune_key, submissions.month
            order by versions.is_published desc, submissions.version desc
        ) = 1
),

pending as (
    select
        commune_key,
        month,
        version
    from {{ ref('stg_versions') }}
    where is_newest and not is_published
),

refused as (
    select distinct
        commune_key,
        month
    from {{ ref('fct_submissions') }}
    where status = 'refused'
),

failures as (
    select
        commune_key,
        month,
        count(*) as open_failures,
        count(*) filter (severity = 'critical') as open_critical_failures
    from {{ ref('stg_failures') }}
    where state = 'open'
    group by commune_key, month
)

select
    expected.commune_key,
    expected.commune_code,
    expected.commune_name,
    expected.month,
    expected.due_on,
    accepted.received_at,
    accepted.newest_received_at,
    coalesce(accepted.on_time, false) as on_time,
    counted.version,
    case when counted.is_published then pending.version end as pending_version,
    coalesce(failures.open_failures, 0) as open_failures,
    coalesce(failures.open_critical_failures, 0) as open_critical_failures,
    case
        when counted.is_published then 'accepted'
        when counted.commune_key is not null then 'held_back'
        when refused.commune_key is not null then 'refused'
        else 'not_reported'
    end as status,
    coalesce(counted.is_complete, false) as complete,
    coalesce(figures.is_corrected, false) as is_corrected,
    counted.submission_id
from {{ ref('int_expected_reports') }} as expected
left join accepted on expected.commune_key = accepted.commune_key and expected.month = accepted.month
left join counted on expected.commune_key = counted.commune_key and expected.month = counted.month
left join pending on expected.commune_key = pending.commune_key and expected.month = pending.month
left join refused on expected.commune_key = refused.commune_key and expected.month = refused.month
left join failures on expected.commune_key = failures.commune_key and expected.month = failures.month
left join {{ ref('int_commune_month_figures') }} as figures
    on expected.commune_key = figures.commune_key and expected.month = figures.month
