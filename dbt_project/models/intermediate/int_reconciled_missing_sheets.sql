{{ config(materialized='table') }}

select
    rules.rule_id,
    versions.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    cast(bool_or(sheets.submission_id is not null) as double) as reported,
    cast(1 as double) as expected
from {{ ref('stg_rules') }} as rules
cross join {{ ref('int_report_versions') }} as versions
left join {{ ref('stg_sheets') }} as sheets
    on versions.submission_id = sheets.submission_id and rules.form = sheets.form
where rules.kind = 'missing_sheet' and versions.is_touched
group by rules.rule_id, versions.submission_number
