-- A build goes over the months whose reports are not what the last one saw, and over those that are judged by them:
-- later months of the same commune carry figures on and are compared with its history.
with accepted as (
    select
        submission_id,
        version,
        commune_key,
        month,
        received_on
    from {{ ref('stg_submissions') }}
    where kind = 'report' and status = 'accepted'
),

new_target_sheets as (
    select distinct
        targets.commune_key,
        targets.term,
        targets.year
    from {{ ref('stg_targets') }} as targets
    where not exists (
        select 1
        from {{ ref('stg_built_submissions') }} as built
        where built.submission_id = targets.submission_id
    )
),

changed as (
    select
        accepted.commune_key,
        accepted.month
    from accepted
    where
        not exists (
            select 1
            from {{ ref('stg_built_submissions') }} as built
            where
                built.submission_id = accepted.submission_id
                and built.version = accepted.version
                and built.commune_key = accepted.commune_key
                and built.month = accepted.month
        )
    union
    select
        built.commune_key,
        built.month
    from {{ ref('stg_built_submissions') }} as built
    where
        built.month is not null
        and not exists (
            select 1
            from accepted
            where
                built.submission_id = accepted.submission_id
                and built.version = accepted.version
                and built.commune_key = accepted.commune_key
                and built.month = accepted.month
        )
    union
    select
        again.commune_key,
        again.month
    from {{ ref('stg_months_again') }} as again
    union
    select
        accepted.commune_key,
        accepted.month
    from accepted
    inner join new_target_sheets
        on accepted.commune_key = new_target_sheets.commune_key and year(accepted.month) = new_target_sheets.year
),

affected as (
    select
        commune_key,
        month
    from changed
    union
    select
        accepted.commune_key,
        accepted.month
    from changed
    inner join accepted
        on
            changed.commune_key = accepted.commune_key
            and changed.month < accepted.month
            and accepted.month <= changed.month + to_months({{ var('months_looked_back') }})
    union
    -- Which month's figures a report has is asked of all that had come by its own day, later months' among them. Where
    -- one of those is taken in after it, it is asked again.
    select
        judged.commune_key,
        judged.month
    from changed
    inner join accepted as taken_in
        on changed.commune_key = taken_in.commune_key and changed.month = taken_in.month
    inner join accepted as judged
        on
            taken_in.commune_key = judged.commune_key
            and taken_in.month > judged.month
            and taken_in.month - to_months({{ var('months_looked_back') }}) <= judged.month
            and taken_in.received_on <= judged.received_on
),

counted as (
    select
        month,
        sum(count(*)) over (order by month) as so_far
    from affected
    group by month
)

select
    affected.commune_key,
    affected.month,
    -- More than fits into memory is built in several goes, oldest months first.
    counted.so_far <= {{ var('commune_months_a_build') }} or affected.month = min(affected.month) over ()
        as is_in_this_build
from affected
inner join counted on affected.month = counted.month
