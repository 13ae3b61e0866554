-- Which rows of the sheet a total or section line adds up.
select
    totals.line_id,
    list(lines.sheet_row order by lines.line_number) as sheet_rows
from {{ ref('int_report_lines') }} as totals
inner join {{ ref('int_report_lines') }} as lines
    on
        totals.submission_number = lines.submission_number
        and totals.form = lines.form
        and lines.line_kind = 'cell'
        and (totals.line_kind = 'total' or totals.line_number = lines.section_line)
where totals.line_kind in ('total', 'section') and totals.is_touched
group by totals.line_id
