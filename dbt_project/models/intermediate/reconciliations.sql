with every_kind as (
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_column_totals') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_row_identities') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_subsets') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_carried_forward') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_cross_sheets') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_percentages') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_targets') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        cast(null as varchar) as sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_missing_sheets') }}
    union all
    select
        rule_id,
        submission_number,
        line_id,
        field,
        sheet,
        reported,
        expected,
        cells
    from {{ ref('int_reconciled_unread_values') }}
)

select
    every_kind.rule_id,
    rules.form,
    rules.kind,
    versions.submission_id,
    versions.commune_key,
    versions.commune_code,
    versions.month,
    versions.version,
    versions.is_newest,
    coalesce(lines.sheet, every_kind.sheet) as sheet,
    lines.line_number,
    lines.sheet_row,
    lines.line_kind,
    lines.cell_name,
    every_kind.field,
    -- What stays the same when the commune sends a corrected file in which rows or columns have moved. Where no
    -- line is known, the address must do.
    concat_ws(
        '|',
        rules.form,
        coalesce(lines.line_kind, ''),
        coalesce(lines.cell_match, ''),
        coalesce(cast(lines.namesake as varchar), every_kind.cells[1], ''),
        coalesce(every_kind.field, '')
    ) as place,
    every_kind.reported,
    every_kind.expected,
    every_kind.reported - every_kind.expected as difference,
    every_kind.cells
from every_kind
inner join {{ ref('stg_rules') }} as rules on every_kind.rule_id = rules.rule_id
inner join {{ ref('int_report_versions') }} as versions
    on every_kind.submission_number = versions.submission_number
left join {{ ref('int_report_lines') }} as lines on every_kind.line_id = lines.line_id
