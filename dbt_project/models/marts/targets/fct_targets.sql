-- A commune goes on from itself, and from those that became part of it as a whole.
with lineages as (
    select distinct
        commune_key,
        commune_key as predecessor_key
    from {{ ref('int_target_versions') }}
    union all
    select
        successor_key as commune_key,
        predecessor_key
    from {{ ref('bridge_commune_succession') }}
    where extent = 'whole'
),

-- A year that two terms share is set by both sheets, by the later one as a whole: what the earlier one asked of its
-- months is no part of the later term.
shared_years as (
    select
        years.commune_key,
        years.period,
        years.term,
        earlier.commune_key as predecessor_key,
        arg_max(earlier.target, earlier.version) as target,
        min(earlier.covers_from) as covers_from
    from {{ ref('int_target_versions') }} as years
    inner join lineages on years.commune_key = lineages.commune_key
    inner join {{ ref('int_target_versions') }} as earlier
        on
            lineages.predecessor_key = earlier.commune_key
            and years.period = earlier.period
            and years.term > earlier.term
    where years.period_kind = 'year' and earlier.period_kind = 'year'
    group by years.commune_key, years.period, years.term, earlier.commune_key
),

asked_before as (
    select
        commune_key,
        period,
        term,
        sum(target) as target,
        min(covers_from) as covers_from
    from shared_years
    group by commune_key, period, term
),

versions as (
    select
        {{ key_of(['versions.commune_key', 'versions.period_kind', 'versions.period', 'versions.version']) }}
            as target_key,
        versions.* replace (
            coalesce(least(versions.covers_from, asked_before.covers_from), versions.covers_from) as covers_from
        ),
        asked_before.target as asked_before
    from {{ ref('int_target_versions') }} as versions
    left join asked_before
        on
            versions.commune_key = asked_before.commune_key
            and versions.period = asked_before.period
            and versions.term = asked_before.term
),

-- What the term's sheets asked of each of its years while a version of the term's target was in force.
years_of_terms as (
    select
        terms.target_key,
        years.year,
        arg_max(years.target - coalesce(years.asked_before, 0), years.version) as target
    from versions as terms
    inner join versions as years
        on
            terms.commune_key = years.commune_key
            and terms.term = years.term
            and terms.effective_until > years.effective_on
    where terms.period_kind = 'term' and years.period_kind = 'year'
    group by terms.target_key, years.year
),

year_sums as (
    select
        target_key,
        sum(target) as years_total,
        count(*) as years_set
    from years_of_terms
    group by target_key
),

compared as (
    select
        versions.target_key,
        case
            -- Part of the years says nothing about the term.
            when year_sums.years_set = year(versions.covers_to) - year(versions.covers_from) + 1
                then cast(year_sums.years_total as bigint)
        end as years_total
    from versions
    inner join year_sums on versions.target_key = year_sums.target_key
)

select
    versions.target_key,
    versions.commune_key,
    versions.commune_code,
    versions.period_kind,
    versions.period,
    versions.term,
    versions.year,
    versions.version,
    versions.target,
    versions.covers_from,
    versions.covers_to,
    versions.effective_on,
    versions.effective_until,
    versions.received_at,
    compared.years_total,
    compared.years_total - versions.target as differs_from_years,
    exists(
        select 1
        from {{ ref('bridge_commune_succession') }} as successions
        inner join versions as successors on successions.successor_key = successors.commune_key
        where
            successions.predecessor_key = versions.commune_key
            and successors.period_kind = versions.period_kind
            and successors.period = versions.period
            and successors.covers_from <= versions.covers_from
    ) as is_carried_by_successor,
    versions.submission_id,
    versions.line_number,
    versions.sheet,
    versions.cell
from versions
left join compared on versions.target_key = compared.target_key
