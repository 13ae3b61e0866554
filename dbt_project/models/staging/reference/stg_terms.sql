select
    term,
    starts_on,
    ends_on
from {{ ref('terms') }}
