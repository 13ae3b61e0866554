select
    form,
    position,
    field,
    type,
    nullif(unit, '') as unit,
    name_vi,
    name_en,
    nullif(whole, '') as whole,
    nullif(partition, '') as partition,
    nullif(subset_of, '') as subset_of,
    nullif(carries, '') as carries
from {{ ref('fields') }}
