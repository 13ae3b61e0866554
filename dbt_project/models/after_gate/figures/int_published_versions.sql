{{ config(materialized='view') }}

-- What may be published of each month: the gate has spoken. With the stewards' values in it where there are any.
select
    versions.submission_number,
    versions.submission_id,
    versions.commune_key,
    versions.commune_code,
    versions.month,
    versions.version,
    versions.variant,
    versions.is_touched
from {{ ref('int_report_versions') }} as versions
inner join {{ ref('stg_versions') }} as counted
    on versions.submission_id = counted.submission_id and counted.is_published
where versions.is_last_variant
