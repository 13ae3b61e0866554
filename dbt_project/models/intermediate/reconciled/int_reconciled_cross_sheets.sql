select
    rules.rule_id,
    figures.submission_number,
    figures.line_id,
    rules.field,
    figures.value as reported,
    other_figures.value as expected,
    other_lines.sheet as other_sheet,
    other_lines.sheet_row as other_row
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_report_values') }} as figures
    on rules.form = figures.form and rules.field = figures.field
inner join {{ ref('int_report_lines') }} as lines
    on figures.line_id = lines.line_id and rules.line_kind = lines.line_kind
inner join {{ ref('int_report_lines') }} as other_lines
    on
        lines.submission_number = other_lines.submission_number
        and rules.other_form = other_lines.form
        and lines.line_kind = other_lines.line_kind
        and lines.cell_match = other_lines.cell_match
        and lines.namesake = other_lines.namesake
inner join {{ ref('int_report_values') }} as other_figures
    on other_lines.line_id = other_figures.line_id and rules.other_field = other_figures.field
where rules.kind = 'cross_sheet' and lines.is_touched
