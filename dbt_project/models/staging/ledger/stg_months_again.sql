select
    commune_key,
    month
from {{ source('ledger', 'months_again') }}
