-- One code and name with two rows for the same day would count the commune's reports twice. (Codes alone do overlap:
-- 03406 is Xã Hồ Thầu's and, until July 2020, Xã Nậm Loỏng's.)
select
    earlier.commune_code,
    earlier.commune_name,
    earlier.valid_to,
    later.valid_from
from {{ ref('dim_commune') }} as earlier
inner join {{ ref('dim_commune') }} as later
    on
        earlier.commune_code = later.commune_code
        and earlier.commune_name = later.commune_name
        and earlier.valid_from < later.valid_from
        and earlier.valid_to > later.valid_from
