select
    reason,
    vi,
    en
from {{ ref('official_reasons') }}
