-- A cell is judged on the newest month of its commune that is published, or on its own last one.
with newest as (
    select
        commune_key,
        max(month) as month
    from {{ ref('int_commune_month_figures') }}
    where admission_cells > 0
    group by commune_key
),

members_of_lineages as (
    select
        cells.* exclude (lineage_key), -- noqa: RF02
        lineage.lineage_key
    from {{ ref('dim_cell') }} as cells
    inner join {{ ref('int_cell_lineage') }} as lineage on cells.cell_key = lineage.cell_key
),

first_months as (
    select
        lineage_key,
        min(valid_from) as month
    from members_of_lineages
    group by lineage_key
),

cells as (
    select
        cells.cell_key,
        cells.lineage_key,
        cells.commune_key,
        cells.commune_code,
        communes.commune_name,
        cells.cell_name,
        cells.cell_type,
        cells.is_current and communes.valid_to > run_settings.today as is_current,
        first_months.month as first_month,
        least(newest.month, {{ month_before('cells.valid_to') }}) as as_of_month
    from members_of_lineages as cells
    inner join first_months on cells.lineage_key = first_months.lineage_key
    inner join {{ ref('dim_commune') }} as communes on cells.commune_key = communes.commune_key
    inner join newest on cells.commune_key = newest.commune_key and cells.valid_from <= newest.month
    cross join {{ ref('stg_run_settings') }} as run_settings
),

known_months as not materialized (
    select
        lineage.lineage_key,
        lines.cell_key,
        lines.month,
        lines.admitted,
        lines.submission_id,
        lines.is_corrected
    from {{ ref('fct_admissions') }} as lines
    inner join {{ ref('int_cell_lineage') }} as lineage on lines.cell_key = lineage.cell_key
    where lines.admitted is not null
),

last_admissions as (
    select
        cells.cell_key,
        max(known_months.month) as month,
        arg_max(known_months.cell_key, known_months.month) as admitting_cell_key,
        arg_max(known_months.submission_id, known_months.month) as submission_id
    from cells
    inner join known_months
        on cells.lineage_key = known_months.lineage_key and cells.as_of_month >= known_months.month
    where known_months.admitted > 0
    group by cells.cell_key
),

dormant as (
    select
        cells.*,
        last_admissions.month as last_admission_month,
        last_admissions.admitting_cell_key as last_admission_cell_key,
        last_admissions.submission_id as last_admission_submission_id,
        coalesce(cast(last_admissions.month + interval 1 month as date), cells.first_month) as dormant_since
    from cells
    left join last_admissions on cells.cell_key = last_admissions.cell_key
),

-- The silent months in years counted backwards: 0 for the twelve months up to the newest one.
silent_years as (
    select
        dormant.cell_key,
        date_diff('month', known_months.month, dormant.as_of_month) // 12 as years_ago,
        count(*) as known
    from dormant
    inner join known_months
        on
            dormant.lineage_key = known_months.lineage_key
            and known_months.month between dormant.dormant_since and dormant.as_of_month
    group by all
),

-- Only whole years of which every month is known, and only as long as they follow on each other.
whole_years as (
    select
        cell_key,
        years_ago,
        row_number() over (partition by cell_key order by years_ago) as position
    from silent_years
    where known = 12
),

year_counts as (
    select
        cell_key,
        count(*) as years
    from whole_years
    where position = years_ago + 1
    group by cell_key
),

silent_months as (
    select
        cell_key,
        cast(sum(known) as bigint) as months
    from silent_years
    group by cell_key
),

held_back_months as (
    select
        dormant.cell_key,
        count(distinct held_back.month) as months
    from dormant
    inner join members_of_lineages as members on dormant.lineage_key = members.lineage_key
    inner join {{ ref('stg_held_back') }} as held_back on members.commune_key = held_back.commune_key
    where
        held_back.month >= members.valid_from
        and held_back.month < members.valid_to
        and held_back.month between dormant.dormant_since and dormant.as_of_month
    group by dormant.cell_key
),

-- Months of which the row says something because of a steward: the last admission, the silence since, the members.
corrected_lines as (
    select
        dormant.cell_key,
        known_months.month
    from dormant
    inner join known_months
        on
            dormant.lineage_key = known_months.lineage_key
            and known_months.month
            between coalesce(dormant.last_admission_month, dormant.dormant_since) and dormant.as_of_month
    where known_months.is_corrected
    union
    select
        dormant.cell_key,
        members.month
    from dormant
    inner join {{ ref('fct_membership') }} as members
        on dormant.cell_key = members.cell_key and dormant.as_of_month = members.month
    where members.is_corrected
),

corrected_months as (
    select
        cell_key,
        count(*) as months
    from corrected_lines
    group by cell_key
),

counted as (
    select
        dormant.*,
        {{ months_from_to('dormant.dormant_since', 'dormant.as_of_month') }} as months_dormant,
        coalesce(silent_months.months, 0) as months_known,
        coalesce(year_counts.years, 0) as years_known,
        coalesce(held_back_months.months, 0) as months_held_back,
        coalesce(corrected_months.months, 0) as months_corrected
    from dormant
    left join silent_months on dormant.cell_key = silent_months.cell_key
    left join year_counts on dormant.cell_key = year_counts.cell_key
    left join held_back_months on dormant.cell_key = held_back_months.cell_key
    left join corrected_months on dormant.cell_key = corrected_months.cell_key
)

select
    counted.cell_key,
    counted.lineage_key,
    counted.commune_key,
    counted.commune_code,
    counted.commune_name,
    counted.cell_name,
    counted.cell_type,
    counted.is_current,
    counted.as_of_month,
    counted.last_admission_month,
    counted.last_admission_cell_key,
    counted.last_admission_submission_id,
    case when counted.months_dormant > 0 then counted.dormant_since end as dormant_since,
    counted.months_known as months_without_admission,
    counted.months_dormant - counted.months_known as unknown_months,
    counted.months_held_back,
    counted.months_corrected,
    counted.years_known as years_without_admission,
    counted.months_dormant // 12 as years_possible,
    members.closing as members
from counted
left join {{ ref('fct_membership') }} as members
    on counted.cell_key = members.cell_key and counted.as_of_month = members.month
