{{ config(materialized='incremental', incremental_strategy='touched_periods', on_schema_change='fail') }}

-- The edition is the one in force on the period's last day.
with rows_of as (
    select
        forms.form,
        forms.edition,
        periods.period,
        periods.year_before,
        forms.position,
        forms.field,
        forms.label
    from {{ ref('int_official_periods') }} as periods
    inner join {{ ref('stg_official_forms') }} as forms
        on last_day(periods.last_month) >= forms.valid_from and last_day(periods.last_month) < forms.valid_to
    where {{ is_touched_period('periods.period') }}
),

offices as (
    select
        'commune' as level,
        commune_key,
        commune_code,
        commune_name,
        period
    from {{ ref('int_official_communes') }}
    union all
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        cast(null as varchar) as commune_code,
        run_settings.scope_name as commune_name,
        periods.period
    from {{ ref('int_official_periods') }} as periods
    cross join {{ ref('stg_run_settings') }} as run_settings
),

-- Of all the periods that are kept only these stand in the rows.
looked_at as (
    select official_values.*
    from {{ ref('int_official_values') }} as official_values
    where
        official_values.period in (select rows_of.period from rows_of)
        or official_values.period in (select rows_of.year_before from rows_of)
),

filled as (
    select
        rows_of.form,
        rows_of.edition,
        rows_of.period,
        offices.level,
        offices.commune_key,
        offices.commune_code,
        offices.commune_name,
        rows_of.position,
        rows_of.field,
        rows_of.label,
        this_year.value as this_period,
        coalesce(last_year.value, this_year.form_last_year) as same_period_last_year,
        this_year.source,
        case
            when last_year.value is not null then last_year.source
            when this_year.form_last_year is not null then 'form'
        end as source_last_year,
        coalesce(this_year.is_corrected, false) as is_corrected,
        coalesce(last_year.value is not null and last_year.is_corrected, false) as is_corrected_last_year,
        this_year.submission_id,
        this_year.reason,
        this_year.message_vi,
        this_year.message_en,
        case
            when rows_of.field is null then null
            when last_year.value is null and this_year.form_last_year is not null then null
            when last_year.field is null then 'not_covered'
            else last_year.reason
        end as reason_last_year,
        last_year.message_vi as said_vi,
        last_year.message_en as said_en
    from rows_of
    inner join offices on rows_of.period = offices.period
    left join looked_at as this_year
        on
            rows_of.period = this_year.period
            and rows_of.field = this_year.field
            and offices.level = this_year.level
            and coalesce(offices.commune_key, '') = coalesce(this_year.commune_key, '')
    left join looked_at as last_year
        on
            rows_of.year_before = last_year.period
            and rows_of.field = last_year.field
            and offices.level = last_year.level
            and coalesce(offices.commune_key, '') = coalesce(last_year.commune_key, '')
)

select
    {{ key_of(['filled.form', 'filled.period', "coalesce(filled.commune_key, '')", 'filled.position']) }}
        as official_row_key,
    filled.form,
    filled.edition,
    filled.period,
    filled.level,
    filled.commune_key,
    filled.commune_code,
    filled.commune_name,
    filled.position,
    filled.field,
    filled.label,
    filled.this_period,
    filled.same_period_last_year,
    filled.this_period * 100 / nullif(filled.same_period_last_year, 0) as pct,
    filled.source,
    filled.source_last_year,
    filled.is_corrected,
    filled.is_corrected_last_year,
    filled.submission_id,
    filled.reason,
    filled.message_vi,
    filled.message_en,
    filled.reason_last_year,
    case filled.reason_last_year when 'not_covered' then reasons.vi else filled.said_vi end as message_last_year_vi,
    case filled.reason_last_year when 'not_covered' then reasons.en else filled.said_en end as message_last_year_en
from filled
left join {{ ref('stg_official_reasons') }} as reasons on filled.reason_last_year = reasons.reason
