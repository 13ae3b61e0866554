{#- How many complete years make a rate, and how far back they are looked for. -#}
{%- set years_needed = 3 -%}
{%- set years_looked_at = 5 -%}

-- The city's month is known when each of its communes' is.
with unit_months as (
    select
        'commune' as level,
        commune_key,
        month,
        admitted,
        candidates,
        cast(coalesce(is_held_back, false) as bigint) as communes_held_back
    from {{ ref('int_commune_month_figures') }}
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        month,
        case when count(*) = count(admitted) then sum(admitted) end as admitted,
        cast(null as bigint) as candidates,
        count(*) filter (is_held_back) as communes_held_back
    from {{ ref('int_commune_month_figures') }}
    group by month
),

-- Two ways to look back: from the newest list of candidates, and from the newest month.
looking_back as (
    select
        level,
        commune_key,
        'candidates' as basis,
        max(month) as last_month
    from unit_months
    where candidates is not null
    group by level, commune_key
    union all
    select
        level,
        commune_key,
        'history' as basis,
        max(month) as last_month
    from unit_months
    where admitted is not null
    group by level, commune_key
),

-- Years of twelve months, counted back from there.
months_looked_at as (
    select
        looking_back.level,
        looking_back.commune_key,
        looking_back.basis,
        date_diff('month', months.month, looking_back.last_month) // 12 + 1 as years_back,
        months.month,
        months.admitted,
        months.communes_held_back
    from looking_back
    inner join unit_months as months
        on
            looking_back.level = months.level
            and looking_back.commune_key is not distinct from months.commune_key
            and looking_back.last_month >= months.month
            and looking_back.last_month < months.month + to_months({{ 12 * years_looked_at }})
),

-- A year with a month missing says nothing.
complete_years as (
    select
        level,
        commune_key,
        basis,
        years_back,
        min(month) as first_month_of_year,
        max(month) as last_month_of_year,
        sum(admitted) as admitted
    from months_looked_at
    group by level, commune_key, basis, years_back
    having count(admitted) = 12
),

held_back as (
    select
        level,
        commune_key,
        basis,
        cast(sum(communes_held_back) as bigint) as months
    from months_looked_at
    group by level, commune_key, basis
    union all
    -- The city's conversion looks at what its communes' conversions look at.
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        basis,
        cast(sum(communes_held_back) as bigint) as months
    from months_looked_at
    where basis = 'candidates'
    group by basis
),

-- What the admissions of a year are measured by: the candidates on the list before it, or the year itself.
years as (
    select
        complete_years.level,
        complete_years.commune_key,
        complete_years.basis,
        complete_years.years_back,
        complete_years.first_month_of_year,
        complete_years.last_month_of_year,
        strftime(complete_years.first_month_of_year, '%Y-%m') || '/'
        || strftime(complete_years.last_month_of_year, '%Y-%m') as year_used,
        complete_years.admitted,
        case when complete_years.basis = 'candidates' then lists.candidates else 1 end as exposure
    from complete_years
    left join unit_months as lists
        on
            complete_years.level = lists.level
            and complete_years.commune_key is not distinct from lists.commune_key
            and complete_years.first_month_of_year = lists.month + interval 1 month
),

-- Commune-months in which stewards have put something right, each as its own commune's and as the city's.
corrected_months as (
    select
        unnest(['commune', 'city']) as level,
        unnest([commune_key, null]) as commune_key,
        commune_key as corrected_commune_key,
        month,
        has_corrected_admissions,
        has_corrected_candidates
    from {{ ref('int_commune_month_figures') }}
    where has_corrected_admissions or has_corrected_candidates
),

-- Those behind a rate: admissions of a year that counts, candidates of the list before it. A list may stand in another
-- year that counts; its month is one month all the same.
corrected_behind as (
    select distinct
        years.level,
        years.commune_key,
        years.basis,
        corrected_months.corrected_commune_key,
        corrected_months.month
    from years
    inner join corrected_months
        on
            years.level = corrected_months.level
            and years.commune_key is not distinct from corrected_months.commune_key
            and years.last_month_of_year >= corrected_months.month
            and years.first_month_of_year <= corrected_months.month + interval 1 month
    where
        years.exposure > 0
        and case
            when corrected_months.month >= years.first_month_of_year then corrected_months.has_corrected_admissions
            else years.basis = 'candidates' and corrected_months.has_corrected_candidates
        end
),

corrected as (
    select
        level,
        commune_key,
        basis,
        count(*) as months
    from corrected_behind
    group by level, commune_key, basis
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        basis,
        count(*) as months
    from corrected_behind
    where basis = 'candidates'
    group by basis
),

-- The city's conversion is that of all its communes' lists together, as far as they have complete years.
every_year as (
    select
        level,
        commune_key,
        basis,
        years_back,
        year_used,
        admitted,
        exposure
    from years
    where exposure > 0
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        basis,
        years_back,
        max(year_used) as year_used,
        sum(admitted) as admitted,
        sum(exposure) as exposure
    from years
    where basis = 'candidates' and exposure > 0
    group by basis, years_back
),

with_rate as (
    select
        level,
        commune_key,
        basis,
        years_back,
        year_used,
        admitted,
        exposure,
        sum(admitted) over unit / sum(exposure) over unit as rate,
        row_number() over (partition by level, commune_key, basis order by years_back) as place
    from every_year
    window unit as (partition by level, commune_key, basis)
)

select
    with_rate.level,
    with_rate.commune_key,
    with_rate.basis,
    count(*) as years_known,
    list(with_rate.year_used order by with_rate.years_back desc) as years_used,
    cast(sum(with_rate.admitted) as bigint) as admitted,
    cast(sum(with_rate.exposure) as bigint) as exposure,
    any_value(with_rate.rate) as rate,
    avg(with_rate.admitted) filter (with_rate.place <= {{ years_needed }}) as mean_admitted_3_years,
    case when count(*) = {{ years_looked_at }} then avg(with_rate.admitted) end as mean_admitted_5_years,
    -- Pearson's statistic over its degrees of freedom; never below 1: that luck was even is no promise.
    greatest(
        1, coalesce(sum(
            power(with_rate.admitted - with_rate.rate * with_rate.exposure, 2)
            / nullif(with_rate.rate * with_rate.exposure, 0)
            order by with_rate.years_back
        ) / (count(*) - 1), 1)
    ) as dispersion,
    any_value(held_back.months) as months_held_back,
    coalesce(any_value(corrected.months), 0) as months_corrected
from with_rate
inner join held_back
    on
        with_rate.level = held_back.level
        and with_rate.commune_key is not distinct from held_back.commune_key
        and with_rate.basis = held_back.basis
left join corrected
    on
        with_rate.level = corrected.level
        and with_rate.commune_key is not distinct from corrected.commune_key
        and with_rate.basis = corrected.basis
group by with_rate.level, with_rate.commune_key, with_rate.basis
having count(*) >= {{ years_needed }}
