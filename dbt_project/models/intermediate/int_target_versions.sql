-- Newest last: a sheet that takes effect later, or, on the same day, came later, replaces the one before it.
with ordered as (
    select
        submission_id,
        line_number,
        sheet,
        cell,
        commune_key,
        commune_code,
        term,
        period_kind,
        year,
        case period_kind when 'year' then cast(year as varchar) else term end as period,
        target,
        effective_on,
        row_number() over same_period as version,
        lead(effective_on) over same_period as effective_until
    from {{ ref('stg_targets') }}
    window same_period as (
        partition by commune_key, period_kind, case period_kind when 'year' then cast(year as varchar) else term end
        order by effective_on, received_at, submission_id, line_number
    )
)

select
    submission_id,
    line_number,
    sheet,
    cell,
    commune_key,
    commune_code,
    period_kind,
    period,
    term,
    year,
    cast(version as integer) as version,
    target,
    effective_on,
    coalesce(effective_until, date '9999-12-31') as effective_until
from ordered
