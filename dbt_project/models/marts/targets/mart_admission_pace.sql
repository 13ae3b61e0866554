-- Only years of which every month is known: a month that is missing would look like a month in which nobody came.
with by_month as (
    select
        commune_key,
        year(month) as year,
        month(month) as month_number,
        sum(admitted) over so_far as admitted_by_then,
        sum(admitted) over whole_year as admitted_in_year,
        count(admitted) over whole_year as months_known,
        count(*) filter (where has_corrected_admissions) over whole_year as months_corrected
    from {{ ref('int_commune_month_figures') }}
    window
        so_far as (partition by commune_key, year(month) order by month),
        whole_year as (partition by commune_key, year(month))
),

complete_years as (
    select
        commune_key,
        year,
        month_number,
        admitted_by_then,
        admitted_in_year,
        months_corrected
    from by_month
    where months_known = 12
),

-- The whole office's year is that of its communes with a complete one.
years as (
    select
        'commune' as level,
        commune_key,
        year,
        month_number,
        admitted_by_then,
        admitted_in_year,
        months_corrected
    from complete_years
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        year,
        month_number,
        sum(admitted_by_then) as admitted_by_then,
        sum(admitted_in_year) as admitted_in_year,
        sum(months_corrected) as months_corrected
    from complete_years
    group by year, month_number
),

-- For which years a pace is asked.
asked as (
    select distinct
        'commune' as level,
        commune_key,
        year(month) as year
    from {{ ref('int_commune_months') }}
    union all
    select distinct
        'city' as level,
        cast(null as varchar) as commune_key,
        year(month) as year
    from {{ ref('int_commune_months') }}
),

-- Months that the gate holds back: they keep their commune's year out.
held_back as (
    select
        case when grouping(commune_key) = 1 then 'city' else 'commune' end as level,
        commune_key,
        year(month) as year,
        count(*) as months
    from {{ ref('int_commune_month_figures') }}
    where is_held_back
    group by year(month), rollup(commune_key)
),

held_back_before as (
    select
        asked.level,
        asked.commune_key,
        asked.year,
        cast(sum(held_back.months) as bigint) as months
    from asked
    inner join held_back
        on
            asked.level = held_back.level
            and asked.commune_key is not distinct from held_back.commune_key
            and asked.year > held_back.year
    group by asked.level, asked.commune_key, asked.year
)

select
    asked.level,
    asked.commune_key,
    cast(asked.year as integer) as year,
    cast(years.month_number as integer) as month_number,
    -- In one order: doubles add up to the same only then, and a rebuild must give the same figures.
    avg(years.admitted_by_then / years.admitted_in_year order by years.year) as share_by_then,
    cast(count(*) as bigint) as years_used,
    cast(min(years.year) as integer) as first_year_used,
    cast(max(years.year) as integer) as last_year_used,
    -- What usually still came in the rest of the year.
    avg(years.admitted_in_year - years.admitted_by_then) as admitted_afterwards,
    coalesce(any_value(held_back_before.months), 0) as months_held_back,
    cast(sum(years.months_corrected) as bigint) as months_corrected
from asked
inner join years
    on
        asked.level = years.level
        and asked.commune_key is not distinct from years.commune_key
        and asked.year > years.year
left join held_back_before
    on
        asked.level = held_back_before.level
        and asked.commune_key is not distinct from held_back_before.commune_key
        and asked.year = held_back_before.year
-- A year without admissions has no shares.
where years.admitted_in_year > 0
group by asked.level, asked.commune_key, asked.year, years.month_number
having asked.level = 'city' or count(*) >= 3
