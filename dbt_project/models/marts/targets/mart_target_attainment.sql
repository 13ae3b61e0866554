with months as (
    select
        expected.commune_key,
        expected.commune_code,
        expected.commune_name,
        expected.month,
        expected.term,
        expected.term_first_month,
        expected.months_in_term,
        figures.admitted,
        -- A month that is not known counts for nothing here; where none is known the sum is not known either.
        cast(sum(figures.admitted) over this_year as bigint) as admitted_ytd,
        cast(sum(figures.admitted) over this_term as bigint) as admitted_ttd,
        count(*) filter (where figures.admission_cells > 0) over this_year as months_reported_year,
        count(*) filter (where figures.admission_cells > 0) over this_term as months_reported,
        count(*) filter (where figures.lacks_admitted) over this_year as months_lacking_admitted_year,
        count(*) filter (where figures.lacks_admitted) over this_term as months_lacking_admitted,
        count(*) filter (where figures.is_held_back) over this_year as months_held_back_year,
        count(*) filter (where figures.is_held_back) over this_term as months_held_back,
        count(*) filter (where figures.has_corrected_admissions) over this_year as months_corrected_year,
        count(*) filter (where figures.has_corrected_admissions) over this_term as months_corrected,
        case when figures.is_held_back then figures.held_back_admitted else 0 end as held_back_admitted_month,
        {{ held_back_sum('figures.held_back_admitted', 'figures.is_held_back', 'this_year') }}
            as held_back_admitted_year,
        {{ held_back_sum('figures.held_back_admitted', 'figures.is_held_back', 'this_term') }} as held_back_admitted
    from {{ ref('int_commune_months') }} as expected
    inner join {{ ref('int_commune_month_figures') }} as figures
        on expected.commune_key = figures.commune_key and expected.month = figures.month
    window
        this_year as (partition by expected.commune_key, year(expected.month) order by expected.month),
        this_term as (partition by expected.commune_key, expected.term order by expected.month)
),

-- January's opening figure, or December's closing one where January is not known.
members as (
    select
        commune_key,
        year(month + interval 1 month) as year,
        coalesce(max(opening) filter (where month(month) = 1), max(closing) filter (where month(month) = 12))
            as members,
        coalesce(
            bool_or(has_corrected_members) filter (where month(month) = 1 and opening is not null),
            bool_or(has_corrected_members) filter (where month(month) = 12 and closing is not null)
        ) as is_corrected
    from {{ ref('int_commune_month_figures') }}
    where month(month) in (1, 12)
    group by commune_key, year(month + interval 1 month)
),

-- The year of a commune that began in the middle of it goes on from those that became part of it as a whole.
inherited as (
    select
        successions.successor_key as commune_key,
        year(successions.succeeded_on) as year,
        date_trunc('month', successions.succeeded_on) as first_month,
        cast(sum(figures.admitted) as bigint) as admitted,
        count(*) filter (where figures.has_corrected_admissions) as months_corrected
    from {{ ref('bridge_commune_succession') }} as successions
    inner join {{ ref('int_commune_month_figures') }} as figures
        on
            successions.predecessor_key = figures.commune_key
            and year(successions.succeeded_on) = year(figures.month)
            and successions.succeeded_on > figures.month
    where successions.extent = 'whole'
    group by successions.successor_key, successions.succeeded_on
),

paces as (
    select
        level,
        commune_key,
        year,
        list(share_by_then order by month_number) as shares,
        list(admitted_afterwards order by month_number) as afterwards,
        any_value(years_used) as years_used
    from {{ ref('mart_admission_pace') }}
    group by level, commune_key, year
),

with_targets as (
    select
        months.*,
        members.members as members_at_year_start,
        coalesce(members.is_corrected, false) as is_year_start_corrected,
        inherited.admitted as admitted_before,
        coalesce(inherited.months_corrected, 0) as months_corrected_before,
        -- Where the target covers their months too, what is measured against it has them in it.
        months.admitted_ytd + case
            when year_targets.covers_from < inherited.first_month then coalesce(inherited.admitted, 0) else 0
        end as admitted_so_far,
        year_targets.target_key as year_target_key,
        year_targets.target as year_target,
        year_targets.covers_from as year_covers_from,
        year_targets.covers_to as year_covers_to,
        term_targets.target_key as term_target_key,
        term_targets.target as term_target,
        -- A commune that began in mid-term is measured from there.
        coalesce(term_targets.covers_from, months.term_first_month) as covers_from,
        cast(months.term_first_month + to_months(months.months_in_term - 1) as date) as covers_to,
        coalesce(own_pace.shares, office_pace.shares) as shares,
        own_pace.afterwards,
        coalesce(own_pace.years_used, office_pace.years_used) as pace_years,
        coalesce(own_pace.level, office_pace.level) as pace_source
    from months
    left join members
        on months.commune_key = members.commune_key and year(months.month) = members.year
    left join inherited
        on months.commune_key = inherited.commune_key and year(months.month) = inherited.year
    left join paces as own_pace
        on months.commune_key = own_pace.commune_key and year(months.month) = own_pace.year
    left join paces as office_pace
        on office_pace.level = 'city' and year(months.month) = office_pace.year
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
),

measured as (
    select
        *,
        -- The straight line: an equal part of the target in every month.
        term_target * {{ months_from_to('covers_from', 'month') }}
        / {{ months_from_to('covers_from', 'covers_to') }} as expected_by_now,
        year_target * {{ months_from_to('year_covers_from', 'least(month, year_covers_to)') }}
        / {{ months_from_to('year_covers_from', 'year_covers_to') }} as expected_by_now_year,
        {{ expected_by_pace('year_target', 'shares', 'year_covers_from', 'year_covers_to', 'month') }}
            as expected_by_pace,
        date_diff('month', month, covers_to) as months_left,
        date_diff('month', month, year_covers_to) as months_left_year
    from with_targets
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
    admitted_before,
    admitted_so_far / nullif(year_target, 0) as year_attainment_with_predecessors,
    expected_by_now,
    admitted_ttd - expected_by_now as gap,
    case
        when admitted_ttd - expected_by_now is not null
            then
                rank() over (
                    partition by month, admitted_ttd - expected_by_now is null
                    order by admitted_ttd - expected_by_now desc
                )
    end as gap_rank,
    expected_by_now_year,
    admitted_so_far - expected_by_now_year as gap_year,
    expected_by_pace,
    admitted_so_far - expected_by_pace as gap_to_pace,
    case when expected_by_pace is not null then pace_source end as pace_source,
    case when expected_by_pace is not null then pace_years end as pace_years,
    {{ still_needed('term_target', 'admitted_ttd') }} as still_needed,
    {{ needed_per_month('term_target', 'admitted_ttd', 'months_left') }} as needed_per_month,
    {{ still_needed('year_target', 'admitted_so_far') }} as still_needed_year,
    {{ needed_per_month('year_target', 'admitted_so_far', 'months_left_year') }} as needed_per_month_year,
    admitted_ytd + afterwards[month(month)] as projected_year,
    -- A month whose admissions were not read is none in which nobody came.
    admitted_ttd * {{ months_from_to('covers_from', 'covers_to') }}
    / nullif(months_reported - months_lacking_admitted, 0) as projected_term,
    members_at_year_start,
    admitted_ytd / nullif(members_at_year_start, 0) as admitted_ytd_share_of_opening,
    months_reported,
    months_held_back,
    months_reported_year,
    months_held_back_year,
    months_lacking_admitted,
    months_lacking_admitted_year,
    held_back_admitted_month,
    held_back_admitted_year,
    held_back_admitted,
    months_corrected,
    months_corrected_year,
    months_corrected_before,
    is_year_start_corrected,
    year_target_key,
    term_target_key
from measured
