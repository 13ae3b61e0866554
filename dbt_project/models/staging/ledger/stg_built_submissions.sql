select
    submission_id,
    version,
    commune_key,
    month
from {{ source('ledger', 'built_submissions') }}
