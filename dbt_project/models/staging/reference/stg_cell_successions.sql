select
    commune_code_before,
    cell_before,
    lower(trim(cell_before)) as cell_match_before,
    commune_code_after,
    cell_after,
    lower(trim(cell_after)) as cell_match_after,
    succeeded_on,
    kind
from {{ ref('cell_successions') }}
