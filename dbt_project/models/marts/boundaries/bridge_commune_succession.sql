select
    predecessor_key,
    successor_key,
    succeeded_on,
    extent,
    share,
    is_main_successor
from {{ ref('int_commune_successions') }}
