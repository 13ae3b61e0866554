{{ config(materialized='incremental', incremental_strategy='touched_periods', on_schema_change='fail') }}

-- Each indicator of each period, of every commune and of the whole: the months first, then what follows from them by
-- the form's own rules, then what the commune's own form says. The whole adds its communes up, each month once.
with terms as (
    select
        field,
        unnest(plus_fields) as term,
        1 as sign
    from {{ ref('stg_official_fields') }}
    union all
    select
        field,
        unnest(minus_fields) as term,
        -1 as sign
    from {{ ref('stg_official_fields') }}
),

-- A part of nobody is nobody.
reported as (
    select
        known.commune_key,
        known.period,
        known.field,
        known.covers_start,
        known.covers_end,
        known.own_months,
        known.form_value,
        known.form_last_year,
        known.submission_id,
        fields.type,
        fields.monthly_form,
        fields.taken,
        known.months_value,
        known.months_value is null
        and coalesce(coalesce(wholes.months_value, wholes.form_value) = 0, false) as is_none,
        case
            when known.months_value is not null then known.months_value
            when coalesce(wholes.months_value, wholes.form_value) = 0 then 0
            else known.form_value
        end as value,
        known.is_own_corrected,
        case
            when known.months_value is not null then known.is_corrected
            else coalesce(wholes.months_value = 0 and wholes.is_corrected, false)
        end as is_corrected
    from {{ ref('int_official_known') }} as known
    inner join {{ ref('stg_official_fields') }} as fields on known.field = fields.field
    left join {{ ref('int_official_known') }} as wholes
        on
            known.commune_key = wholes.commune_key
            and known.period = wholes.period
            and fields.zero_with = wholes.field
),

commune_sums as (
    select
        reported.commune_key,
        reported.period,
        terms.field,
        case when count(reported.value) = count(*) then sum(terms.sign * reported.value) end as total,
        min(terms.term) filter (reported.value is null) as unknown_term,
        bool_or(reported.is_corrected) as is_corrected
    from terms
    inner join reported on terms.term = reported.field
    group by reported.commune_key, reported.period, terms.field
),

admissions as (
    select
        commune_key,
        period,
        value as admitted
    from reported
    where field = 'admitted'
),

form_numbers as (
    select distinct
        field,
        form_number
    from {{ ref('stg_official_forms') }}
    where field is not null
),

sent as (
    select distinct
        commune_key,
        period,
        left(form, 1) as form_number
    from {{ ref('int_official_versions') }}
),

of_communes as (
    select
        reported.commune_key,
        reported.period,
        reported.field,
        reported.type,
        reported.taken,
        reported.covers_start,
        reported.covers_end,
        reported.own_months,
        reported.form_value,
        reported.form_last_year,
        admissions.admitted,
        commune_sums.total as sum_of_parts,
        coalesce(reasons_of.monthly_form, reported.monthly_form) as reason_form,
        coalesce(reasons_of.taken, reported.taken) as reason_taken,
        case
            when reported.months_value is not null then reported.months_value
            when reported.is_none then 0
            else coalesce(commune_sums.total, reported.form_value)
        end as value,
        case
            when reported.months_value is not null then 'months'
            when reported.is_none or commune_sums.total is not null then 'derived'
            when reported.form_value is not null then 'form'
        end as source,
        case
            when
                reported.months_value is null
                and not reported.is_none
                and commune_sums.total is null
                and reported.form_value is not null
                then reported.submission_id
        end as submission_id,
        reported.is_own_corrected,
        case
            when reported.months_value is not null or reported.is_none then reported.is_corrected
            else coalesce(commune_sums.total is not null and commune_sums.is_corrected, false)
        end as is_corrected,
        sent.commune_key is not null as is_sent
    from reported
    left join commune_sums
        on
            reported.commune_key = commune_sums.commune_key
            and reported.period = commune_sums.period
            and reported.field = commune_sums.field
    left join {{ ref('stg_official_fields') }} as reasons_of
        on case when reported.taken is null then commune_sums.unknown_term end = reasons_of.field
    left join admissions on reported.commune_key = admissions.commune_key and reported.period = admissions.period
    inner join form_numbers on reported.field = form_numbers.field
    left join sent
        on
            reported.commune_key = sent.commune_key
            and reported.period = sent.period
            and form_numbers.form_number = sent.form_number
),

placed as (
    select
        of_communes.commune_key,
        of_communes.period,
        of_communes.field,
        of_communes.value,
        of_communes.source,
        of_communes.submission_id,
        of_communes.form_last_year,
        of_communes.sum_of_parts,
        of_communes.type,
        of_communes.admitted,
        of_communes.taken,
        of_communes.reason_taken,
        of_communes.covers_start,
        of_communes.covers_end,
        of_communes.is_sent,
        of_communes.is_corrected,
        case of_communes.reason_form
            when 'KN-1' then periods.missing_admissions
            when 'KN-3' then periods.missing_membership
        end as missing,
        case when of_communes.reason_form is not null then periods.held_back end as held_back,
        strftime(periods.last_month, '%-m/%Y') as last_month
    from of_communes
    inner join {{ ref('fct_commune_periods') }} as periods
        on of_communes.commune_key = periods.commune_key and of_communes.period = periods.period
),

explained as (
    select
        commune_key,
        period,
        field,
        value,
        source,
        submission_id,
        form_last_year,
        sum_of_parts,
        missing,
        held_back,
        last_month,
        is_corrected,
        case
            when source = 'months' and not covers_start and taken != 'last' then 'restated'
            when source = 'months' and not covers_end then 'ended_in_period'
            when source = 'months' and field = 'closing' and sum_of_parts != value then 'does_not_add_up'
            when value is not null then null
            when type = 'years' and admitted = 0 then 'nobody_admitted'
            when reason_taken is null and is_sent then 'form_blank'
            when reason_taken is null then 'no_form'
            when missing is not null and held_back is not null then 'months_missing_and_held_back'
            when missing is not null then 'months_missing'
            when held_back is not null then 'months_held_back'
            when not covers_start and reason_taken != 'last' then 'predecessors_unknown'
            else 'left_blank'
        end as reason
    from placed
),

-- Before a boundary changed within the period the predecessors' own months count, after it the successors': so the
-- members at the beginning are those of the communes there were, and a successor's form for the whole is left aside.
counted as (
    select
        period,
        field,
        type,
        taken,
        admitted,
        source,
        value,
        case taken
            when 'first' then covers_start
            when 'last' then covers_end
            when 'sum' then true
            else covers_end
        end as is_counted,
        case
            when taken is null then value
            else coalesce(own_months, case when covers_start and covers_end then form_value end)
        end as share,
        taken is not null and own_months is not null as is_from_months,
        case when taken is null then is_corrected else own_months is not null and is_own_corrected end as is_corrected
    from of_communes
),

city_parts as (
    select
        period,
        field,
        any_value(type) as type,
        any_value(taken) as taken,
        count(*) as communes,
        count(*) filter (share is null and not (type = 'years' and coalesce(admitted = 0, false))) as unknown,
        -- A mean of means weighs each commune by those whom it admitted.
        case any_value(type)
            when 'years' then sum(share * admitted order by share, admitted) / nullif(sum(admitted), 0)
            else sum(share order by share)
        end as value,
        case
            when bool_and(is_from_months) then 'months'
            when bool_or(source = 'form') then 'form'
            else 'derived'
        end as source,
        bool_or(is_corrected) as is_corrected,
        sum(admitted) = 0 as is_nobody
    from counted
    where is_counted
    group by period, field
),

city_known as (
    select
        period,
        field,
        type,
        taken,
        communes,
        unknown,
        case when unknown = 0 then value end as value,
        source,
        is_corrected,
        is_nobody
    from city_parts
),

city_sums as (
    select
        city_known.period,
        terms.field,
        case when count(city_known.value) = count(*) then sum(terms.sign * city_known.value) end as total,
        max(city_known.unknown) as unknown,
        max(city_known.communes) as communes,
        bool_or(city_known.is_corrected) as is_corrected
    from terms
    inner join city_known on terms.term = city_known.field
    group by city_known.period, terms.field
),

city_forms as (
    select
        period,
        field,
        this_period,
        same_period_last_year,
        submission_id
    from {{ ref('fct_official_figures') }}
    where level = 'city'
    qualify row_number() over (partition by period, field order by edition desc) = 1
),

of_city as (
    select
        city_known.period,
        city_known.field,
        case
            when city_known.taken is not null then coalesce(city_known.value, city_sums.total, city_forms.this_period)
            else coalesce(city_sums.total, city_known.value, city_forms.this_period)
        end as value,
        case
            when city_known.taken is not null and city_known.value is not null then city_known.source
            when city_sums.total is not null then 'derived'
            when city_known.value is not null then city_known.source
            when city_forms.this_period is not null then 'form'
        end as source,
        case
            when
                city_known.value is null and city_sums.total is null and city_forms.this_period is not null
                then city_forms.submission_id
        end as submission_id,
        city_forms.same_period_last_year as form_last_year,
        case
            when city_known.taken is not null and city_known.value is not null then city_known.is_corrected
            when city_sums.total is not null then city_sums.is_corrected
            else city_known.value is not null and city_known.is_corrected
        end as is_corrected,
        city_sums.total as sum_of_parts,
        coalesce(nullif(city_known.unknown, 0), city_sums.unknown) as unknown,
        city_known.communes,
        city_known.type = 'years' and city_known.is_nobody as is_nobody
    from city_known
    left join city_sums on city_known.period = city_sums.period and city_known.field = city_sums.field
    left join city_forms on city_known.period = city_forms.period and city_known.field = city_forms.field
),

every_level as (
    select
        'commune' as level,
        commune_key,
        period,
        field,
        value,
        source,
        submission_id,
        form_last_year,
        is_corrected,
        reason,
        case reason when 'ended_in_period' then last_month else missing end as missing,
        held_back,
        case reason when 'does_not_add_up' then abs(value - sum_of_parts) end as number,
        cast(null as bigint) as total
    from explained
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        period,
        field,
        value,
        source,
        submission_id,
        form_last_year,
        is_corrected,
        case
            when field = 'closing' and source = 'months' and sum_of_parts != value then 'does_not_add_up'
            when value is not null then null
            when is_nobody then 'nobody_admitted'
            else 'communes_unknown'
        end as reason,
        cast(null as varchar) as missing,
        cast(null as varchar) as held_back,
        case when value is null then unknown else abs(value - sum_of_parts) end as number,
        communes as total
    from of_city
)

select
    every_level.level,
    every_level.commune_key,
    every_level.period,
    every_level.field,
    every_level.value,
    every_level.source,
    every_level.submission_id,
    every_level.form_last_year,
    every_level.is_corrected,
    every_level.reason,
    {{ official_sentence('reasons.vi') }} as message_vi,
    {{ official_sentence('reasons.en', english_months('missing'), english_months('held_back')) }} as message_en
from every_level
left join {{ ref('stg_official_reasons') }} as reasons on every_level.reason = reasons.reason
