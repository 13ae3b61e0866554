select
    failure_id,
    submission_id
from {{ source('quality', 'version_failures') }}
