with reported as (
    select
        commune_key,
        month,
        cast(sum(admitted) as bigint) as admitted
    from {{ ref('fct_admissions') }}
    group by commune_key, month
),

months as (
    select
        expected.commune_key,
        expected.commune_code,
        expected.commune_name,
        expected.month,
        expected.term,
        expected.months_in_term,
        {{ months_from_to('expected.term_first_month', 'expected.month') }} as months_elapsed,
        reported.admitted,
        -- A month that is not known counts for nothing here; where none is known the sum is not known either.
        cast(sum(reported.admitted) over (
            partition by expected.commune_key, year(expected.month)
            order by expected.month
        ) as bigint) as admitted_ytd,
        cast(sum(reported.admitted) over (
            partition by expected.commune_key, expected.term
            order by expected.month
        ) as bigint) as admitted_ttd
    from {{ ref('int_commune_months') }} as expected
    left join reported
        on expected.commune_key = reported.commune_key and expected.month = reported.month
),

with_targets as (
    select
        months.commune_key,
        months.commune_code,
        months.commune_name,
        months.month,
        months.term,
        months.admitted,
        months.admitted_ytd,
        months.admitted_ttd,
        year_targets.target as year_target,
        term_targets.target as term_target,
        -- The straight line: an equal part of the target in every month.
        term_targets.target * months.months_elapsed / months.months_in_term as expected_by_now,
        year_targets.target
        * {{ months_from_to('year_targets.covers_from', 'months.month') }}
        / {{ months_from_to('year_targets.covers_from', 'year_targets.covers_to') }} as expected_by_now_year
    from months
    left join {{ ref('fct_targets') }} as year_targets
        on
            months.commune_key = year_targets.commune_key
            and year_targets.period_kind = 'year'
            and year(months.month) = year_targets.year
            and last_day(months.month) >= year_targets.effective_on
            and last_day(months.month) < year_targets.effective_until
    left join {{ ref('fct_targets') }} as term_targets
        on
            months.commune_key = term_targets.commune_key
            and term_targets.period_kind = 'term'
            and months.term = term_targets.term
            and last_day(months.month) >= term_targets.effective_on
            and last_day(months.month) < term_targets.effective_until
)

select
    commune_key,
    commune_code,
    commune_name,
    month,
    term,
    admitted,
    admitted_ytd,
    admitted_ttd,
    year_target,
    term_target,
    admitted_ytd / nullif(year_target, 0) as year_attainment,
    admitted_ttd / nullif(term_target, 0) as term_attainment,
    expected_by_now,
    admitted_ttd - expected_by_now as gap,
    expected_by_now_year,
    admitted_ytd - expected_by_now_year as gap_year
from with_targets
