select
    commune_key,
    month,
    open_critical
from {{ source('quality', 'held_back') }}
