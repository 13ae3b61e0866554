select
    failure_id,
    rule_id,
    severity,
    commune_key,
    month,
    submission_id,
    state
from {{ source('quality', 'failures') }}
