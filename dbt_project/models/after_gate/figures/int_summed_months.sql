-- Each month counts three times: for itself, for its year and for the communes' term. What it is made of there is told
-- by the sum of its rows' hashes; what all are made of is part of it.
with of_terms as (
    select
        month,
        term,
        sum(row_hash) as row_hashes
    from ({{ rows_with_hash('int_commune_month_figures') }})
    group by month, term
),

kinds as (
    select unnest(['month', 'year', 'term']) as period_kind
),

of_periods as (
    select
        kinds.period_kind,
        case kinds.period_kind
            when 'month' then strftime(of_terms.month, '%Y-%m')
            when 'year' then strftime(of_terms.month, '%Y')
            else of_terms.term
        end as period,
        of_terms.month,
        of_terms.row_hashes
    from of_terms
    cross join kinds
)

select
    of_periods.period_kind,
    of_periods.period,
    of_periods.month,
    cast(hash(sum(of_periods.row_hashes), any_value(run_settings.scope_name)) as varchar) as made_of
from of_periods
cross join {{ ref('stg_run_settings') }} as run_settings
where of_periods.period is not null
group by of_periods.period_kind, of_periods.period, of_periods.month
