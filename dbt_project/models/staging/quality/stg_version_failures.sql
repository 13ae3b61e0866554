select
    failure_id,
    rule_id,
    submission_id,
    variant,
    severity,
    settled_at
from {{ source('quality', 'version_failures') }}
