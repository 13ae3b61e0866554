-- Two communes report the same cell for the same month: what one of them should have left to the other.
with related as (
    select
        predecessor_cell_key as cell_key,
        successor_cell_key as other_cell_key
    from {{ ref('int_cell_successions') }}
    where predecessor_commune_key != successor_commune_key
    union
    select
        earlier.successor_cell_key as cell_key,
        later.successor_cell_key as other_cell_key
    from {{ ref('int_cell_successions') }} as earlier
    inner join {{ ref('int_cell_successions') }} as later
        on
            earlier.predecessor_cell_key = later.predecessor_cell_key
            and earlier.kind = 'moved'
            and later.kind = 'moved'
            and earlier.successor_commune_key != later.successor_commune_key
),

both_ways as (
    select * from related
    union
    select
        other_cell_key as cell_key,
        cell_key as other_cell_key
    from related
),

published_reports as (
    select
        commune_key,
        month,
        submission_id
    from {{ ref('stg_versions') }}
    where is_published
)

select
    published_reports.submission_id,
    cell_months.commune_key,
    cell_months.month,
    cell_months.cell_key,
    cell_months.cell_match,
    cell_months.cell_name,
    other_cell_months.commune_key as other_commune_key,
    other_cell_months.cell_key as other_cell_key,
    other_cell_months.cell_name as other_cell_name
from both_ways
inner join {{ ref('int_cell_months') }} as cell_months
    on both_ways.cell_key = cell_months.cell_key
inner join {{ ref('int_cell_months') }} as other_cell_months
    on both_ways.other_cell_key = other_cell_months.cell_key and cell_months.month = other_cell_months.month
inner join published_reports
    on cell_months.commune_key = published_reports.commune_key and cell_months.month = published_reports.month
