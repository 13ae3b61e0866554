-- What a kind does not say (a field, an address) is NULL.
with every_kind as (
    {{ rows_of_all([
        ref('int_reconciled_column_totals'),
        ref('int_reconciled_row_identities'),
        ref('int_reconciled_subsets'),
        ref('int_reconciled_carried_forward'),
        ref('int_reconciled_cross_sheets'),
        ref('int_reconciled_percentages'),
        ref('int_reconciled_targets'),
        ref('int_reconciled_missing_sheets'),
        ref('int_reconciled_copies'),
        ref('int_reconciled_unread_values'),
        ref('int_reconciled_unread_columns'),
        ref('int_reconciled_ranges'),
        ref('int_reconciled_outliers'),
        ref('int_reconciled_missing_cells'),
        ref('int_reconciled_unexpected_cells'),
        ref('int_reconciled_late'),
        ref('int_reconciled_left_blank'),
        ref('int_reconciled_misplaced'),
    ]) }}
),

monthly as (
    select
        every_kind.rule_id,
        rules.form,
        rules.kind,
        versions.submission_id,
        versions.commune_key,
        versions.commune_code,
        versions.month,
        versions.version,
        versions.variant,
        versions.is_newest,
        versions.is_effective,
        versions.is_last_variant,
        coalesce(lines.sheet, every_kind.sheet) as sheet,
        lines.line_number,
        lines.sheet_row,
        lines.line_kind,
        coalesce(lines.cell_name, every_kind.cell_name) as cell_name,
        every_kind.field,
        -- What stays the same when the commune sends a corrected file in which rows or columns have moved. Where no
        -- line is known, the address must do.
        concat_ws(
            '|',
            rules.form,
            coalesce(lines.line_kind, ''),
            coalesce(lines.cell_match, every_kind.cell_match, ''),
            coalesce(cast(coalesce(lines.namesake, every_kind.namesake) as varchar), every_kind.cell, ''),
            coalesce(every_kind.field, '')
        ) as place,
        every_kind.reported,
        every_kind.expected,
        coalesce(every_kind.reported, every_kind.taken_as) - every_kind.expected as difference,
        case
            when every_kind.other_cell is not null then [every_kind.cell, every_kind.other_cell]
            when every_kind.cell is not null then [every_kind.cell]
            when rules.kind = 'column_total'
                then
                    [columns_of.letters[1] || lines.sheet_row]
                    || list_transform(summed_rows.sheet_rows, lambda r: columns_of.letters[1] || r) -- noqa: RF02
            when rules.kind = 'cross_sheet'
                then [
                    columns_of.letters[1] || lines.sheet_row,
                    {{ on_sheet('every_kind.other_sheet', 'columns_of.letters[2] || every_kind.other_row') }}
                ]
            else
                coalesce(
                    list_transform(columns_of.letters, lambda l: l || lines.sheet_row), -- noqa: RF02
                    cast([] as varchar[])
                )
        end as cells
    from every_kind
    inner join {{ ref('stg_rules') }} as rules on every_kind.rule_id = rules.rule_id
    inner join {{ ref('int_report_versions') }} as versions
        on every_kind.submission_number = versions.submission_number
    left join {{ ref('int_report_lines') }} as lines on every_kind.line_id = lines.line_id
    left join {{ ref('int_summed_rows') }} as summed_rows on every_kind.line_id = summed_rows.line_id
    left join {{ ref('int_rule_columns') }} as columns_of
        on
            every_kind.rule_id = columns_of.rule_id
            and every_kind.submission_number = columns_of.submission_number
            and every_kind.field = columns_of.field
)

select * from monthly
union all by name
select
    *, -- noqa: AM04
    'sent' as variant,
    is_newest as is_effective,
    true as is_last_variant
from {{ ref('int_reconciled_official') }}
union all by name
select
    *, -- noqa: AM04
    'sent' as variant,
    is_newest as is_effective,
    true as is_last_variant
from {{ ref('int_reconciled_two_communes') }}
