-- Newest last: a sheet that takes effect later, or, on the same day, came later, replaces the one before it. When a
-- sheet came says nothing about when it took effect: one that came late holds from its own day, not from ours.
with periods as (
    select
        targets.submission_id,
        targets.line_number,
        targets.sheet,
        targets.cell,
        targets.commune_key,
        targets.commune_code,
        targets.term,
        targets.period_kind,
        targets.year,
        targets.target,
        targets.effective_on,
        targets.received_at,
        case targets.period_kind when 'year' then cast(targets.year as varchar) else targets.term end as period,
        -- A term begins and ends in mid-year: its first and last year are half years to it. And nobody owes
        -- anything for the months before there was a commune.
        greatest(
            commune_terms.first_month, make_date(targets.year, 1, 1), date_trunc('month', communes.valid_from)
        ) as covers_from,
        least(commune_terms.last_month, make_date(targets.year, 12, 1)) as covers_to
    from {{ ref('stg_targets') }} as targets
    -- A term that reference/terms.csv does not have yet says nothing about any month.
    inner join {{ ref('stg_terms') }} as terms on targets.term = terms.term
    inner join {{ ref('stg_communes') }} as communes on targets.commune_key = communes.commune_key
    left join {{ ref('int_commune_terms') }} as commune_terms
        on targets.commune_key = commune_terms.commune_key and targets.term = commune_terms.term
    where
        -- A blank on an amended sheet is no target of none: the one before it stands.
        targets.target is not null
        and targets.effective_on is not null
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
    cast(row_number() over same_period as integer) as version,
    target,
    -- The next term's sheet sets anew the year in which it begins, and then means the whole of it.
    cast(min(covers_from) over same_period as date) as covers_from,
    covers_to,
    effective_on,
    coalesce(lead(effective_on) over same_period, date '9999-12-31') as effective_until,
    received_at
from periods
window same_period as (
    partition by commune_key, period_kind, period
    order by effective_on, received_at, submission_id, line_number
)
