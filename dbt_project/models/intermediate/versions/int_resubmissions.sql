-- A version replaces the newest accepted one before it.
with versions as (
    select
        submission_number,
        submission_id,
        commune_key,
        commune_code,
        month,
        version,
        received_at,
        lag(submission_number) over same_month as previous_number,
        lag(submission_id) over same_month as previous_submission_id,
        lag(received_at) over same_month as previous_received_at
    from {{ ref('int_report_versions') }}
    where variant = 'sent'
    window same_month as (partition by commune_key, month order by version)
)

select
    submission_number,
    submission_id,
    previous_number,
    previous_submission_id,
    commune_key,
    commune_code,
    month,
    version,
    received_at,
    previous_received_at
from versions
where previous_number is not null
