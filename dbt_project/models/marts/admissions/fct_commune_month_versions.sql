{{ config(materialized='incremental', incremental_strategy='touched_months', on_schema_change='fail') }}

with sums as (
    select
        submission_number,
        {{ sums_of('KN-1') }}
    from {{ ref('int_lines_kn1') }}
    where line_kind = 'cell' and is_touched
    group by submission_number
),

blocking as (
    select
        failures.submission_id,
        failures.variant,
        count(*) filter (failures.settled_at is null) as unsettled,
        max(failures.settled_at) as settled_at
    from {{ ref('stg_version_failures') }} as failures
    inner join {{ ref('stg_rules') }} as rules on failures.rule_id = rules.rule_id
    -- What an official form says holds no month back.
    where failures.severity = 'critical' and rules.form like 'KN-%'
    group by failures.submission_id, failures.variant
),

variants as (
    select
        versions.submission_number,
        versions.submission_id,
        versions.commune_key,
        versions.commune_code,
        versions.month,
        versions.version,
        versions.variant,
        versions.received_at,
        versions.stated_at,
        -- A correction takes the place of what was sent, be it better or worse.
        lead(versions.stated_at) over (
            partition by versions.submission_id
            order by versions.variant desc
        ) as restated_at,
        case
            when coalesce(blocking.unsettled, 0) = 0 then greatest(versions.stated_at, blocking.settled_at)
        end as passed_at
    from {{ ref('int_report_versions') }} as versions
    left join blocking
        on versions.submission_id = blocking.submission_id and versions.variant = blocking.variant
    where versions.is_touched
),

-- Decisions that another version than the newest counts.
choices as (
    select
        decisions.commune_key,
        decisions.month,
        decisions.decision_id,
        decisions.decided_at,
        chosen.version as chosen_version
    from {{ ref('stg_decisions') }} as decisions
    inner join variants as chosen
        on
            decisions.submission_id = chosen.submission_id
            and decisions.commune_key = chosen.commune_key
            and decisions.month = chosen.month
            and chosen.variant = 'sent'
    where decisions.decision = 'use'
),

moments as (
    select
        commune_key,
        month,
        passed_at as moment
    from variants
    where passed_at is not null
    union
    select
        commune_key,
        month,
        restated_at as moment
    from variants
    where restated_at is not null
    union
    select
        commune_key,
        month,
        decided_at as moment
    from choices
),

chosen_then as (
    select
        moments.commune_key,
        moments.month,
        moments.moment,
        arg_max(choices.chosen_version, (choices.decided_at, choices.decision_id)) as chosen_version,
        max(choices.decided_at) as decided_at
    from moments
    left join choices
        on
            moments.commune_key = choices.commune_key
            and moments.month = choices.month
            and moments.moment >= choices.decided_at
    group by moments.commune_key, moments.month, moments.moment
),

-- The newest version that had passed by then, and that no decision had set aside; NULL where there was none.
believed_then as (
    select
        chosen_then.commune_key,
        chosen_then.month,
        chosen_then.moment,
        arg_max(variants.submission_number, variants.version) as submission_number
    from chosen_then
    left join variants
        on
            chosen_then.commune_key = variants.commune_key
            and chosen_then.month = variants.month
            and chosen_then.moment >= variants.passed_at
            and coalesce(chosen_then.moment < variants.restated_at, true)
            and not coalesce(
                chosen_then.chosen_version < variants.version and chosen_then.decided_at >= variants.received_at,
                false
            )
    group by chosen_then.commune_key, chosen_then.month, chosen_then.moment
),

turns as (
    select
        commune_key,
        month,
        moment,
        submission_number
    from believed_then
    qualify
        submission_number is distinct from lag(submission_number) over (
            partition by commune_key, month
            order by moment
        )
),

reigns as (
    select
        submission_number,
        moment as believed_from,
        lead(moment) over (partition by commune_key, month order by moment) as believed_to
    from turns
),

numbered as (
    select
        submission_number,
        believed_from,
        believed_to,
        cast(row_number() over (partition by submission_number order by believed_from) as integer) as reign
    from reigns
    where submission_number is not null
)

select
    {{ key_of(['variants.submission_id', 'variants.variant', 'coalesce(numbered.reign, 1)']) }} as version_key,
    variants.commune_key,
    variants.commune_code,
    variants.month,
    variants.version,
    variants.variant,
    coalesce(numbered.reign, 1) as reign,
    variants.submission_id,
    variants.stated_at,
    numbered.believed_from,
    numbered.believed_to,
    {{ counts_from('sums', 'KN-1') }}
from variants
left join numbered on variants.submission_number = numbered.submission_number
left join sums on variants.submission_number = sums.submission_number
