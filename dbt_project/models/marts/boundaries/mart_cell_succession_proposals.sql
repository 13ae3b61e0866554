with cells as (
    select
        cell_key,
        commune_key,
        cell_name,
        cell_match,
        first_month,
        last_month,
        {{ spoken_cell_name('cell_match') }} as spoken_name
    from {{ ref('int_cells') }}
    where cell_match != ''
),

stopped as (
    select *
    from cells
    where
        cell_key not in (
            select successions.predecessor_cell_key
            from {{ ref('int_cell_successions') }} as successions
        )
),

began as (
    select *
    from cells
    where
        cell_key not in (
            select successions.successor_cell_key
            from {{ ref('int_cell_successions') }} as successions
        )
),

-- Where a cell's next report may stand: with its own commune, or with one that took its commune over.
places as (
    select
        commune_key,
        commune_key as to_commune_key,
        cast(null as date) as succeeded_on
    from {{ ref('stg_communes') }}
    union all
    select
        predecessor_key as commune_key,
        successor_key as to_commune_key,
        succeeded_on
    from {{ ref('int_commune_successions') }}
),

pairs as (
    select
        stopped.cell_key as predecessor_cell_key,
        began.cell_key as successor_cell_key,
        stopped.commune_key as predecessor_commune_key,
        began.commune_key,
        stopped.cell_name as predecessor_cell_name,
        began.cell_name as successor_cell_name,
        stopped.last_month,
        began.first_month,
        coalesce(places.succeeded_on, began.first_month) as succeeded_on,
        jaro_winkler_similarity(stopped.spoken_name, began.spoken_name) as similarity,
        jaro_winkler_similarity(
            {{ without_diacritics('stopped.spoken_name') }}, {{ without_diacritics('began.spoken_name') }}
        ) as similarity_without_diacritics,
        regexp_extract_all(stopped.spoken_name, '[0-9]+') = regexp_extract_all(began.spoken_name, '[0-9]+')
            as has_same_numbers
    from stopped
    inner join places on stopped.commune_key = places.commune_key
    inner join began
        on
            places.to_commune_key = began.commune_key
            and stopped.last_month < began.first_month
            and stopped.last_month >= began.first_month - interval 2 month
            and (places.succeeded_on is null or places.succeeded_on <= began.first_month)
),

compared as (
    select
        pairs.*,
        last_members.closing as members_before,
        first_members.opening as members_after,
        last_members.closing = first_members.opening as has_same_members,
        coalesce(last_members.is_corrected, false) or coalesce(first_members.is_corrected, false) as is_corrected
    from pairs
    left join {{ ref('fct_membership') }} as last_members
        on pairs.predecessor_cell_key = last_members.cell_key and pairs.last_month = last_members.month
    left join {{ ref('fct_membership') }} as first_members
        on pairs.successor_cell_key = first_members.cell_key and pairs.first_month = first_members.month
    where greatest(pairs.similarity, pairs.similarity_without_diacritics) >= 0.8
),

-- `Tổ dân phố số 2` and `số 22` look alike and are not; only their members could say otherwise.
ranked as (
    select
        *,
        row_number() over (
            partition by predecessor_cell_key
            order by
                has_same_numbers desc,
                coalesce(has_same_members, false) desc,
                greatest(similarity, similarity_without_diacritics) desc,
                similarity desc,
                successor_cell_key asc
        ) as rank
    from compared
    where has_same_numbers or coalesce(has_same_members, false)
)

select
    ranked.predecessor_cell_key,
    ranked.successor_cell_key,
    ranked.predecessor_commune_key,
    ranked.commune_key,
    communes.commune_code,
    communes.commune_name,
    ranked.predecessor_cell_name,
    ranked.successor_cell_name,
    ranked.last_month,
    ranked.first_month,
    ranked.succeeded_on,
    ranked.similarity,
    ranked.similarity_without_diacritics,
    ranked.has_same_numbers,
    ranked.members_before,
    ranked.members_after,
    ranked.has_same_members,
    ranked.is_corrected,
    ranked.rank
from ranked
inner join {{ ref('stg_communes') }} as communes on ranked.commune_key = communes.commune_key
where ranked.rank <= 5
