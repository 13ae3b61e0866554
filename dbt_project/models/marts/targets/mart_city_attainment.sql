with months as (
    select distinct
        expected.month,
        terms.term,
        date_trunc('month', terms.starts_on) as term_first_month,
        date_trunc('month', terms.ends_on) as term_last_month
    from {{ ref('int_commune_months') }} as expected
    left join {{ ref('stg_terms') }} as terms
        on expected.month between date_trunc('month', terms.starts_on) and terms.ends_on
),

communes as (
    select
        attainment.*,
        year_targets.covers_from as year_covers_from,
        year_targets.covers_to as year_covers_to,
        coalesce(year_targets.is_carried_by_successor, false) as is_year_carried,
        coalesce(term_targets.is_carried_by_successor, false) as is_term_carried,
        figures.is_held_back,
        figures.lacks_admitted,
        figures.has_corrected_admissions,
        max(attainment.month) over (partition by attainment.commune_key) as last_month
    from {{ ref('mart_target_attainment') }} as attainment
    left join {{ ref('fct_targets') }} as year_targets
        on attainment.year_target_key = year_targets.target_key
    left join {{ ref('fct_targets') }} as term_targets
        on attainment.term_target_key = term_targets.target_key
    inner join {{ ref('int_commune_month_figures') }} as figures
        on attainment.commune_key = figures.commune_key and attainment.month = figures.month
),

admissions as (
    select
        month,
        cast(sum(admitted) as bigint) as admitted,
        count(admitted) as communes_known,
        count(*) as communes_expected,
        count(*) filter (is_held_back) as communes_held_back,
        count(*) filter (lacks_admitted) as communes_lacking_admitted,
        {{ held_back_sum('held_back_admitted_month') }} as held_back_admitted,
        count(*) filter (has_corrected_admissions) as communes_corrected
    from communes
    group by month
),

this_year as (
    select
        month,
        cast(sum(admitted) over (partition by year(month) order by month) as bigint) as admitted_ytd,
        cast(sum(communes_known) over (partition by year(month) order by month) as bigint) as months_reported,
        cast(sum(communes_held_back) over (partition by year(month) order by month) as bigint) as months_held_back,
        cast(sum(communes_lacking_admitted) over (partition by year(month) order by month) as bigint)
            as months_lacking_admitted,
        {{ held_back_sum(
            'held_back_admitted', 'communes_held_back > 0', '(partition by year(month) order by month)'
        ) }} as held_back_admitted,
        cast(sum(communes_corrected) over (partition by year(month) order by month) as bigint) as months_corrected
    from admissions
),

-- A commune's admissions belong to the term that it is in itself, wherever its own terms begin.
admissions_of_terms as (
    select
        month,
        term,
        sum(admitted) as admitted,
        count(admitted) as communes_known,
        count(*) filter (is_held_back) as communes_held_back,
        count(*) filter (lacks_admitted) as communes_lacking_admitted,
        {{ held_back_sum('held_back_admitted_month') }} as held_back_admitted,
        count(*) filter (has_corrected_admissions) as communes_corrected
    from communes
    group by month, term
),

this_term as (
    select
        month,
        term,
        cast(sum(admitted) over so_far as bigint) as admitted_ttd,
        cast(sum(communes_known) over so_far as bigint) as months_reported,
        cast(sum(communes_held_back) over so_far as bigint) as months_held_back,
        cast(sum(communes_lacking_admitted) over so_far as bigint) as months_lacking_admitted,
        {{ held_back_sum('held_back_admitted', 'communes_held_back > 0', 'so_far') }} as held_back_admitted,
        cast(sum(communes_corrected) over so_far as bigint) as months_corrected
    from admissions_of_terms
    window so_far as (partition by term order by month)
),

-- The targets that hold in a month: those of the communes of the month, and, of communes that ended earlier in the
-- year or term, the part for their months, unless a successor's target has it in it.
year_targets as (
    select
        months.month,
        communes.commune_key,
        communes.year_target as target,
        communes.expected_by_now_year as expected_by_now,
        communes.year_covers_from as covers_from,
        communes.year_covers_to as covers_to
    from months
    inner join communes on months.month = communes.month
    union all
    select
        months.month,
        communes.commune_key,
        communes.expected_by_now_year as target,
        communes.expected_by_now_year as expected_by_now,
        communes.year_covers_from as covers_from,
        communes.year_covers_to as covers_to
    from months
    inner join communes
        on year(months.month) = year(communes.month) and months.month > communes.month
    where communes.month = communes.last_month and not communes.is_year_carried
),

term_targets as (
    select
        months.month,
        communes.commune_key,
        communes.term_target as target,
        communes.expected_by_now
    from months
    inner join communes on months.month = communes.month and months.term = communes.term
    union all
    select
        months.month,
        communes.commune_key,
        communes.expected_by_now as target,
        communes.expected_by_now
    from months
    inner join communes on months.term = communes.term and months.month > communes.month
    where communes.month = communes.last_month and not communes.is_term_carried
),

year_sums as (
    select
        month,
        -- Part of the communes' targets is no target of the whole. (Doubles are added in one order, for the same sum.)
        case when count(*) = count(target) then cast(round(sum(target order by commune_key)) as bigint) end as target,
        case when count(*) = count(target) then sum(expected_by_now order by commune_key) end as expected_by_now,
        count(*) - count(target) as communes_without_target,
        min(covers_from) as covers_from,
        max(covers_to) as covers_to
    from year_targets
    group by month
),

term_sums as (
    select
        month,
        case when count(*) = count(target) then cast(round(sum(target order by commune_key)) as bigint) end as target,
        case when count(*) = count(target) then sum(expected_by_now order by commune_key) end as expected_by_now,
        count(*) - count(target) as communes_without_target
    from term_targets
    group by month
),

members as (
    select
        year(month) as year,
        case when count(*) = count(members_at_year_start) then cast(sum(members_at_year_start) as bigint) end
            as members,
        count(*) = count(members_at_year_start) and bool_or(is_year_start_corrected) as is_corrected
    from communes
    where month(month) = 1
    group by year(month)
),

paces as (
    select
        year,
        list(share_by_then order by month_number) as shares,
        any_value(years_used) as years_used
    from {{ ref('mart_admission_pace') }}
    where level = 'city'
    group by year
),

measured as (
    select
        months.month,
        months.term,
        admissions.admitted,
        this_year.admitted_ytd,
        this_term.admitted_ttd,
        year_sums.target as year_target,
        term_sums.target as term_target,
        term_sums.expected_by_now,
        year_sums.expected_by_now as expected_by_now_year,
        {{ expected_by_pace(
            'year_sums.target', 'paces.shares', 'year_sums.covers_from', 'year_sums.covers_to', 'months.month'
        ) }} as expected_by_pace,
        paces.years_used as pace_years,
        date_diff('month', months.month, months.term_last_month) as months_left,
        date_diff('month', months.month, year_sums.covers_to) as months_left_year,
        members.members as members_at_year_start,
        coalesce(members.is_corrected, false) as is_year_start_corrected,
        this_term.months_reported,
        this_term.months_held_back,
        this_year.months_reported as months_reported_year,
        this_year.months_held_back as months_held_back_year,
        admissions.communes_lacking_admitted,
        this_term.months_lacking_admitted,
        this_year.months_lacking_admitted as months_lacking_admitted_year,
        admissions.held_back_admitted as held_back_admitted_month,
        this_year.held_back_admitted as held_back_admitted_year,
        this_term.held_back_admitted,
        this_term.months_corrected,
        this_year.months_corrected as months_corrected_year,
        admissions.communes_corrected,
        admissions.communes_expected,
        admissions.communes_known,
        admissions.communes_held_back,
        year_sums.communes_without_target as communes_without_year_target,
        coalesce(term_sums.communes_without_target, admissions.communes_expected) as communes_without_term_target
    from months
    inner join admissions on months.month = admissions.month
    inner join this_year on months.month = this_year.month
    left join this_term on months.month = this_term.month and months.term = this_term.term
    left join year_sums on months.month = year_sums.month
    left join term_sums on months.month = term_sums.month
    left join members on year(months.month) = members.year
    left join paces on year(months.month) = paces.year
)

select
    run_settings.scope_name,
    measured.month,
    measured.term,
    measured.admitted,
    measured.admitted_ytd,
    measured.admitted_ttd,
    measured.year_target,
    measured.term_target,
    measured.admitted_ytd / nullif(measured.year_target, 0) as year_attainment,
    measured.admitted_ttd / nullif(measured.term_target, 0) as term_attainment,
    measured.expected_by_now,
    measured.admitted_ttd - measured.expected_by_now as gap,
    measured.expected_by_now_year,
    measured.admitted_ytd - measured.expected_by_now_year as gap_year,
    measured.expected_by_pace,
    measured.admitted_ytd - measured.expected_by_pace as gap_to_pace,
    case when measured.expected_by_pace is not null then measured.pace_years end as pace_years,
    {{ still_needed('measured.term_target', 'measured.admitted_ttd') }} as still_needed,
    {{ needed_per_month('measured.term_target', 'measured.admitted_ttd', 'measured.months_left') }}
        as needed_per_month,
    {{ still_needed('measured.year_target', 'measured.admitted_ytd') }} as still_needed_year,
    {{ needed_per_month('measured.year_target', 'measured.admitted_ytd', 'measured.months_left_year') }}
        as needed_per_month_year,
    measured.members_at_year_start,
    measured.admitted_ytd / nullif(measured.members_at_year_start, 0) as admitted_ytd_share_of_opening,
    measured.communes_expected,
    measured.communes_known,
    measured.communes_held_back,
    measured.months_reported,
    measured.months_held_back,
    measured.months_reported_year,
    measured.months_held_back_year,
    measured.communes_lacking_admitted,
    measured.months_lacking_admitted,
    measured.months_lacking_admitted_year,
    measured.held_back_admitted_month,
    measured.held_back_admitted_year,
    measured.held_back_admitted,
    measured.communes_corrected,
    measured.months_corrected,
    measured.months_corrected_year,
    measured.is_year_start_corrected,
    measured.communes_without_year_target,
    measured.communes_without_term_target
from measured
cross join {{ ref('stg_run_settings') }} as run_settings
