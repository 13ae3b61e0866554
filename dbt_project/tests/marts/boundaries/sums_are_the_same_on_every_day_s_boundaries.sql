-- Restating moves figures between communes; one that got lost or was counted twice would be a lie about the country.
with reported as (
    select
        month,
        sum(admitted) as admitted,
        sum(women) as women,
        sum(ethnic_minority) as ethnic_minority
    from {{ ref('fct_admissions') }}
    group by month
),

reported_candidates as (
    select
        month,
        sum(candidates) as candidates
    from {{ ref('fct_candidates') }}
    group by month
),

reported_members as (
    select
        month,
        sum(closing) as members
    from {{ ref('fct_membership') }}
    group by month
),

restated as (
    select
        boundary_from,
        month,
        sum(admitted) as admitted,
        sum(women) as women,
        sum(ethnic_minority) as ethnic_minority,
        sum(candidates) as candidates,
        sum(members) as members
    from {{ ref('mart_commune_month_restated') }}
    group by boundary_from, month
),

months as (
    select month from reported
    union
    select month from reported_candidates
    union
    select month from reported_members
),

-- Every month under all boundaries, also where nothing arrived.
expected as (
    select
        boundaries.boundary_from,
        months.month
    from {{ ref('int_boundaries') }} as boundaries
    cross join months
)

select
    expected.boundary_from,
    expected.month,
    reported.admitted as reported_admitted,
    restated.admitted as restated_admitted
from expected
left join reported on expected.month = reported.month
left join reported_candidates on expected.month = reported_candidates.month
left join reported_members on expected.month = reported_members.month
left join restated
    on expected.boundary_from = restated.boundary_from and expected.month = restated.month
where
    reported.admitted is distinct from restated.admitted
    or reported.women is distinct from restated.women
    or reported.ethnic_minority is distinct from restated.ethnic_minority
    or reported_candidates.candidates is distinct from restated.candidates
    or reported_members.members is distinct from restated.members
