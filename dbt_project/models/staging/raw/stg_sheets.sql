select
    submission_id,
    form,
    sheet,
    header_last_row
from {{ source('raw', 'sheets') }}
