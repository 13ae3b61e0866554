-- Half-years and years that have ended and of which some month was reported, and those somebody sent a form for.
with bounds as (
    select
        min(month) as first_month,
        max(month) as last_month,
        (select max(reported.month) from {{ ref('int_commune_months') }} as reported) as last_reported_month
    from {{ ref('int_expected_reports') }}
),

sent as (
    select distinct period
    from {{ ref('stg_official_lines') }}
),

years as (
    select distinct year
    from (
        select unnest(range(year(first_month), year(last_month) + 1)) as year
        from bounds
        union all
        select cast(left(period, 4) as bigint) as year
        from sent
    ) as known
),

halves as (
    select
        unnest(['', '-H1', '-H2']) as ending,
        unnest([1, 1, 7]) as first_number,
        unnest([12, 6, 12]) as last_number
),

periods as (
    select
        years.year || halves.ending as period,
        (years.year - 1) || halves.ending as year_before,
        make_date(years.year, halves.first_number, 1) as first_month,
        make_date(years.year, halves.last_number, 1) as last_month
    from years
    cross join halves
)

select
    periods.period,
    periods.year_before,
    periods.first_month,
    periods.last_month
from periods
cross join bounds
where
    periods.period in (select sent.period from sent)
    or (
        periods.last_month >= bounds.first_month
        and periods.last_month <= bounds.last_month
        and periods.first_month <= bounds.last_reported_month
    )
