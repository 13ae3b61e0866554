select
    predecessor_cell_key,
    successor_cell_key,
    succeeded_on,
    kind,
    share
from {{ ref('int_cell_successions') }}
