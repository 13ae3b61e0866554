select
    submission_id,
    kind,
    file_name,
    received_at,
    {{ office_day('received_at') }} as received_on,
    status,
    reason,
    commune_key,
    commune_code,
    month,
    version
from {{ source('raw', 'submissions') }}
