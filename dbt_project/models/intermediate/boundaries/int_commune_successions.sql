with listed as (
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
),

-- Only its district or its like changed: the same code and name the day after, and no list of successors.
continued as (
    select
        earlier.commune_key as predecessor_key,
        later.commune_key as successor_key,
        later.valid_from as succeeded_on,
        'whole' as extent,
        cast(1 as double) as share,
        true as is_main_successor
    from {{ ref('stg_communes') }} as earlier
    inner join {{ ref('stg_communes') }} as later
        on
            earlier.commune_code = later.commune_code
            and earlier.commune_name = later.commune_name
            and earlier.valid_to = later.valid_from
    where earlier.commune_key not in (select listed.predecessor_key from listed)
)

select * from listed
union all
select * from continued
