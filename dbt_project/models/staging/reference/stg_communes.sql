-- The lists before and after July 2025, with the amendments in place of what they amend.
with amended as (
    select
        commune_code,
        name,
        unit_type,
        district_code,
        district_name,
        province_code,
        province_name,
        valid_from,
        valid_to
    from {{ ref('commune_amendments') }}
),

before_reform as (
    select
        listed.commune_code,
        listed.name,
        listed.unit_type,
        listed.district_code,
        listed.district_name,
        listed.province_code,
        listed.province_name,
        date '1900-01-01' as valid_from,
        date '2025-07-01' as valid_to
    from {{ ref('communes_before_2025_07') }} as listed
    where not exists (
        select 1
        from amended
        where amended.commune_code = listed.commune_code and amended.name = listed.name
    )
),

since_reform as (
    select
        commune_code,
        name,
        unit_type,
        cast(null as varchar) as district_code,
        cast(null as varchar) as district_name,
        province_code,
        province_name,
        date '2025-07-01' as valid_from,
        date '9999-12-31' as valid_to
    from {{ ref('communes_from_2025_07') }}
),

every_validity as (
    select * from amended
    union all
    select * from before_reform
    union all
    select * from since_reform
)

select
    {{ key_of(['commune_code', 'valid_from']) }} as commune_key,
    commune_code,
    name as commune_name,
    case unit_type
        when 'Phường' then 'ward'
        when 'Xã' then 'commune'
        when 'Thị trấn' then 'township'
        when 'Đặc khu' then 'special_zone'
    end as unit_type,
    district_code,
    district_name,
    province_code,
    province_name,
    valid_from,
    valid_to
from every_validity
