with accepted as (
    select
        commune_key,
        month,
        min(received_at) as received_at,
        max(received_at) as newest_received_at,
        arg_min(on_time, received_at) as on_time,
        max(version) as version,
        arg_max(submission_id, version) as submission_id,
        arg_max(forms, version) = 3 as is_complete
    from {{ ref('fct_submissions') }}
    where status = 'accepted'
    group by commune_key, month
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
    accepted.version,
    coalesce(failures.open_failures, 0) as open_failures,
    coalesce(failures.open_critical_failures, 0) as open_critical_failures,
    case
        when held_back.commune_key is not null then 'held_back'
        when accepted.commune_key is not null then 'accepted'
        when refused.commune_key is not null then 'refused'
        else 'not_reported'
    end as status,
    coalesce(accepted.is_complete, false) as complete,
    coalesce(figures.is_corrected, false) as is_corrected,
    accepted.submission_id
from {{ ref('int_commune_months') }} as expected
left join accepted on expected.commune_key = accepted.commune_key and expected.month = accepted.month
left join refused on expected.commune_key = refused.commune_key and expected.month = refused.month
left join failures on expected.commune_key = failures.commune_key and expected.month = failures.month
left join {{ ref('stg_held_back') }} as held_back
    on expected.commune_key = held_back.commune_key and expected.month = held_back.month
left join {{ ref('int_commune_month_figures') }} as figures
    on expected.commune_key = figures.commune_key and expected.month = figures.month
where expected.is_due
