select
    decision_id,
    failure_id,
    decision,
    decided_at,
    submission_id,
    commune_key,
    month,
    sheet,
    cell,
    value_after
from {{ source('quality', 'decisions') }}
