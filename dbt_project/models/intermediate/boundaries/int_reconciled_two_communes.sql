-- Looks over all months, not only the touched ones: whether a commune should have left a cell to another one is known
-- when the other one reports it.
with rules as (
    select
        rule_id,
        form,
        kind
    from {{ ref('stg_rules') }}
    where kind = 'cell_in_two_communes'
),

twice as (
    select distinct
        cell_key,
        month
    from {{ ref('int_cells_in_two_communes') }}
),

-- Cells that came from another commune or went to one. Looked up by one key: a country has as many as it has cells,
-- on the day when all its communes changed.
moved as (
    select predecessor_cell_key as cell_key
    from {{ ref('int_cell_successions') }}
    where predecessor_commune_key != successor_commune_key
    union
    select successor_cell_key as cell_key
    from {{ ref('int_cell_successions') }}
    where predecessor_commune_key != successor_commune_key
),

looked_at as (
    select
        reports.submission_id,
        reports.commune_key,
        reports.commune_code,
        reports.month,
        reports.version,
        cells.cell_match,
        cells.cell_name,
        cells.namesake,
        twice.cell_key is not null as is_in_two
    from {{ ref('int_cell_months') }} as cells
    inner join {{ ref('int_report_versions') }} as reports
        on cells.commune_key = reports.commune_key and cells.month = reports.month and reports.is_published
    left join twice
        on cells.cell_key = twice.cell_key and cells.month = twice.month
    where cells.cell_key in (select moved.cell_key from moved)
),

found as (
    select submission_id
    from looked_at
    where is_in_two
),

lines as (
    select
        submission_id,
        sheet,
        line_number,
        sheet_row,
        lower(trim(coalesce(cell_name, ''))) as cell_match,
        row_number() over (
            partition by submission_id, lower(trim(coalesce(cell_name, '')))
            order by line_number
        ) as namesake
    from {{ ref('stg_report_lines_kn1') }}
    where
        line_kind = 'cell'
        and submission_id in (select found.submission_id from found)
),

names as (
    select
        submission_id,
        min(column_letter) as column_letter
    from {{ ref('stg_column_map') }}
    where
        form = 'KN-1'
        and field = 'cell_name'
        and submission_id in (select found.submission_id from found)
    group by submission_id
)

select
    rules.rule_id,
    rules.form,
    rules.kind,
    looked_at.submission_id,
    looked_at.commune_key,
    looked_at.commune_code,
    looked_at.month,
    looked_at.version,
    true as is_newest,
    lines.sheet,
    lines.line_number,
    'cell' as line_kind,
    looked_at.cell_name,
    cast(null as varchar) as field,
    concat_ws('|', rules.form, 'cell', looked_at.cell_match, cast(looked_at.namesake as varchar), '') as place,
    cast(looked_at.is_in_two as double) as reported,
    cast(0 as double) as expected,
    cast(looked_at.is_in_two as double) as difference,
    case
        when lines.sheet_row is not null then [coalesce(names.column_letter, 'B') || lines.sheet_row]
        else cast([] as varchar[])
    end as cells
from rules
cross join looked_at
left join lines
    on
        case when looked_at.is_in_two then looked_at.submission_id end = lines.submission_id
        and looked_at.cell_match = lines.cell_match
        and looked_at.namesake = lines.namesake
left join names on looked_at.submission_id = names.submission_id
