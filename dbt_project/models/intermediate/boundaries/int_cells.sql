{{ config(tags=['around_gate']) }}

select
    cell_key,
    commune_key,
    commune_code,
    cell_match,
    namesake,
    arg_max(cell_name, month) as cell_name,
    arg_max(cell_type, month) as cell_type,
    min(month) as first_month,
    max(month) as last_month
from {{ ref('int_cell_months') }}
group by cell_key, commune_key, commune_code, cell_match, namesake
