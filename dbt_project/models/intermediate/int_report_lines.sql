with lines as (
    select
        'KN-1' as form,
        submission_id,
        sheet,
        line_number,
        sheet_row,
        line_kind,
        section_line,
        cell_name,
        cell_type
    from {{ ref('stg_report_lines_kn1') }}
    union all
    select
        'KN-2' as form,
        submission_id,
        sheet,
        line_number,
        sheet_row,
        line_kind,
        section_line,
        cell_name,
        cell_type
    from {{ ref('stg_report_lines_kn2') }}
    union all
    select
        'KN-3' as form,
        submission_id,
        sheet,
        line_number,
        sheet_row,
        line_kind,
        section_line,
        cell_name,
        cell_type
    from {{ ref('stg_report_lines_kn3') }}
)

select
    cast(
        row_number() over (order by versions.submission_number, lines.form, lines.line_number) as integer
    ) as line_id,
    versions.submission_number,
    lines.form,
    lines.sheet,
    lines.line_number,
    lines.sheet_row,
    lines.line_kind,
    lines.section_line,
    lines.cell_name,
    lines.cell_type,
    lower(trim(coalesce(lines.cell_name, ''))) as cell_match,
    cast(
        row_number() over (
            partition by
                versions.submission_number,
                lines.form,
                lines.line_kind,
                lower(trim(coalesce(lines.cell_name, '')))
            order by lines.line_number
        ) as integer
    ) as namesake
from lines
inner join {{ ref('int_report_versions') }} as versions
    on lines.submission_id = versions.submission_id
