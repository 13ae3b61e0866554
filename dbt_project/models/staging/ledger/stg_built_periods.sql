select
    period,
    made_of
from {{ source('ledger', 'built_periods') }}
