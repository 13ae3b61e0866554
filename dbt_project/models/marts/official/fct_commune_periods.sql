-- A sum stands where every month of the period is there and says something; within a month a blank cell counts as
-- nothing as long as one cell has a figure, for the gate has compared the rows with the month's total.
with months as (
    select
        communes.period,
        communes.commune_key,
        cast(unnest(generate_series(communes.first_month, communes.last_month, interval 1 month)) as date) as month
    from {{ ref('int_official_communes') }} as communes
),

reported as (
    select
        months.period,
        months.commune_key,
        months.month,
        strftime(months.month, '%-m/%Y') as month_name,
        held_back.commune_key is not null as is_held_back,
        coalesce(sums.admission_cells > 0, false) as has_admissions,
        coalesce(sums.member_cells > 0, false) as has_membership,
        sums.has_corrected_admissions,
        sums.has_corrected_members,
        {{ each_figure(figures_of_a_period(), 'sums.$') }}
    from months
    left join {{ ref('int_commune_month_sums') }} as sums
        on months.commune_key = sums.commune_key and months.month = sums.month
    left join {{ ref('stg_held_back') }} as held_back
        on months.commune_key = held_back.commune_key and months.month = held_back.month
),

added_up as (
    select
        period,
        commune_key,
        count(*) as months,
        count(*) filter (has_admissions) as months_with_admissions,
        count(*) filter (has_membership) as months_with_membership,
        count(*) filter (has_corrected_admissions) as months_corrected_admissions,
        count(*) filter (has_corrected_members) as months_corrected_membership,
        string_agg(month_name, ', ' order by month) filter (is_held_back) as held_back,
        string_agg(month_name, ', ' order by month) filter (
            not has_admissions and not is_held_back
        ) as missing_admissions,
        string_agg(month_name, ', ' order by month) filter (
            not has_membership and not is_held_back
        ) as missing_membership,
        {{ each_figure(
            admissions_of_a_period() + movements_of_a_period(),
            'case when count($) = count(*) then sum($) end as $'
        ) }},
        case when count(opening) = count(*) then arg_min(opening, month) end as opening,
        case when count(closing) = count(*) then arg_max(closing, month) end as closing
    from reported
    group by period, commune_key
)

select
    {{ key_of(['communes.commune_key', 'communes.period']) }} as commune_period_key,
    communes.commune_key,
    communes.commune_code,
    communes.commune_name,
    communes.period,
    communes.first_month,
    communes.last_month,
    communes.covers_start,
    communes.covers_end,
    added_up.months,
    added_up.months_with_admissions,
    added_up.months_with_membership,
    added_up.months_corrected_admissions,
    added_up.months_corrected_membership,
    added_up.held_back,
    added_up.missing_admissions,
    added_up.missing_membership,
    {{ each_figure(figures_of_a_period(), 'cast(added_up.$ as bigint) as $') }}
from {{ ref('int_official_communes') }} as communes
inner join added_up
    on communes.commune_key = added_up.commune_key and communes.period = added_up.period
