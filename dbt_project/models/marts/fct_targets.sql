with versions as (
    select
        {{ key_of(['commune_key', 'period_kind', 'period', 'version']) }} as target_key,
        *
    from {{ ref('int_target_versions') }}
),

-- What the term's sheets asked of each of its years while a version of the term's target was in force.
years_of_terms as (
    select
        terms.target_key,
        years.year,
        arg_max(years.target, years.version) as target,
        arg_max(years.covers_from, years.version) as covers_from,
        any_value(terms.covers_from) as term_covers_from
    from versions as terms
    inner join versions as years
        on
            terms.commune_key = years.commune_key
            and terms.term = years.term
            and terms.effective_until > years.effective_on
    where terms.period_kind = 'term' and years.period_kind = 'year'
    group by terms.target_key, years.year
),

-- A year that two terms share is set by both sheets, by the later one as a whole: what the earlier one asked of its
-- months is no part of the later term.
shared_years as (
    select
        earlier.commune_key,
        earlier.year,
        years.term,
        arg_max(earlier.target, earlier.version) as target
    from versions as earlier
    inner join versions as years
        on
            earlier.commune_key = years.commune_key
            and earlier.period = years.period
            and earlier.term < years.term
    where earlier.period_kind = 'year' and years.period_kind = 'year'
    group by earlier.commune_key, earlier.year, years.term
),

year_sums as (
    select
        terms.target_key,
        sum(
            years.target - case
                when years.covers_from < years.term_covers_from then coalesce(shared_years.target, 0) else 0
            end
        ) as years_total,
        count(*) as years_set
    from versions as terms
    inner join years_of_terms as years on terms.target_key = years.target_key
    left join shared_years
        on
            terms.commune_key = shared_years.commune_key
            and terms.term = shared_years.term
            and years.year = shared_years.year
    group by terms.target_key
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
