{#- The share of outcomes that a range is meant to hold, the years of a term, and those that the rates look back on. -#}
{%- set interval_share = 0.8 -%}
{%- set years_in_term = 5 -%}
{%- set years_looked_at = 5 -%}

with newest_lists as (
    select
        'commune' as level,
        commune_key,
        month,
        candidates,
        class_attended,
        under_verification,
        files_complete
    from {{ ref('int_commune_month_figures') }}
    where candidates is not null
    qualify row_number() over (partition by commune_key order by month desc) = 1
    union all
    -- The city's list is that of the newest month in which each of its communes gave one.
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        month,
        sum(candidates) as candidates,
        case when count(*) = count(class_attended) then sum(class_attended) end as class_attended,
        case when count(*) = count(under_verification) then sum(under_verification) end as under_verification,
        case when count(*) = count(files_complete) then sum(files_complete) end as files_complete
    from {{ ref('int_commune_month_figures') }}
    group by month
    having count(*) = count(candidates)
    qualify row_number() over (order by month desc) = 1
),

planned as (
    select
        'commune' as level,
        communes.commune_key,
        communes.commune_code,
        communes.commune_name
    from {{ ref('dim_commune') }} as communes
    inner join {{ ref('stg_scope') }} as scope
        on communes.commune_key = scope.commune_key and scope.is_expected
    cross join {{ ref('stg_run_settings') }} as run_settings
    where run_settings.today >= communes.valid_from and run_settings.today < communes.valid_to
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        cast(null as varchar) as commune_code,
        scope_name as commune_name
    from {{ ref('stg_run_settings') }}
),

units as (
    select
        planned.*,
        lists.month,
        lists.candidates,
        lists.class_attended,
        lists.under_verification,
        lists.files_complete
    from planned
    left join newest_lists as lists
        on planned.level = lists.level and planned.commune_key is not distinct from lists.commune_key
),

-- Where the years begin that the rates look back on (those of the older of the two, where the newest list of candidates
-- and the newest month of admissions differ).
looked_back_to as (
    select
        commune_key,
        least(max(month) filter (candidates is not null), max(month) filter (admitted is not null))
        - interval {{ 12 * years_looked_at - 1 }} month as first_month
    from {{ ref('int_commune_month_figures') }}
    group by commune_key
),

city_looked_back_to as (
    select max(month) - interval {{ 12 * years_looked_at - 1 }} month as first_month
    from (
        select month
        from {{ ref('int_commune_month_figures') }}
        group by month
        having count(*) = count(admitted)
    )
),

-- What is held back from there to now is in neither the list nor the rates; where nothing is known, all of it. What
-- stewards have put right there is in them; the first year is measured by the list of the month before it. The city's
-- conversion looks at the years of its communes' lists, its history at its own.
marked_months as (
    select
        figures.commune_key,
        figures.is_held_back,
        figures.has_corrected_admissions,
        figures.has_corrected_candidates,
        coalesce(figures.month >= communes.first_month, true) as is_looked_at,
        coalesce(figures.month >= communes.first_month - interval 1 month, true) as is_list_looked_at,
        coalesce(figures.month >= least(communes.first_month, city.first_month), true) as is_looked_at_by_city
    from {{ ref('int_commune_month_figures') }} as figures
    inner join looked_back_to as communes on figures.commune_key = communes.commune_key
    cross join city_looked_back_to as city
    where figures.is_held_back or figures.has_corrected_admissions or figures.has_corrected_candidates
),

marked as (
    select
        'commune' as level,
        commune_key,
        count(*) filter (is_held_back and is_looked_at) as months_held_back,
        count(*) filter (
            (has_corrected_admissions and is_looked_at) or (has_corrected_candidates and is_list_looked_at)
        ) as months_corrected
    from marked_months
    group by commune_key
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        count(*) filter (is_held_back and is_looked_at_by_city) as months_held_back,
        count(*) filter (
            (has_corrected_admissions and is_looked_at_by_city) or (has_corrected_candidates and is_list_looked_at)
        ) as months_corrected
    from marked_months
),

-- A commune without three complete years of its own has the city's conversion, but not the city's years.
with_rates as (
    select
        units.*,
        coalesce(own.rate, city.rate) as conversion,
        coalesce(own.level, city.level) as conversion_source,
        coalesce(own.years_used, city.years_used) as conversion_years_used,
        coalesce(own.admitted, city.admitted) as conversion_admitted,
        coalesce(own.exposure, city.exposure) as conversion_exposure,
        coalesce(own.dispersion, city.dispersion) as conversion_dispersion,
        history.mean_admitted_3_years,
        history.mean_admitted_5_years,
        history.years_used as history_years_used,
        history.admitted as history_admitted,
        history.exposure as history_exposure,
        history.dispersion as history_dispersion
    from units
    left join {{ ref('mart_admission_rates') }} as own
        on
            own.basis = 'candidates'
            and units.level = own.level
            and units.commune_key is not distinct from own.commune_key
    left join {{ ref('mart_admission_rates') }} as city
        on city.basis = 'candidates' and city.level = 'city'
    left join {{ ref('mart_admission_rates') }} as history
        on
            history.basis = 'history'
            and units.level = history.level
            and units.commune_key is not distinct from history.commune_key
),

-- A year by today's list, or else by earlier years; a term by earlier years only: its candidates are not known yet.
estimates as (
    select
        level,
        commune_key,
        'year' as period_kind,
        'candidates' as method,
        conversion_admitted as admitted,
        conversion_exposure as exposure,
        conversion_dispersion as dispersion,
        candidates as horizon
    from with_rates
    where conversion is not null and candidates is not null
    union all
    select
        level,
        commune_key,
        'year' as period_kind,
        'history' as method,
        history_admitted as admitted,
        history_exposure as exposure,
        history_dispersion as dispersion,
        1 as horizon
    from with_rates
    where (conversion is null or candidates is null) and history_admitted is not null
    union all
    select
        level,
        commune_key,
        'term' as period_kind,
        'history' as method,
        history_admitted as admitted,
        history_exposure as exposure,
        history_dispersion as dispersion,
        {{ years_in_term }} as horizon
    from with_rates
    where history_admitted is not null
),

-- Poisson counts with Jeffreys' gamma prior (1/2, 0): what is to come is negative binomial with `size` and `chance`.
-- Counts that scatter more than Poisson's are brought to its unit, and back at the end.
predictions as (
    select
        level,
        commune_key,
        period_kind,
        method,
        dispersion,
        admitted / exposure * horizon as point,
        admitted / dispersion + 0.5 as size,
        exposure / (exposure + horizon) as chance
    from estimates
),

-- Beyond three standard deviations above the mean lies no more than a tenth, whatever the distribution (Cantelli).
outcomes as (
    select
        level,
        commune_key,
        period_kind,
        size,
        chance,
        unnest(generate_series(0, cast(ceil(
            (size * (1 - chance) + 3 * sqrt(size * (1 - chance))) / chance
        ) as bigint))) as outcome
    from predictions
),

cumulated as (
    select
        level,
        commune_key,
        period_kind,
        outcome,
        sum(exp(
            lgamma(outcome + size) - lgamma(size) - lgamma(outcome + 1) + size * ln(chance)
            -- Nobody on the list: nobody is to come, and 0 × ln 0 is 0.
            + case when outcome = 0 then 0 else outcome * ln(1 - chance) end
        )) over (partition by level, commune_key, period_kind order by outcome) as probability
    from outcomes
),

quantiles as (
    select
        level,
        commune_key,
        period_kind,
        min(outcome) filter (probability >= {{ (1 - interval_share) / 2 }}) as low,
        min(outcome) filter (probability >= {{ (1 + interval_share) / 2 }}) as high
    from cumulated
    group by level, commune_key, period_kind
),

ranges as (
    select
        predictions.level,
        predictions.commune_key,
        predictions.period_kind,
        predictions.method,
        predictions.dispersion,
        predictions.point,
        cast(floor(quantiles.low * predictions.dispersion) as bigint) as low,
        cast(ceil(quantiles.high * predictions.dispersion) as bigint) as high
    from predictions
    inner join quantiles
        on
            predictions.level = quantiles.level
            and predictions.commune_key is not distinct from quantiles.commune_key
            and predictions.period_kind = quantiles.period_kind
)

select
    units.level,
    units.commune_key,
    units.commune_code,
    units.commune_name,
    units.month,
    cast(units.candidates as bigint) as candidates,
    cast(units.class_attended as bigint) as class_attended,
    cast(units.under_verification as bigint) as under_verification,
    cast(units.files_complete as bigint) as files_complete,
    units.conversion,
    units.conversion_source,
    units.conversion_years_used,
    units.mean_admitted_3_years,
    units.mean_admitted_5_years,
    units.history_years_used,
    of_year.point as year_point,
    of_year.low as year_low,
    of_year.high as year_high,
    of_year.method as year_method,
    of_year.dispersion as year_dispersion,
    case
        when of_year.point is not null then null
        when units.candidates is null then 'no_candidates_known'
        else 'too_few_complete_years'
    end as year_reason,
    of_term.point as term_point,
    of_term.low as term_low,
    of_term.high as term_high,
    of_term.method as term_method,
    of_term.dispersion as term_dispersion,
    case when of_term.point is null then 'too_few_complete_years' end as term_reason,
    cast({{ interval_share }} as double) as interval_share,
    coalesce(marked.months_held_back, 0) as months_held_back,
    coalesce(marked.months_corrected, 0) as months_corrected
from with_rates as units
left join marked
    on units.level = marked.level and units.commune_key is not distinct from marked.commune_key
left join ranges as of_year
    on
        units.level = of_year.level
        and units.commune_key is not distinct from of_year.commune_key
        and of_year.period_kind = 'year'
left join ranges as of_term
    on
        units.level = of_term.level
        and units.commune_key is not distinct from of_term.commune_key
        and of_term.period_kind = 'term'
