select
    submission_id,
    code,
    severity,
    form,
    sheet,
    cell,
    field,
    found
from {{ source('raw', 'problems') }}
