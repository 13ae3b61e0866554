-- A workbook may hold a form for two periods: the column is that of the line's own sheet.
with columns_of as (
    select
        submission_id,
        form,
        sheet,
        min_by(column_letter, (length(column_letter), column_letter)) as column_letter
    from {{ source('raw', 'column_map') }}
    where field = 'this_period'
    group by submission_id, form, sheet
)

select
    lines.submission_id,
    lines.line_number,
    submissions.commune_key,
    submissions.commune_code,
    submissions.received_at,
    submissions.version,
    lines.form,
    lines.edition,
    lines.period,
    lines.sheet,
    lines.sheet_row,
    columns_of.column_letter || lines.sheet_row as cell,
    lines.field,
    lines.label,
    lines.this_period,
    lines.same_period_last_year,
    lines.pct
from {{ source('raw', 'official_lines') }} as lines
inner join {{ ref('stg_submissions') }} as submissions
    on lines.submission_id = submissions.submission_id and submissions.status = 'accepted'
left join columns_of
    on
        lines.submission_id = columns_of.submission_id
        and lines.form = columns_of.form
        and lines.sheet = columns_of.sheet
where lines.period is not null
