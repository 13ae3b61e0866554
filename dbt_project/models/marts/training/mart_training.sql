with communes as (
    select
        commune_key,
        month,
        class_type,
        count(*) as classes,
        count(participants) as classes_with_participants,
        sum(days) as days,
        sum(participants) as participants,
        sum(participants_women) as women,
        sum(participants_ethnic_minority) as ethnic_minority,
        -- A share is over the classes that tell both the part and the whole.
        sum(participants_women) filter (participants is not null) as women_told,
        sum(participants) filter (participants_women is not null) as participants_with_women,
        sum(participants_ethnic_minority) filter (participants is not null) as ethnic_minority_told,
        sum(participants) filter (participants_ethnic_minority is not null) as participants_with_ethnic_minority
    from {{ ref('fct_training') }}
    group by commune_key, month, class_type
),

city as (
    select
        month,
        class_type,
        sum(classes) as classes,
        sum(classes_with_participants) as classes_with_participants,
        sum(days) as days,
        sum(participants) as participants,
        sum(women) as women,
        sum(ethnic_minority) as ethnic_minority,
        sum(women_told) as women_told,
        sum(participants_with_women) as participants_with_women,
        sum(ethnic_minority_told) as ethnic_minority_told,
        sum(participants_with_ethnic_minority) as participants_with_ethnic_minority
    from communes
    group by month, class_type
),

held_back as (
    select
        month,
        count(*) as communes
    from {{ ref('stg_held_back') }}
    group by month
),

levels as (
    select
        'city' as level,
        cast(null as varchar) as commune_key,
        cast(null as varchar) as commune_code,
        run_settings.scope_name as commune_name,
        coalesce(held_back.communes, 0) as months_held_back,
        city.*
    from city
    left join held_back on city.month = held_back.month
    cross join {{ ref('stg_run_settings') }} as run_settings
    union all by name
    select
        'commune' as level,
        dim_commune.commune_code,
        dim_commune.commune_name,
        -- A month that is held back has no classes here, and so no row.
        0 as months_held_back,
        communes.*
    from communes
    inner join {{ ref('dim_commune') }} as dim_commune on communes.commune_key = dim_commune.commune_key
)

select
    level,
    commune_key,
    commune_code,
    commune_name,
    month,
    class_type,
    cast(classes as bigint) as classes,
    cast(days as double) as days,
    cast(participants as bigint) as participants,
    cast(women as bigint) as women,
    cast(ethnic_minority as bigint) as ethnic_minority,
    women_told / nullif(participants_with_women, 0) as women_share,
    ethnic_minority_told / nullif(participants_with_ethnic_minority, 0) as ethnic_minority_share,
    participants / nullif(classes_with_participants, 0) as participants_per_class,
    cast(months_held_back as bigint) as months_held_back
from levels
