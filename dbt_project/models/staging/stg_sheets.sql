select
    submission_id,
    form,
    sheet
from {{ source('raw', 'sheets') }}
