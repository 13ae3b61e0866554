with recursive reports as (
    select
        commune_key,
        min(first_month) as first_month,
        max(last_month) as last_month
    from {{ ref('int_cells') }}
    group by commune_key
),

one_to_one as (
    select
        predecessor_cell_key,
        successor_cell_key
    from {{ ref('int_cell_successions') }}
    qualify
        count(*) over (partition by predecessor_cell_key) = 1
        and count(*) over (partition by successor_cell_key) = 1
),

lineages as (
    select
        cell_key,
        cell_key as lineage_key
    from {{ ref('int_cells') }}
    where cell_key not in (select one_to_one.successor_cell_key from one_to_one)
    union all
    select
        one_to_one.successor_cell_key as cell_key,
        lineages.lineage_key
    from lineages
    inner join one_to_one on lineages.cell_key = one_to_one.predecessor_cell_key
),

predecessors as (
    select
        successor_cell_key,
        count(*) as predecessors
    from {{ ref('int_cell_successions') }}
    group by successor_cell_key
)

select
    cells.cell_key,
    -- A circle in the decisions has no earliest ancestor.
    coalesce(lineages.lineage_key, cells.cell_key) as lineage_key,
    cells.commune_key,
    cells.commune_code,
    cells.cell_name,
    cells.cell_type,
    cells.namesake,
    cells.first_month as valid_from,
    case
        when cells.last_month = reports.last_month then date '9999-12-31'
        else cast(cells.last_month + interval 1 month as date)
    end as valid_to,
    cells.last_month = reports.last_month as is_current,
    coalesce(predecessors.predecessors, 0) as predecessors,
    case
        when predecessors.predecessors > 0 then 'predecessor_known'
        when cells.first_month = reports.first_month then 'before_first_report'
        else 'began_later'
    end as origin
from {{ ref('int_cells') }} as cells
inner join reports on cells.commune_key = reports.commune_key
left join lineages on cells.cell_key = lineages.cell_key
left join predecessors on cells.cell_key = predecessors.successor_cell_key
