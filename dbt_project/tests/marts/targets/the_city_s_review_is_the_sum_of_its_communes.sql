-- The published table's first line and the lines under it must add up, or nobody will believe either.
with city as (
    select
        term,
        admitted,
        women,
        ethnic_minority,
        held_back_admitted
    from {{ ref('mart_term_review') }}
    where level = 'city'
),

communes as (
    select
        term,
        sum(admitted) as admitted,
        sum(women) as women,
        sum(ethnic_minority) as ethnic_minority,
        sum(held_back_admitted) as held_back_admitted
    from {{ ref('mart_term_review') }}
    where level = 'commune'
    group by term
)

select
    communes.term,
    city.admitted as city_admitted,
    communes.admitted as communes_admitted,
    city.women as city_women,
    communes.women as communes_women,
    city.ethnic_minority as city_ethnic_minority,
    communes.ethnic_minority as communes_ethnic_minority,
    city.held_back_admitted as city_held_back_admitted,
    communes.held_back_admitted as communes_held_back_admitted
from communes
left join city on communes.term = city.term
where
    city.admitted is distinct from communes.admitted
    or city.women is distinct from communes.women
    or city.ethnic_minority is distinct from communes.ethnic_minority
    -- A commune that holds nothing back has 0, also where the others' reports do not say.
    or coalesce(city.held_back_admitted, 0) != coalesce(communes.held_back_admitted, 0)
