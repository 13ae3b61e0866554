select
    submission_id,
    line_number,
    sheet,
    sheet_row,
    kind as line_kind,
    section_line,
    cell_name,
    cell_type,
    {{ figures_of('KN-2') | join(', ') }},
    note
from {{ source('raw', 'report_lines_kn2') }}
