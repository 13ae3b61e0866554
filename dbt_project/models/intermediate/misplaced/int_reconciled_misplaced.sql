-- Reports under a title that is not theirs: the cells of another commune, the figures of another month, a workbook that
-- was issued for another one. What a report turns out to be is said once, by the first of these that tells.
with cells_of_others as (
    select
        whose.submission_id,
        whose.other_commune_key as other,
        communes.commune_name as other_name,
        whose.other_names as told_by
    from {{ ref('int_cells_of_others') }} as whose
    left join {{ ref('stg_communes') }} as communes on whose.other_commune_key = communes.commune_key
),

told as (
    select
        'other_communes_cells' as kind,
        submission_id,
        other,
        other_name,
        told_by
    from cells_of_others
    union all
    select
        'other_months_figures' as kind,
        months.submission_id,
        cast(months.other_month as varchar) as other,
        strftime(months.other_month, '%-m/%Y') as other_name,
        months.cells as told_by
    from {{ ref('int_months_of_figures') }} as months
    where not exists (
        select 1
        from cells_of_others
        where cells_of_others.submission_id = months.submission_id and cells_of_others.told_by > 0
    )
),

-- A failure has a cell to go to: the name of the first cell.
first_lines as (
    select
        submission_number,
        arg_min(sheet, (form, line_number)) as sheet,
        arg_min(form, (form, line_number)) as form,
        arg_min(sheet_row, (form, line_number)) as sheet_row
    from {{ ref('int_report_lines') }}
    where line_kind = 'cell'
    group by submission_number
)

select
    rules.rule_id,
    versions.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    first_lines.sheet,
    letters.column_letter || first_lines.sheet_row as cell,
    told.other as cell_match,
    told.other_name as cell_name,
    cast(told.told_by as double) as reported,
    cast(0 as double) as expected
from {{ ref('stg_rules') }} as rules
inner join told on rules.kind = told.kind
inner join {{ ref('int_report_versions') }} as versions on told.submission_id = versions.submission_id
left join first_lines on versions.submission_number = first_lines.submission_number
left join {{ ref('int_column_letters') }} as letters
    on
        versions.submission_number = letters.submission_number
        and first_lines.form = letters.form
        and letters.field = 'cell_name'
where versions.is_touched
union all
select distinct
    rules.rule_id,
    versions.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    problems.sheet,
    problems.cell,
    problems.found as cell_match,
    cast(null as varchar) as cell_name,
    cast(1 as double) as reported,
    cast(0 as double) as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('stg_problems') }} as problems
    on rules.kind = 'issued_otherwise' and list_contains(rules.codes, problems.code)
inner join {{ ref('int_report_versions') }} as versions on problems.submission_id = versions.submission_id
where
    versions.is_touched
    and not exists (
        select 1
        from told
        where told.submission_id = problems.submission_id and told.told_by > 0
    )
