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
        candidates
    from {{ ref('int_commune_month_figures') }}
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        month,
        case when count(*) = count(admitted) then sum(admitted) end as admitted,
        cast(null as bigint) as candidates
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

-- Years of twelve months, counted back from there; a year with a month missing says nothing.
complete_years as (
    select
        looking_back.level,
        looking_back.commune_key,
        looking_back.basis,
        looking_back.last_month,
        date_diff('month', months.month, looking_back.last_month) // 12 + 1 as years_back,
        min(months.month) as first_month_of_year,
        max(months.month) as last_month_of_year,
        sum(months.admitted) as admitted
    from looking_back
    inner join unit_months as months
        on
            looking_back.level = months.level
            and looking_back.commune_key is not distinct from months.commune_key
            and looking_back.last_month >= months.month
            and looking_back.last_month < months.month + to_months({{ 12 * years_looked_at }})
    group by
        looking_back.level, looking_back.commune_key, looking_back.basis, looking_back.last_month,
        date_diff('month', months.month, looking_back.last_month) // 12 + 1
    having count(months.admitted) = 12
),

-- What the admissions of a year are measured by: the candidates on the list before it, or the year itself.
years as (
    select
        complete_years.level,
        complete_years.commune_key,
        complete_years.basis,
        complete_years.years_back,
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
    level,
    commune_key,
    basis,
    count(*) as years_known,
    list(year_used order by years_back desc) as years_used,
    cast(sum(admitted) as bigint) as admitted,
    cast(sum(exposure) as bigint) as exposure,
    any_value(rate) as rate,
    avg(admitted) filter (place <= {{ years_needed }}) as mean_admitted_3_years,
    case when count(*) = {{ years_looked_at }} then avg(admitted) end as mean_admitted_5_years,
    -- Pearson's statistic over its degrees of freedom; never below 1: that luck was even is no promise.
    greatest(
        1, coalesce(sum(
            power(admitted - rate * exposure, 2) / nullif(rate * exposure, 0)
            order by years_back
        ) / (count(*) - 1), 1)
    ) as dispersion
from with_rate
group by level, commune_key, basis
having count(*) >= {{ years_needed }}
