with levels as (
    select
        case when grouping(commune_key) = 1 then 'city' else 'commune' end as level,
        commune_key,
        commune_code,
        commune_name,
        month,
        count(*) as months_expected,
        count(*) filter (where member_cells > 0) as months_reported,
        count(*) filter (where is_held_back) as months_held_back,
        count(*) filter (where has_corrected_members) as months_corrected,
        {{ columns_of(
            ['heads_known', 'heads_members', 'heads_unknown', 'heads_elsewhere'],
            'cast(sum({}) as bigint) as {}'
        ) }}
    from {{ ref('int_commune_month_figures') }}
    group by month, rollup((commune_key, commune_code, commune_name))
)

select
    levels.level,
    levels.commune_key,
    levels.commune_code,
    case levels.level when 'city' then run_settings.scope_name else levels.commune_name end as commune_name,
    levels.month,
    levels.months_expected,
    levels.months_reported,
    levels.months_held_back,
    levels.months_corrected,
    levels.heads_known,
    levels.heads_members,
    levels.heads_known - levels.heads_members as heads_not_members,
    levels.heads_unknown,
    levels.heads_elsewhere,
    levels.heads_members / nullif(levels.heads_known, 0) as member_share,
    -- The aim is every head.
    1 - levels.heads_members / nullif(levels.heads_known, 0) as gap
from levels
cross join {{ ref('stg_run_settings') }} as run_settings
