{%- set parts = parts_of_admitted() -%}
{%- set sums = ['admitted'] + parts + share_sums_of(parts) -%}

-- Each month counts three times: for itself, for its year and for the commune's term.
with kinds as (
    select unnest(['month', 'year', 'term']) as period_kind
),

periods as (
    select
        figures.*,
        kinds.period_kind,
        case kinds.period_kind
            when 'month' then strftime(figures.month, '%Y-%m')
            when 'year' then strftime(figures.month, '%Y')
            else figures.term
        end as period
    from {{ ref('int_commune_month_figures') }} as figures
    cross join kinds
),

levels as (
    select
        case when grouping(commune_key) = 1 then 'city' else 'commune' end as level,
        commune_key,
        commune_code,
        commune_name,
        period_kind,
        period,
        month,
        count(*) as months_expected,
        count(*) filter (where admission_cells > 0) as months_reported,
        count(*) filter (where is_held_back) as months_held_back,
        count(*) filter (where has_corrected_admissions) as months_corrected,
        count(*) filter (where lacks_admitted) as months_lacking_admitted,
        {{ columns_of(sums, 'cast(sum({}) as bigint) as {}') }}
    from periods
    where period is not null
    group by period_kind, period, month, rollup((commune_key, commune_code, commune_name))
),

to_date as (
    select
        level,
        commune_key,
        commune_code,
        commune_name,
        period_kind,
        period,
        month,
        {{ columns_of(
            ['months_expected', 'months_reported', 'months_held_back', 'months_corrected', 'months_lacking_admitted']
            + sums,
            'cast(sum({}) over so_far as bigint) as {}'
        ) }}
    from levels
    window so_far as (
        partition by level, commune_key, period_kind, period
        order by month
    )
)

select
    to_date.level,
    to_date.commune_key,
    to_date.commune_code,
    case to_date.level when 'city' then run_settings.scope_name else to_date.commune_name end as commune_name,
    to_date.period_kind,
    to_date.period,
    to_date.month,
    to_date.months_expected,
    to_date.months_reported,
    to_date.months_held_back,
    to_date.months_corrected,
    to_date.months_lacking_admitted,
    to_date.admitted,
    {{ columns_of(parts, 'to_date.{}, to_date.{}_base, ' ~ share_of('to_date.{}') ~ ' as {}_share') }}
from to_date
cross join {{ ref('stg_run_settings') }} as run_settings
