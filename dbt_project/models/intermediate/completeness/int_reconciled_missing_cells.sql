-- Cells that the months before had on the form (missing_cell), or that another sheet of the workbook has
-- (missing_on_sheet): 1 where the form has a row for them, expected 1. Where there is none, the address is that of
-- the name that may stand for it, else of the row after which it stood.
with rules as (
    select
        rule_id,
        form,
        kind,
        other_form
    from {{ ref('stg_rules') }}
    where kind in ('missing_cell', 'missing_on_sheet')
),

rows_there as (
    select
        submission_number,
        form,
        sheet,
        sheet_row,
        line_number,
        cell_match,
        namesake,
        cell_name
    from {{ ref('int_report_lines') }}
    where is_touched and line_kind = 'cell'
),

name_letters as (
    select
        submission_number,
        form,
        column_letter
    from {{ ref('int_column_letters') }}
    where field = 'cell_name'
),

looked_for as (
    select
        rules.rule_id,
        rules.kind,
        rules.form,
        known.submission_number,
        known.cell_match,
        known.namesake,
        known.cell_name,
        cast(null as varchar) as other_cell
    from rules
    inner join {{ ref('int_known_cells') }} as known on list_contains(known.forms, rules.form)
    where rules.kind = 'missing_cell'
    union all
    select
        rules.rule_id,
        rules.kind,
        rules.form,
        others.submission_number,
        others.cell_match,
        others.namesake,
        others.cell_name,
        {{ on_sheet('others.sheet', 'name_letters.column_letter || others.sheet_row') }} as other_cell
    from rules
    inner join rows_there as others on rules.other_form = others.form
    left join name_letters
        on others.submission_number = name_letters.submission_number and others.form = name_letters.form
    where rules.kind = 'missing_on_sheet'
),

-- A form that is not there at all is the business of missing_sheet.
sheets as (
    select
        submission_number,
        form,
        any_value(sheet) as sheet,
        min(sheet_row) as first_row
    from rows_there
    group by submission_number, form
),

found as (
    select
        looked_for.*,
        sheets.sheet,
        sheets.first_row,
        rows_there.cell_match is not null as is_there
    from looked_for
    inner join sheets
        on looked_for.submission_number = sheets.submission_number and looked_for.form = sheets.form
    left join rows_there
        on
            looked_for.submission_number = rows_there.submission_number
            and looked_for.form = rows_there.form
            and looked_for.cell_match = rows_there.cell_match
            and looked_for.namesake = rows_there.namesake
),

missing as (
    select * from found
    where not is_there
),

-- A row that nothing asks for, with nearly the name that is missing, may be the same cell misspelt.
likest as (
    select
        missing.rule_id,
        missing.submission_number,
        missing.cell_match,
        missing.namesake,
        arg_max(
            rows_there.sheet_row,
            (jaro_winkler_similarity(missing.cell_match, rows_there.cell_match), -rows_there.sheet_row)
        ) as sheet_row
    from missing
    inner join rows_there
        on missing.submission_number = rows_there.submission_number and missing.form = rows_there.form
    where
        jaro_winkler_similarity(missing.cell_match, rows_there.cell_match) >= 0.93
        and not exists (
            select 1
            from looked_for
            where
                looked_for.rule_id = missing.rule_id
                and looked_for.submission_number = rows_there.submission_number
                and looked_for.cell_match = rows_there.cell_match
        )
    group by missing.rule_id, missing.submission_number, missing.cell_match, missing.namesake
),

-- Where the row stood: in the month before, or on the other sheet.
stood as (
    select
        missing.rule_id,
        missing.form,
        missing.submission_number,
        missing.cell_match,
        missing.namesake,
        lines.submission_number as compared_number,
        lines.form as compared_form,
        lines.line_number
    from missing
    inner join {{ ref('int_known_cells') }} as known
        on
            missing.submission_number = known.submission_number
            and missing.cell_match = known.cell_match
            and missing.namesake = known.namesake
    inner join {{ ref('int_report_versions') }} as versions
        on
            known.commune_key = versions.commune_key
            and known.month_before = versions.month
            and versions.is_in_force
    inner join {{ ref('int_report_lines') }} as lines
        on
            versions.submission_number = lines.submission_number
            and missing.form = lines.form
            and missing.cell_match = lines.cell_match
            and missing.namesake = lines.namesake
            and lines.line_kind = 'cell'
    where missing.kind = 'missing_cell'
    union all
    select
        missing.rule_id,
        missing.form,
        missing.submission_number,
        missing.cell_match,
        missing.namesake,
        others.submission_number as compared_number,
        others.form as compared_form,
        others.line_number
    from missing
    inner join rules on missing.rule_id = rules.rule_id
    inner join rows_there as others
        on
            missing.submission_number = others.submission_number
            and rules.other_form = others.form
            and missing.cell_match = others.cell_match
            and missing.namesake = others.namesake
    where missing.kind = 'missing_on_sheet'
),

-- Kept apart: joined the other way round, rows of that name in every other commune would come first.
rows_above as materialized (
    select
        stood.rule_id,
        stood.submission_number,
        stood.form,
        stood.cell_match,
        stood.namesake,
        lines.cell_match as above_match,
        lines.namesake as above_namesake,
        lines.line_number
    from stood
    inner join {{ ref('int_report_lines') }} as lines
        on
            stood.compared_number = lines.submission_number
            and stood.compared_form = lines.form
            and stood.line_number > lines.line_number
            and lines.line_kind = 'cell'
),

above as (
    select
        rows_above.rule_id,
        rows_above.submission_number,
        rows_above.cell_match,
        rows_above.namesake,
        arg_max(rows_there.sheet_row, rows_above.line_number) as sheet_row
    from rows_above
    inner join rows_there
        on
            rows_above.submission_number = rows_there.submission_number
            and rows_above.form = rows_there.form
            and rows_above.above_match = rows_there.cell_match
            and rows_above.above_namesake = rows_there.namesake
    group by rows_above.rule_id, rows_above.submission_number, rows_above.cell_match, rows_above.namesake
),

addresses as (
    select
        missing.rule_id,
        missing.submission_number,
        missing.cell_match,
        missing.namesake,
        name_letters.column_letter || coalesce(likest.sheet_row, above.sheet_row, missing.first_row) as cell
    from missing
    left join likest
        on
            missing.rule_id = likest.rule_id
            and missing.submission_number = likest.submission_number
            and missing.cell_match = likest.cell_match
            and missing.namesake = likest.namesake
    left join above
        on
            missing.rule_id = above.rule_id
            and missing.submission_number = above.submission_number
            and missing.cell_match = above.cell_match
            and missing.namesake = above.namesake
    left join name_letters
        on missing.submission_number = name_letters.submission_number and missing.form = name_letters.form
),

-- A row with figures and without a name may be any of them.
nameless as (
    select distinct
        versions.submission_number,
        problems.form
    from {{ ref('stg_problems') }} as problems
    inner join {{ ref('int_versions_at_hand') }} as versions on problems.submission_id = versions.submission_id
    where problems.code in ('row_without_name', 'name_unsolved')
)

select
    found.rule_id,
    found.submission_number,
    cast(null as bigint) as line_id,
    cast(null as varchar) as field,
    found.sheet,
    found.cell_match,
    found.namesake,
    found.cell_name,
    cast(found.is_there as double) as reported,
    cast(1 as double) as expected,
    addresses.cell,
    case when not found.is_there then found.other_cell end as other_cell
from found
left join addresses
    on
        found.rule_id = addresses.rule_id
        and found.submission_number = addresses.submission_number
        and found.cell_match = addresses.cell_match
        and found.namesake = addresses.namesake
where
    found.is_there
    or not exists (
        select 1
        from nameless
        where nameless.submission_number = found.submission_number and nameless.form = found.form
    )
