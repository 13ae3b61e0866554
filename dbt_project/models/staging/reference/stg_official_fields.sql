select
    field,
    type,
    nullif(monthly_form, '') as monthly_form,
    nullif(taken, '') as taken,
    nullif(zero_with, '') as zero_with,
    coalesce(string_split(nullif(plus_fields, ''), '|'), []) as plus_fields,
    coalesce(string_split(nullif(minus_fields, ''), '|'), []) as minus_fields
from {{ ref('official_fields') }}
