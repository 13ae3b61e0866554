-- A commune's term lasts until its next one starts; where it starts on a day of its own, commune_terms.csv says so.
with starts as (
    select
        communes.commune_key,
        communes.commune_code,
        terms.term,
        coalesce(own.starts_on, terms.starts_on) as starts_on,
        terms.ends_on as usual_end
    from {{ ref('stg_scope') }} as communes
    cross join {{ ref('stg_terms') }} as terms
    left join {{ ref('stg_commune_terms') }} as own
        on communes.commune_code = own.commune_code and terms.term = own.term
),

lasting as (
    select
        commune_key,
        commune_code,
        term,
        date_trunc('month', starts_on) as first_month,
        coalesce(
            lead(date_trunc('month', starts_on)) over (partition by commune_key order by starts_on),
            date_trunc('month', usual_end) + interval 1 month
        ) - interval 1 month as last_month
    from starts
)

select
    commune_key,
    commune_code,
    term,
    cast(first_month as date) as first_month,
    cast(last_month as date) as last_month,
    {{ months_from_to('first_month', 'last_month') }} as months_in_term
from lasting
