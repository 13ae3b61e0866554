-- Reports are of no month before (the reader refuses them), but official forms may be about earlier years; reports may
-- be of a month after the last term on file, as long as the next term has not been entered.
with official as (
    select make_date(min(cast(left(period, 4) as integer)), 1, 1) as first_month
    from {{ ref('stg_official_lines') }}
),

bounds as (
    select
        date_trunc('year', least(min(terms.starts_on), (select official.first_month from official))) as first_month,
        date_trunc('year', greatest(max(terms.ends_on), max(run_settings.today))) + interval 11 month as last_month
    from {{ ref('stg_terms') }} as terms
    cross join {{ ref('stg_run_settings') }} as run_settings
),

months as (
    select cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month
    from bounds
)

select
    months.month,
    cast(year(months.month) as integer) as year,
    cast(month(months.month) as integer) as month_of_year,
    cast(quarter(months.month) as integer) as quarter,
    case when month(months.month) <= 6 then 1 else 2 end as half_year,
    last_day(months.month) as last_day,
    terms.term,
    {{ months_from_to('terms.starts_on', 'months.month') }} as position_in_term
from months
left join {{ ref('stg_terms') }} as terms on months.month between terms.starts_on and terms.ends_on
