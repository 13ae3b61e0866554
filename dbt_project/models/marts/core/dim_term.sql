select
    term,
    starts_on,
    ends_on,
    {{ months_from_to('starts_on', 'ends_on') }} as months_in_term
from {{ ref('stg_terms') }}
