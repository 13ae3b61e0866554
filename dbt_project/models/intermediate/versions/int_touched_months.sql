select
    commune_key,
    month
from {{ ref('int_months_to_build') }}
where is_in_this_build
