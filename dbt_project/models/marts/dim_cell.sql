with seen as (
    select
        versions.commune_key,
        versions.commune_code,
        versions.month,
        lines.cell_match,
        lines.namesake,
        lines.form,
        lines.cell_name,
        lines.cell_type
    from {{ ref('int_report_lines') }} as lines
    inner join {{ ref('int_report_versions') }} as versions
        on lines.submission_number = versions.submission_number
    where lines.line_kind = 'cell' and versions.is_newest
),

last_reports as (
    select
        commune_key,
        max(month) as last_month
    from seen
    group by commune_key
),

cells as (
    select
        commune_key,
        commune_code,
        cell_match,
        namesake,
        arg_max(cell_name, (month, form)) as cell_name,
        arg_max(cell_type, (month, form)) as cell_type,
        min(month) as first_month,
        max(month) as last_month
    from seen
    group by commune_key, commune_code, cell_match, namesake
)

select
    {{ key_of(['cells.commune_key', 'cells.cell_match', 'cells.namesake']) }} as cell_key,
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
