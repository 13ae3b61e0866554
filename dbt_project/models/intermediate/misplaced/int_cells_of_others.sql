-- Whose cells a report has: compared with those of the commune's other reports and, where hardly any of them is there,
-- with those of the other communes. What several communes call their cells (Tổ dân phố số 1, Trường Mầm non) proves
-- nothing: only names count that one of the two has and the other has not, and of those nearly all.
{%- set reports_compared = 6 %}
{#- A name that more communes have says nothing of whose it is. -#}
{%- set most_communes_of_a_name = 30 %}
{%- set fewest_names = 3 %}
with reports as (
    select distinct
        commune_key,
        month,
        submission_id,
        version,
        received_on
    from {{ ref('int_report_names') }}
),

touched as (
    select *
    from reports
    where {{ is_touched('reports') }}
),

own_reports as (
    select
        touched.submission_id,
        earlier.submission_id as own_id,
        touched.month != earlier.month as is_other_month,
        abs(date_diff('month', earlier.month, touched.month)) as months_apart,
        earlier.month,
        earlier.version
    from touched
    inner join reports as earlier
        on
            touched.commune_key = earlier.commune_key
            and touched.submission_id != earlier.submission_id
            and touched.received_on >= earlier.received_on
            and abs(date_diff('month', earlier.month, touched.month)) <= {{ var('months_looked_back') }}
    -- A second version may be all that there is to compare the first one of its month with, not the other way round.
    where touched.month != earlier.month or (earlier.version = 1 and touched.version > 1)
),

nearest_own as (
    select
        submission_id,
        own_id
    from own_reports
    -- The month itself only where no other month has come.
    qualify
        is_other_month = max(is_other_month) over (partition by submission_id)
        and row_number() over (
            partition by submission_id
            order by is_other_month desc, months_apart asc, month asc, version desc
        ) <= {{ reports_compared }}
),

-- What most of these reports have: one that was misplaced itself does not make its cells the commune's.
own_names as (
    select
        nearest_own.submission_id,
        names.name_hash
    from nearest_own
    inner join {{ ref('int_report_names') }} as names on nearest_own.own_id = names.submission_id
    group by nearest_own.submission_id, names.name_hash
    having 2 * count(*) >= (
        select count(*)
        from nearest_own as every_one
        where every_one.submission_id = nearest_own.submission_id
    )
),

named as (
    select
        touched.submission_id,
        names.name_hash,
        own_names.name_hash is not null as is_own
    from touched
    inner join {{ ref('int_report_names') }} as names on touched.submission_id = names.submission_id
    left join own_names
        on names.submission_id = own_names.submission_id and names.name_hash = own_names.name_hash
    where
        exists (
            select 1
            from nearest_own
            where nearest_own.submission_id = touched.submission_id
        )
),

compared as (
    select
        submission_id,
        count(*) as names,
        count(*) filter (where is_own) as own_names
    from named
    group by submission_id
),

strange as (
    select
        touched.submission_id,
        touched.commune_key,
        touched.month,
        touched.received_on,
        compared.names
    from compared
    inner join touched on compared.submission_id = touched.submission_id
    where
        compared.names - compared.own_names >= {{ fewest_names }}
        and compared.names - compared.own_names >= 0.3 * compared.names
),

strange_names as (
    select named.*
    from named
    inner join strange on named.submission_id = strange.submission_id
    where not named.is_own
),

communes_of_names as (
    select
        name_hash,
        commune_key,
        count(*) over (partition by name_hash) as communes
    from (
        select distinct
            name_hash,
            commune_key
        from {{ ref('int_report_names') }}
        where name_hash in (select strange_names.name_hash from strange_names)
    )
),

candidates as (
    select
        strange.submission_id,
        strange.commune_key,
        strange.month,
        strange.received_on,
        communes_of_names.commune_key as other_key
    from strange
    inner join strange_names on strange.submission_id = strange_names.submission_id
    inner join communes_of_names
        on
            strange_names.name_hash = communes_of_names.name_hash
            and strange.commune_key != communes_of_names.commune_key
            and communes_of_names.communes <= {{ most_communes_of_a_name }}
    inner join {{ ref('stg_communes') }} as communes
        on
            communes_of_names.commune_key = communes.commune_key
            and strange.month >= communes.valid_from
            and strange.month < communes.valid_to
    group by
        strange.submission_id, strange.commune_key, strange.month, strange.received_on, communes_of_names.commune_key
    having count(*) >= {{ fewest_names }}
    qualify
        row_number() over (
            partition by strange.submission_id
            order by
                sum(1 / communes_of_names.communes order by communes_of_names.communes) desc,
                communes_of_names.commune_key asc
        ) <= 3
),

nearest_others as (
    select
        candidates.submission_id,
        candidates.other_key,
        reports.submission_id as other_id
    from candidates
    inner join reports
        on
            candidates.other_key = reports.commune_key
            and candidates.received_on >= reports.received_on
            and abs(date_diff('month', reports.month, candidates.month)) <= {{ var('months_looked_back') }}
    qualify
        row_number() over (
            partition by candidates.submission_id, candidates.other_key
            order by
                abs(date_diff('month', reports.month, candidates.month)) asc, reports.month asc, reports.version desc
        ) <= {{ reports_compared }}
),

other_names as (
    select
        nearest_others.submission_id,
        nearest_others.other_key,
        names.name_hash
    from nearest_others
    inner join {{ ref('int_report_names') }} as names on nearest_others.other_id = names.submission_id
    group by nearest_others.submission_id, nearest_others.other_key, names.name_hash
    having 2 * count(*) >= (
        select count(*)
        from nearest_others as every_one
        where
            every_one.submission_id = nearest_others.submission_id
            and every_one.other_key = nearest_others.other_key
    )
),

theirs as (
    select
        other_names.submission_id,
        other_names.other_key,
        count(*) filter (where own_names.name_hash is null) as names,
        count(*) filter (where own_names.name_hash is null and named.name_hash is not null) as found,
        count(named.name_hash) as known
    from other_names
    left join own_names
        on other_names.submission_id = own_names.submission_id and other_names.name_hash = own_names.name_hash
    left join named
        on other_names.submission_id = named.submission_id and other_names.name_hash = named.name_hash
    group by other_names.submission_id, other_names.other_key
),

ours as (
    select
        candidates.submission_id,
        candidates.other_key,
        count(*) as names,
        count(named.name_hash) as found
    from candidates
    inner join own_names on candidates.submission_id = own_names.submission_id
    left join named
        on own_names.submission_id = named.submission_id and own_names.name_hash = named.name_hash
    where
        not exists (
            select 1
            from other_names
            where
                other_names.submission_id = candidates.submission_id
                and other_names.other_key = candidates.other_key
                and other_names.name_hash = own_names.name_hash
        )
    group by candidates.submission_id, candidates.other_key
),

members as (
    select
        submission_id,
        sum(opening) as opening,
        sum(closing) as closing
    from {{ ref('stg_report_lines_kn3') }}
    where
        line_kind = 'cell'
        and (
            submission_id in (select candidates.submission_id from candidates)
            or submission_id in (
                select nearest_own.own_id
                from nearest_own
                inner join candidates on nearest_own.submission_id = candidates.submission_id
            )
        )
    group by submission_id
),

-- As many members as the commune had: its cells have been given other names.
renamed as (
    select distinct nearest_own.submission_id
    from nearest_own
    inner join members as own_members on nearest_own.own_id = own_members.submission_id
    inner join members
        on nearest_own.submission_id = members.submission_id and own_members.closing = members.opening
),

misplaced as (
    select
        theirs.submission_id,
        theirs.other_key,
        theirs.found
    from theirs
    inner join ours
        on theirs.submission_id = ours.submission_id and theirs.other_key = ours.other_key
    inner join strange on theirs.submission_id = strange.submission_id
    where
        theirs.found >= {{ fewest_names }}
        and theirs.found >= 0.75 * theirs.names
        and theirs.known >= 0.75 * strange.names
        and ours.names >= {{ fewest_names }}
        and ours.found <= 0.2 * ours.names
        and theirs.submission_id not in (select renamed.submission_id from renamed)
    -- Where two communes fit alike, neither is named.
    qualify count(*) over (partition by theirs.submission_id) = 1
)

select
    compared.submission_id,
    compared.names,
    compared.own_names,
    misplaced.other_key as other_commune_key,
    coalesce(misplaced.found, 0) as other_names
from compared
left join misplaced on compared.submission_id = misplaced.submission_id
