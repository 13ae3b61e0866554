{{ config(materialized='incremental', incremental_strategy='touched_sums', on_schema_change='fail') }}

{%- set parts = parts_of_admitted() -%}
{%- set sums = ['admitted'] + parts + share_sums_of(parts) -%}

-- Of a period of which a month is touched all are looked at: the sums to date go on from them.
with periods as (
    select
        figures.*,
        summed.period_kind,
        summed.period
    from {{ ref('int_commune_month_figures') }} as figures
    inner join {{ ref('int_summed_months') }} as summed
        on figures.month = summed.month and (summed.period_kind != 'term' or figures.term = summed.period)
    where
        (summed.period_kind, summed.period) in (
            select
                touched.period_kind,
                touched.period
            from {{ ref('int_touched_sums') }} as touched
        )
),

levels as (
    select
        'commune' as level,
        commune_key,
        commune_code,
        commune_name,
        period_kind,
        period,
        month,
        1 as months_expected,
        cast(admission_cells > 0 as integer) as months_reported,
        cast(is_held_back as integer) as months_held_back,
        cast(has_corrected_admissions as integer) as months_corrected,
        cast(lacks_admitted as integer) as months_lacking_admitted,
        {{ columns_of(sums, '{}') }}
    from periods
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        cast(null as varchar) as commune_code,
        cast(null as varchar) as commune_name,
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
    group by period_kind, period, month
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
inner join {{ ref('int_touched_sums') }} as touched
    on {{ is_the_same_sum('to_date', 'touched') }}
