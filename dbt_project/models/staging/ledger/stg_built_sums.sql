select
    period_kind,
    period,
    month,
    made_of
from {{ source('ledger', 'built_sums') }}
