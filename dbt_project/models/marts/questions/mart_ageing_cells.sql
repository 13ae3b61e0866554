{%- set sums = ['cells', 'closing'] + members_by_age() + ['cells_none_to_30', 'cells_none_to_40', 'mean_age_base'] -%}

with newest_lines as (
    select
        cell_key,
        max(month) as month
    from {{ ref('fct_membership') }}
    group by cell_key
),

-- Of all the months that were ever reported only these say how old the cells are, and were a year before.
looked_at as (
    select distinct
        lineage.lineage_key,
        unnest([newest_lines.month, cast(newest_lines.month - interval 12 month as date)]) as month
    from newest_lines
    inner join {{ ref('int_cell_lineage') }} as lineage on newest_lines.cell_key = lineage.cell_key
),

cell_lines as (
    select
        lineage.lineage_key,
        lines.cell_key,
        lines.month,
        lines.submission_id,
        1 as cells,
        lines.closing,
        {{ columns_of(age_bands(), 'lines.{} as members_{}') }},
        {{ columns_of(age_bands(), 'case when lines.closing is not null then lines.{} end as members_{}_in_base') }},
        {{ columns_of(age_bands(), 'case when lines.{} is not null then lines.closing end as members_{}_base') }},
        coalesce(cast(lines.age_to_30 = 0 as integer), 0) as cells_none_to_30,
        coalesce(cast(lines.age_to_30 = 0 and lines.age_31_40 = 0 as integer), 0) as cells_none_to_40,
        case when lines.mean_age is not null then lines.closing end as mean_age_base,
        lines.mean_age,
        lines.is_corrected as has_corrected_members
    from {{ ref('fct_membership') }} as lines
    inner join {{ ref('int_cell_lineage') }} as lineage on lines.cell_key = lineage.cell_key
    inner join looked_at on lineage.lineage_key = looked_at.lineage_key and lines.month = looked_at.month
),

commune_sums as (
    select
        commune_key,
        month,
        member_cells as cells,
        * exclude (commune_key, month, member_cells),
        mean_age_sum / nullif(mean_age_base, 0) as mean_age
    from {{ ref('int_commune_month_figures') }}
    where member_cells > 0
),

newest_sums as (
    select
        commune_key,
        max(month) as month
    from commune_sums
    group by commune_key
),

-- What has come after a commune's newest published month, or should have, and is not published.
newer_months as (
    select
        figures.commune_key,
        count(*) filter (where figures.is_held_back) as newer_months_held_back,
        count(*) filter (where not figures.is_held_back) as newer_months_not_reported
    from {{ ref('int_commune_month_figures') }} as figures
    left join newest_sums on figures.commune_key = newest_sums.commune_key
    where newest_sums.month is null or figures.month > newest_sums.month
    group by figures.commune_key
),

-- The whole is looked at on its newest month and twelve months before, each time with what every commune of that
-- day had last reported: a commune that is late does not fall out of it.
days as (
    select
        unnest([max(month), cast(max(month) - interval 12 month as date)]) as month,
        max(month) as newest_month
    from newest_sums
),

last_known as (
    select
        days.month,
        days.newest_month,
        communes.commune_key,
        max(commune_sums.month) as known_month
    from days
    inner join {{ ref('dim_commune') }} as communes
        on days.month >= communes.valid_from and days.month < communes.valid_to
    inner join commune_sums on communes.commune_key = commune_sums.commune_key and days.month >= commune_sums.month
    group by days.month, days.newest_month, communes.commune_key
),

city_sums as (
    select
        last_known.month,
        last_known.newest_month,
        {{ columns_of(sums, 'sum(commune_sums.{}) as {}') }},
        sum(commune_sums.mean_age_sum) / nullif(sum(commune_sums.mean_age_base), 0) as mean_age,
        bool_or(commune_sums.has_corrected_members) as has_corrected_members
    from last_known
    inner join commune_sums
        on last_known.commune_key = commune_sums.commune_key and last_known.known_month = commune_sums.month
    group by last_known.month, last_known.newest_month
),

city_newer_months as (
    select
        coalesce(sum(newer_months.newer_months_held_back), 0) as newer_months_held_back,
        coalesce(sum(newer_months.newer_months_not_reported), 0) as newer_months_not_reported
    from days
    inner join {{ ref('dim_commune') }} as communes
        on days.month >= communes.valid_from and days.month < communes.valid_to
    inner join newer_months on communes.commune_key = newer_months.commune_key
    where days.month = days.newest_month
),

now_and_before as (
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        cast(null as varchar) as commune_code,
        run_settings.scope_name as commune_name,
        cast(null as varchar) as cell_key,
        cast(null as varchar) as cell_name,
        cast(null as varchar) as cell_type,
        true as is_current,
        cast(null as varchar) as submission_id,
        present.month,
        city_newer_months.newer_months_held_back,
        city_newer_months.newer_months_not_reported,
        coalesce(present.has_corrected_members, false) or coalesce(past.has_corrected_members, false) as is_corrected,
        {{ columns_of(sums + ['mean_age'], 'present.{}, past.{} as past_{}') }}
    from city_sums as present
    left join city_sums as past on present.month > past.month
    cross join city_newer_months
    cross join {{ ref('stg_run_settings') }} as run_settings
    where present.month = present.newest_month
    union all
    select
        'commune' as level,
        communes.commune_key,
        communes.commune_code,
        communes.commune_name,
        null as cell_key,
        null as cell_name,
        null as cell_type,
        communes.valid_to > run_settings.today as is_current,
        null as submission_id,
        present.month,
        coalesce(newer_months.newer_months_held_back, 0) as newer_months_held_back,
        coalesce(newer_months.newer_months_not_reported, 0) as newer_months_not_reported,
        coalesce(present.has_corrected_members, false) or coalesce(past.has_corrected_members, false) as is_corrected,
        {{ columns_of(sums + ['mean_age'], 'present.{}, past.{} as past_{}') }}
    from newest_sums
    inner join commune_sums as present
        on newest_sums.commune_key = present.commune_key and newest_sums.month = present.month
    left join commune_sums as past
        on
            newest_sums.commune_key = past.commune_key
            and cast(newest_sums.month - interval 12 month as date) = past.month
    left join newer_months on newest_sums.commune_key = newer_months.commune_key
    inner join {{ ref('dim_commune') }} as communes on newest_sums.commune_key = communes.commune_key
    cross join {{ ref('stg_run_settings') }} as run_settings
    union all
    select
        'cell' as level,
        communes.commune_key,
        communes.commune_code,
        communes.commune_name,
        cells.cell_key,
        cells.cell_name,
        cells.cell_type,
        cells.is_current and communes.valid_to > run_settings.today as is_current,
        present.submission_id,
        present.month,
        coalesce(newer_months.newer_months_held_back, 0) as newer_months_held_back,
        coalesce(newer_months.newer_months_not_reported, 0) as newer_months_not_reported,
        coalesce(present.has_corrected_members, false) or coalesce(past.has_corrected_members, false) as is_corrected,
        {{ columns_of(sums + ['mean_age'], 'present.{}, past.{} as past_{}') }}
    from newest_lines
    inner join cell_lines as present
        on newest_lines.cell_key = present.cell_key and newest_lines.month = present.month
    left join cell_lines as past
        on
            present.lineage_key = past.lineage_key
            and cast(present.month - interval 12 month as date) = past.month
    inner join {{ ref('dim_cell') }} as cells on newest_lines.cell_key = cells.cell_key
    inner join {{ ref('dim_commune') }} as communes on cells.commune_key = communes.commune_key
    left join newer_months on communes.commune_key = newer_months.commune_key
    cross join {{ ref('stg_run_settings') }} as run_settings
),

shares as (
    select
        *,
        {{ columns_of(age_bands(), share_of('members_{}') ~ ' as {}_share') }},
        {{ columns_of(age_bands(), share_of('past_members_{}') ~ ' as past_{}_share') }}
    from now_and_before
)

select
    level,
    commune_key,
    commune_code,
    commune_name,
    cell_key,
    cell_name,
    cell_type,
    is_current,
    month,
    submission_id,
    cast(newer_months_held_back as bigint) as newer_months_held_back,
    cast(newer_months_not_reported as bigint) as newer_months_not_reported,
    is_corrected,
    cast(cells as bigint) as cells,
    cast(closing as bigint) as closing,
    cast(past_closing as bigint) as closing_12_months_before,
    cast(closing - past_closing as bigint) as closing_change,
    {{ columns_of(age_bands(), 'cast(members_{} as bigint) as {}') }},
    {{ columns_of(age_bands(), 'cast(members_{}_base as bigint) as {}_base') }},
    {{ columns_of(age_bands(), '{}_share') }},
    {{ columns_of(age_bands(), 'past_{}_share as {}_share_12_months_before') }},
    {{ columns_of(age_bands(), '{}_share - past_{}_share as {}_share_change') }},
    cast(mean_age as double) as mean_age,
    cast(mean_age_base as bigint) as mean_age_base,
    cast(past_mean_age as double) as mean_age_12_months_before,
    cast(mean_age - past_mean_age as double) as mean_age_change,
    case sign(mean_age - past_mean_age)
        when 1 then 'older'
        when 0 then 'same'
        when -1 then 'younger'
    end as trend,
    cast(cells_none_to_30 as bigint) as cells_none_to_30,
    cast(cells_none_to_40 as bigint) as cells_none_to_40,
    case when members_age_to_30 > 0 then false when cells_none_to_30 = cells then true end as none_to_30,
    case
        when members_age_to_30 > 0 or members_age_31_40 > 0 then false
        when cells_none_to_40 = cells then true
    end as none_to_40,
    -- The form's bands end at 30 and 40: somebody aged 31 to 40 may be under 35 or not.
    case
        when members_age_to_30 > 0 then 'some'
        when cells_none_to_40 = cells then 'none'
        when cells_none_to_30 = cells then 'possible'
    end as under_35
from shares
