select
    submission_id,
    code,
    severity,
    form,
    sheet,
    cell,
    field
from {{ source('raw', 'problems') }}
