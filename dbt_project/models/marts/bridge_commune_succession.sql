select
    predecessors.commune_key as predecessor_key,
    successors.commune_key as successor_key,
    successions.succeeded_on,
    successions.extent,
    successions.share,
    successions.is_main_successor
from {{ ref('stg_successions') }} as successions
inner join {{ ref('stg_communes') }} as predecessors
    on
        successions.predecessor_code = predecessors.commune_code
        and successions.succeeded_on = predecessors.valid_to
        and (successions.predecessor_name is null or successions.predecessor_name = predecessors.commune_name)
inner join {{ ref('stg_communes') }} as successors
    on
        successions.successor_code = successors.commune_code
        and successions.succeeded_on >= successors.valid_from
        and successions.succeeded_on < successors.valid_to
