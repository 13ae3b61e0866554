select
    submission_id,
    line_number,
    sheet,
    sheet_row,
    class_type,
    class_type_text,
    started_on,
    days,
    participants,
    participants_women,
    participants_ethnic_minority
from {{ source('raw', 'training_classes') }}
