select
    commune_key,
    commune_code,
    is_expected
from {{ source('raw', 'scope') }}
