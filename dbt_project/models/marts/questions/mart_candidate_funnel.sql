{%- set steps = funnel_steps() -%}

with levels as (
    select
        case when grouping(commune_key) = 1 then 'city' else 'commune' end as level,
        commune_key,
        commune_code,
        commune_name,
        month,
        count(*) as months_expected,
        count(*) filter (where candidate_cells > 0) as months_reported,
        count(*) filter (where is_held_back) as months_held_back,
        count(*) filter (where has_corrected_candidates or has_corrected_admissions) as months_corrected,
        count(*) filter (where lacks_candidates) as months_lacking_candidates,
        -- A report without its admissions says as little of them as none.
        count(*) filter (where admission_cells = 0 or lacks_admitted) as admissions_unknown,
        count(*) filter (where has_corrected_admissions) as admissions_corrected,
        {{ columns_of(counts_of('KN-2') + ['admitted'] + share_sums_of(steps), 'cast(sum({}) as bigint) as {}') }}
    from {{ ref('int_commune_month_figures') }}
    group by month, rollup((commune_key, commune_code, commune_name))
),

converted as (
    select
        *,
        {{ columns_of(steps, share_of('{}') ~ ' as {}_conversion') }},
        -- A sum of fewer than twelve months is no figure for twelve.
        case when count(admitted) over year_after = 12 then sum(admitted) over year_after end as admitted_after,
        sum(admissions_unknown) over year_after as unknown_after,
        sum(admissions_corrected) over year_after as corrected_after,
        case when count(admitted) over year_so_far = 12 then sum(admitted) over year_so_far end as admitted_before,
        sum(admissions_unknown) over year_so_far as unknown_before,
        sum(admissions_corrected) over year_so_far as corrected_before
    from levels
    window
        year_after as (
            partition by level, commune_key
            order by month
            range between interval 1 month following and interval 12 months following
        ),
        year_so_far as (
            partition by level, commune_key
            order by month
            range between interval 11 months preceding and current row
        )
),

narrowest as (
    select
        *,
        least({{ columns_of(steps, '{}_conversion') }}) as narrowest_conversion
    from converted
)

select
    funnel.level,
    funnel.commune_key,
    funnel.commune_code,
    case funnel.level when 'city' then run_settings.scope_name else funnel.commune_name end as commune_name,
    funnel.month,
    funnel.months_expected,
    funnel.months_reported,
    funnel.months_held_back,
    funnel.months_corrected,
    funnel.months_lacking_candidates,
    {{ columns_of(counts_of('KN-2'), 'funnel.{}') }},
    funnel.admitted,
    cast(funnel.admitted_after as bigint) as admitted_next_12_months,
    cast(funnel.unknown_after as bigint) as next_12_months_unknown,
    cast(funnel.corrected_after as bigint) as next_12_months_corrected,
    cast(funnel.admitted_before as bigint) as admitted_last_12_months,
    cast(funnel.unknown_before as bigint) as last_12_months_unknown,
    cast(funnel.corrected_before as bigint) as last_12_months_corrected,
    {{ columns_of(steps, 'funnel.{}_conversion') }},
    -- The city's admissions are those of all its communes: set against the candidates of some they would mislead.
    case
        when funnel.months_reported = funnel.months_expected
            then funnel.admitted_after / nullif(funnel.files_complete, 0)
    end as admission_conversion,
    case
        when funnel.candidates = 0 then 'candidates'
        -- With a step unknown, another one may be the narrowest; and where all pass, nothing dries up.
        when funnel.candidates is null or funnel.class_attended is null or funnel.under_verification is null then null
        when funnel.files_complete is null or funnel.narrowest_conversion >= 1 then null
        when funnel.class_attended_conversion = funnel.narrowest_conversion then 'class_attended'
        when funnel.under_verification_conversion = funnel.narrowest_conversion then 'under_verification'
        when funnel.files_complete_conversion = funnel.narrowest_conversion then 'files_complete'
    end as dries_up_at,
    case
        when funnel.months_reported = funnel.months_expected
            then funnel.candidates / nullif(funnel.admitted_before, 0)
    end as candidates_per_admission
from narrowest as funnel
cross join {{ ref('stg_run_settings') }} as run_settings
