-- Whether each report has a sheet for the form: 1 of 1 (missing_sheet). A sheet that is there and was not understood is
-- not missing: that there is none is asked by another rule (unread_sheet), 0 of 0.
with unread as (
    select
        submission_id,
        form,
        min(sheet) as sheet
    from {{ ref('stg_problems') }}
    where code = 'sheet_not_understood'
    group by submission_id, form
)

select
    rules.rule_id,
    versions.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    case when rules.kind = 'unread_sheet' then any_value(unread.sheet) end as sheet,
    case
        when rules.kind = 'unread_sheet' then cast(bool_or(unread.form is not null) as double)
        else cast(bool_or(sheets.submission_id is not null) as double)
    end as reported,
    cast(rules.kind = 'missing_sheet' as double) as expected
from {{ ref('stg_rules') }} as rules
cross join {{ ref('int_report_versions') }} as versions
left join {{ ref('stg_sheets') }} as sheets
    on versions.submission_id = sheets.submission_id and rules.form = sheets.form
left join unread
    on versions.submission_id = unread.submission_id and rules.form = unread.form
where
    versions.is_touched
    and (
        rules.kind = 'unread_sheet'
        or (rules.kind = 'missing_sheet' and (unread.form is null or sheets.form is not null))
    )
group by rules.rule_id, rules.kind, versions.submission_number
