with months as (
    select
        commune_key,
        commune_code,
        commune_name,
        term,
        month,
        admission_cells > 0 as is_reported,
        is_held_back,
        held_back_admitted,
        has_corrected_admissions,
        admitted,
        women,
        ethnic_minority,
        lacks_admitted,
        lacks_women,
        lacks_ethnic_minority,
        max(month) filter (where admission_cells > 0) over (partition by term) as last_reported_month
    from {{ ref('int_commune_month_figures') }}
    where term is not null
),

-- How long each commune was there within each term. What the lists know of the future has not ended anybody yet.
lasting as (
    select
        commune_terms.commune_key,
        commune_terms.term,
        commune_terms.first_month,
        commune_terms.months_in_term,
        last_day(commune_terms.last_month) as ends_on,
        case
            when
                communes.valid_to <= run_settings.today
                and communes.valid_to > commune_terms.first_month
                and communes.valid_to <= commune_terms.last_month
                then cast(communes.valid_to - interval 1 day as date)
        end as ended_on,
        run_settings.today
    from {{ ref('int_commune_terms') }} as commune_terms
    inner join {{ ref('dim_commune') }} as communes on commune_terms.commune_key = communes.commune_key
    cross join {{ ref('stg_run_settings') }} as run_settings
),

-- The target in force at the end of the term or of the commune, or today while both last.
term_targets as (
    select
        lasting.commune_key,
        lasting.term,
        lasting.ended_on,
        targets.target_key,
        targets.target,
        -- What the commune's target adds to the city's: of one that ended in mid-term the part for its months, and
        -- nothing where its successor's target has it in it.
        case
            when lasting.ended_on is null then targets.target
            when targets.is_carried_by_successor then 0
            else
                targets.target * {{ months_from_to('lasting.first_month', 'lasting.ended_on') }}
                / lasting.months_in_term
        end as target_of_city
    from lasting
    left join {{ ref('fct_targets') }} as targets
        on
            lasting.commune_key = targets.commune_key
            and lasting.term = targets.term
            and targets.period_kind = 'term'
            and least(lasting.today, lasting.ends_on, lasting.ended_on) >= targets.effective_on
            and least(lasting.today, lasting.ends_on, lasting.ended_on) < targets.effective_until
),

communes as (
    select
        months.commune_key,
        months.commune_code,
        months.commune_name,
        months.term,
        cast(sum(months.admitted) as bigint) as admitted,
        cast(sum(months.women) as bigint) as women,
        cast(sum(months.ethnic_minority) as bigint) as ethnic_minority,
        count(*) filter (months.month <= months.last_reported_month) as months_elapsed,
        count(*) filter (months.is_reported) as months_reported,
        count(*) filter (months.is_held_back) as months_held_back,
        {{ held_back_sum('months.held_back_admitted', 'months.is_held_back') }} as held_back_admitted,
        count(*) filter (months.has_corrected_admissions) as months_corrected,
        count(*) filter (months.lacks_admitted) as months_lacking_admitted,
        count(*) filter (months.lacks_women) as months_lacking_women,
        count(*) filter (months.lacks_ethnic_minority) as months_lacking_ethnic_minority,
        any_value(term_targets.target) as term_target,
        any_value(term_targets.target_of_city) as target_of_city,
        any_value(term_targets.target_key) as term_target_key,
        any_value(term_targets.ended_on) as ended_on
    from months
    left join term_targets
        on months.commune_key = term_targets.commune_key and months.term = term_targets.term
    where months.last_reported_month is not null
    group by months.commune_key, months.commune_code, months.commune_name, months.term
),

elapsed as (
    select
        term,
        count(distinct month) filter (month <= last_reported_month) as months_elapsed
    from months
    group by term
),

city as (
    select
        communes.term,
        cast(sum(communes.admitted) as bigint) as admitted,
        cast(sum(communes.women) as bigint) as women,
        cast(sum(communes.ethnic_minority) as bigint) as ethnic_minority,
        any_value(elapsed.months_elapsed) as months_elapsed,
        cast(sum(communes.months_reported) as bigint) as months_reported,
        cast(sum(communes.months_held_back) as bigint) as months_held_back,
        {{ held_back_sum('communes.held_back_admitted', 'communes.months_held_back > 0') }} as held_back_admitted,
        cast(sum(communes.months_corrected) as bigint) as months_corrected,
        cast(sum(communes.months_lacking_admitted) as bigint) as months_lacking_admitted,
        cast(sum(communes.months_lacking_women) as bigint) as months_lacking_women,
        cast(sum(communes.months_lacking_ethnic_minority) as bigint) as months_lacking_ethnic_minority,
        cast(round(sum(communes.target_of_city order by communes.commune_key)) as bigint) as term_target,
        count(*) filter (communes.target_of_city is null) as communes_without_target,
        count(communes.ended_on) as communes_ended
    from communes
    inner join elapsed on communes.term = elapsed.term
    group by communes.term
)

select
    'city' as level,
    cast(null as varchar) as commune_key,
    cast(null as varchar) as commune_code,
    run_settings.scope_name as commune_name,
    city.term,
    city.admitted,
    city.women,
    city.ethnic_minority,
    city.admitted * 12 / nullif(city.months_elapsed, 0) as mean_per_year,
    city.term_target,
    -- Part of the communes' targets is no target of the whole.
    case when city.communes_without_target = 0 then city.admitted / nullif(city.term_target, 0) end as attainment,
    city.months_elapsed,
    city.months_reported,
    city.months_held_back,
    city.held_back_admitted,
    city.months_corrected,
    city.months_lacking_admitted,
    city.months_lacking_women,
    city.months_lacking_ethnic_minority,
    city.communes_without_target,
    city.communes_ended,
    cast(null as date) as ended_on,
    cast(null as varchar) as term_target_key
from city
cross join {{ ref('stg_run_settings') }} as run_settings
union all
select
    'commune' as level,
    commune_key,
    commune_code,
    commune_name,
    term,
    admitted,
    women,
    ethnic_minority,
    admitted * 12 / nullif(months_elapsed, 0) as mean_per_year,
    term_target,
    admitted / nullif(term_target, 0) as attainment,
    months_elapsed,
    months_reported,
    months_held_back,
    held_back_admitted,
    months_corrected,
    months_lacking_admitted,
    months_lacking_women,
    months_lacking_ethnic_minority,
    case when term_target is null then 1 else 0 end as communes_without_target,
    case when ended_on is null then 0 else 1 end as communes_ended,
    ended_on,
    term_target_key
from communes
