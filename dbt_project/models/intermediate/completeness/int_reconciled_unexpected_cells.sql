-- Rows of cells that none of the last twelve months' reports has (unknown_cell), and rows whose cell has a row
-- further up already (repeated_cell): 1 for such a row, expected 0.
with rules as (
    select
        rule_id,
        form,
        kind
    from {{ ref('stg_rules') }}
    where kind in ('unknown_cell', 'repeated_cell')
),

reported_months as (
    select distinct
        commune_key,
        month
    from {{ ref('int_cell_months') }}
),

touched as (
    select
        versions.submission_number,
        versions.commune_key,
        versions.month,
        before.commune_key is not null as has_month_before
    from {{ ref('int_report_versions') }} as versions
    left join reported_months as before
        on versions.commune_key = before.commune_key and {{ month_before('versions.month') }} = before.month
    where versions.is_touched
),

cell_rows as (
    select
        lines.line_id,
        lines.submission_number,
        lines.form,
        lines.sheet_row,
        lines.cell_match,
        lines.namesake,
        touched.commune_key,
        touched.month,
        touched.has_month_before
    from {{ ref('int_report_lines') }} as lines
    inner join touched on lines.submission_number = touched.submission_number
    where lines.line_kind = 'cell'
),

recent_names as (
    select distinct
        touched.submission_number,
        recent.cell_match
    from touched
    inner join {{ ref('int_cell_months') }} as recent
        on
            touched.commune_key = recent.commune_key
            and touched.month > recent.month
            and touched.month - interval 12 month <= recent.month
    where touched.has_month_before
),

unknown as (
    select
        rules.rule_id,
        cell_rows.submission_number,
        cell_rows.line_id,
        cell_rows.form,
        cell_rows.sheet_row,
        recent_names.cell_match is null as is_unexpected
    from rules
    inner join cell_rows on rules.form = cell_rows.form
    left join recent_names
        on
            cell_rows.submission_number = recent_names.submission_number
            and cell_rows.cell_match = recent_names.cell_match
    where rules.kind = 'unknown_cell' and cell_rows.has_month_before
),

-- Few rows, sorted out first: as a condition of an outer join this would compare every row with every cell's months.
second_rows as (
    select
        cell_rows.line_id,
        cell_rows.submission_number,
        cell_rows.form,
        cell_rows.cell_match,
        before.cell_key is not null as stood_before
    from cell_rows
    left join {{ ref('int_cell_months') }} as before
        on
            cell_rows.commune_key = before.commune_key
            and {{ month_before('cell_rows.month') }} = before.month
            and cell_rows.cell_match = before.cell_match
            and cell_rows.namesake = before.namesake
    where cell_rows.namesake > 1
),

-- What a row says, as one number, for rows whose name stands more than once.
said as (
    select
        cell_rows.submission_number,
        cell_rows.form,
        cell_rows.cell_match,
        cell_rows.namesake,
        sum(hash(figures.field, figures.value)) as fingerprint,
        sum(figures.value) as total
    from cell_rows
    inner join {{ ref('int_report_values') }} as figures on cell_rows.line_id = figures.line_id
    where
        exists (
            select 1
            from second_rows
            where
                second_rows.submission_number = cell_rows.submission_number
                and second_rows.form = cell_rows.form
                and second_rows.cell_match = cell_rows.cell_match
        )
    group by cell_rows.submission_number, cell_rows.form, cell_rows.cell_match, cell_rows.namesake
),

-- Two cells may bear one name: they did so in the month before already, or, in a commune's first report, they say
-- different things.
repeated as (
    select
        rules.rule_id,
        cell_rows.submission_number,
        cell_rows.line_id,
        cell_rows.form,
        cell_rows.sheet_row,
        case
            when cell_rows.namesake = 1 then false
            when cell_rows.has_month_before then not second_rows.stood_before
            else coalesce(itself.fingerprint = first_row.fingerprint and itself.total > 0, false)
        end as is_unexpected
    from rules
    inner join cell_rows on rules.form = cell_rows.form
    left join second_rows on cell_rows.line_id = second_rows.line_id
    left join said as itself
        on
            cell_rows.submission_number = itself.submission_number
            and cell_rows.form = itself.form
            and cell_rows.cell_match = itself.cell_match
            and cell_rows.namesake = itself.namesake
    left join said as first_row
        on
            cell_rows.submission_number = first_row.submission_number
            and cell_rows.form = first_row.form
            and cell_rows.cell_match = first_row.cell_match
            and first_row.namesake = 1
    where rules.kind = 'repeated_cell'
),

judged as (
    select * from unknown
    union all
    select * from repeated
)

select
    judged.rule_id,
    judged.submission_number,
    judged.line_id,
    cast(null as varchar) as field,
    cast(judged.is_unexpected as double) as reported,
    cast(0 as double) as expected,
    name_letters.column_letter || judged.sheet_row as cell
from judged
left join {{ ref('int_column_letters') }} as name_letters
    on
        judged.submission_number = name_letters.submission_number
        and judged.form = name_letters.form
        and name_letters.field = 'cell_name'
