select
    cause_id,
    case_id,
    position,
    commune_key,
    commune_code,
    month,
    kind,
    severity,
    submission_id,
    sheet,
    cells,
    failures,
    message_vi,
    message_en
from {{ source('quality', 'causes') }}
