select
    submission_id,
    form,
    field,
    column_letter
from {{ source('raw', 'column_map') }}
where field is not null
