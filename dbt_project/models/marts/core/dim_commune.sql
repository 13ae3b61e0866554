select
    commune_key,
    commune_code,
    commune_name,
    unit_type,
    district_code,
    district_name,
    province_code,
    province_name,
    valid_from,
    valid_to,
    valid_to = date '9999-12-31' as is_current,
    commune_key in (select scope.commune_key from {{ ref('stg_scope') }} as scope) as is_in_scope
from {{ ref('stg_communes') }}
