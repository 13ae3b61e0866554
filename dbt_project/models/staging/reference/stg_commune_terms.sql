select
    commune_code,
    term,
    starts_on
from {{ ref('commune_terms') }}
