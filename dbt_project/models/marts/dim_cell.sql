with last_reports as (
    select
        commune_key,
        max(month) as last_month
    from {{ ref('int_cell_months') }}
    group by commune_key
),

cells as (
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
)

select
    cells.cell_key,
    cells.commune_key,
    cells.commune_code,
    cells.cell_name,
    cells.cell_type,
    cells.namesake,
    cells.first_month as valid_from,
    case
        when cells.last_month = last_reports.last_month then date '9999-12-31'
        else cast(cells.last_month + interval 1 month as date)
    end as valid_to,
    cells.last_month = last_reports.last_month as is_current
from cells
inner join last_reports on cells.commune_key = last_reports.commune_key
