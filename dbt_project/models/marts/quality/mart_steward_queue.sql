-- Cases in the order in which settling them moves the city's figure most. A case is told by the commune's key: its id
-- has the code, which may be two communes' at different times, both with a form about the same year.
with unsettled as (
    select
        failure_id,
        case_id,
        commune_key,
        commune_code,
        month,
        severity,
        state
    from {{ ref('stg_failures') }}
    where {{ is_unsettled('state') }}
),

best_repairs as (
    select
        commune_key,
        month,
        settles,
        is_clear
    from {{ ref('stg_proposals') }}
    where rank = 1
),

clearly_repaired as (
    select unnest(settles) as failure_id
    from best_repairs
    where is_clear
),

cases as (
    select
        case_id,
        commune_key,
        commune_code,
        month,
        count(*) filter (severity = 'critical') as open_critical,
        count(*) filter (severity = 'warning') as open_warning,
        count(*) filter (severity = 'info') as open_info,
        count(*) filter (state = 'returned') as returned,
        count(*) filter (
            severity = 'critical'
            and failure_id in (select clearly_repaired.failure_id from clearly_repaired)
        ) as clearly_repaired_critical
    from unsettled
    group by case_id, commune_key, commune_code, month
),

causes as (
    select
        commune_key,
        month,
        count(*) as causes
    from {{ ref('stg_causes') }}
    group by commune_key, month
),

repaired as (
    select distinct
        commune_key,
        month
    from best_repairs
),

with_effect as (
    select
        cases.case_id,
        cases.commune_key,
        cases.commune_code,
        communes.commune_name,
        cases.month,
        waiting.commune_key is not null as is_waiting,
        coalesce(waiting.is_held_back, false) as is_held_back,
        case when not waiting.is_held_back then waiting.version end as pending_version,
        cases.open_critical,
        cases.open_warning,
        cases.open_info,
        cases.returned,
        coalesce(causes.causes, 0) as causes,
        repaired.commune_key is not null as has_repair,
        cases.open_critical > 0 and cases.clearly_repaired_critical = cases.open_critical as has_clear_repair,
        waiting.admitted as admitted_as_sent,
        waiting.version_key,
        city.admitted as city_admitted,
        city.admitted_ytd as city_admitted_ytd,
        coalesce(city.admitted_ytd, 0) + city.held_back_admitted_year as city_admitted_ytd_with_all,
        -- What a case adds to the city's figures: nothing when it is in them already; where an older version is, the
        -- difference.
        case
            when waiting.commune_key is null then 0
            when waiting.is_held_back then waiting.admitted
            else waiting.admitted - published.admitted
        end as added
    from cases
    left join {{ ref('dim_commune') }} as communes on cases.commune_key = communes.commune_key
    left join {{ ref('int_waiting_figures') }} as waiting
        on cases.commune_key = waiting.commune_key and cases.month = waiting.month
    left join {{ ref('int_commune_month_sums') }} as published
        on cases.commune_key = published.commune_key and cases.month = published.month
    left join {{ ref('mart_city_attainment') }} as city on cases.month = city.month
    left join causes on cases.commune_key = causes.commune_key and cases.month = causes.month
    left join repaired on cases.commune_key = repaired.commune_key and cases.month = repaired.month
)

select
    case_id,
    commune_key,
    commune_code,
    commune_name,
    month,
    is_held_back,
    pending_version,
    open_critical,
    open_warning,
    open_info,
    returned,
    causes,
    has_repair,
    has_clear_repair,
    admitted_as_sent,
    city_admitted,
    -- Where nobody's figure is published, what is held back would be the first one.
    case when is_waiting then coalesce(city_admitted, 0) + added else city_admitted end as city_admitted_with,
    city_admitted_ytd,
    case when is_waiting then coalesce(city_admitted_ytd, 0) + added else city_admitted_ytd end
        as city_admitted_ytd_with,
    -- A case that adds no admissions has no effect, even where there are no others to compare with.
    case when added = 0 then 0 else added / nullif(city_admitted_ytd_with_all, 0) end as effect_share,
    row_number() over (
        order by
            is_held_back desc,
            is_waiting desc,
            admitted_as_sent desc nulls last,
            open_critical desc,
            open_warning desc,
            month desc,
            commune_code asc,
            commune_key asc
    ) as queue_position,
    version_key
from with_effect
