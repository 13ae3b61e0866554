-- Versions are counted for each form: a workbook that corrects one form says nothing of the other.
with sent as (
    select distinct
        submission_id,
        commune_key,
        commune_code,
        form,
        period,
        received_at,
        version
    from {{ ref('stg_official_lines') }}
),

numbered as (
    select
        submission_id,
        commune_key,
        commune_code,
        form,
        period,
        cast(
            row_number() over (
                partition by commune_key, form, period order by received_at, version, submission_id
            ) as integer
        ) as form_version
    from sent
)

select
    numbered.submission_id,
    numbered.commune_key,
    numbered.commune_code,
    numbered.form,
    numbered.period,
    periods.first_month,
    periods.last_month,
    numbered.form_version,
    numbered.form_version = max(numbered.form_version) over (
        partition by numbered.commune_key, numbered.form, numbered.period
    ) as is_newest
from numbered
inner join {{ ref('int_official_periods') }} as periods on numbered.period = periods.period
