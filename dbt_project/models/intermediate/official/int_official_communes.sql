-- Communes that owe reports, in each period in which they were there: the whole of it, its beginning or its end.
select
    periods.period,
    communes.commune_key,
    communes.commune_code,
    communes.commune_name,
    greatest(periods.first_month, cast(date_trunc('month', communes.valid_from) as date)) as first_month,
    least(periods.last_month, cast(date_trunc('month', communes.valid_to - 1) as date)) as last_month,
    communes.valid_from <= periods.first_month as covers_start,
    communes.valid_to > periods.last_month as covers_end
from {{ ref('int_official_periods') }} as periods
inner join {{ ref('stg_communes') }} as communes
    on periods.last_month >= communes.valid_from and periods.first_month < communes.valid_to
inner join {{ ref('stg_scope') }} as scope
    on communes.commune_key = scope.commune_key and scope.is_expected
