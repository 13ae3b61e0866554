-- The lines at hand of all three forms without their figures: how a line is recognised and where it stands.
with lines as (
    select
        'KN-1' as form,
        line_id,
        submission_number,
        is_touched,
        sheet,
        line_number,
        sheet_row,
        line_kind,
        section_line,
        cell_name,
        cell_type
    from {{ ref('int_lines_kn1') }}
    union all
    select
        'KN-2' as form,
        line_id,
        submission_number,
        is_touched,
        sheet,
        line_number,
        sheet_row,
        line_kind,
        section_line,
        cell_name,
        cell_type
    from {{ ref('int_lines_kn2') }}
    union all
    select
        'KN-3' as form,
        line_id,
        submission_number,
        is_touched,
        sheet,
        line_number,
        sheet_row,
        line_kind,
        section_line,
        cell_name,
        cell_type
    from {{ ref('int_lines_kn3') }}
)

select
    line_id,
    submission_number,
    is_touched,
    form,
    sheet,
    line_number,
    sheet_row,
    line_kind,
    section_line,
    cell_name,
    cell_type,
    lower(trim(coalesce(cell_name, ''))) as cell_match,
    cast(
        row_number() over (
            partition by submission_number, form, line_kind, lower(trim(coalesce(cell_name, '')))
            order by line_number
        ) as integer
    ) as namesake
from lines
