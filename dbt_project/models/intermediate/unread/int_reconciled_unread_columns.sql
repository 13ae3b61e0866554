-- Figures of a form whose column was not understood (unread_column) or is not on the sheet (missing_column): 1 for
-- each, expected 0. A rule that names a field looks at that one; one that names none at those that no rule of its form
-- names. For a figure that a rule names any column that was not understood may be it, for another one only that in
-- its place: a column of the commune's own is no accusation. The header stands in the place of a cell's name.
with rules as (
    select
        rule_id,
        form,
        kind,
        field
    from {{ ref('stg_rules') }}
    where kind in ('unread_column', 'missing_column')
),

named as (
    select distinct
        form,
        field
    from rules
    where field is not null
),

unread as (
    select
        columns_of.submission_number,
        columns_of.form,
        columns_of.sheet,
        columns_of.field,
        columns_of.header,
        columns_of.header_cell,
        columns_of.header_row_cell,
        named.field as named_field,
        case
            when columns_of.header is not null and (columns_of.is_in_its_place or named.field is not null)
                then 'unread_column'
            else 'missing_column'
        end as kind
    from {{ ref('int_unread_columns') }} as columns_of
    left join named on columns_of.form = named.form and columns_of.field = named.field
    where columns_of.is_touched and not columns_of.is_repeated
),

found as (
    select
        rules.rule_id,
        unread.submission_number,
        unread.sheet,
        unread.field,
        case unread.kind when 'unread_column' then unread.header_cell else unread.header_row_cell end as cell,
        case unread.kind when 'unread_column' then unread.header end as header
    from rules
    inner join unread
        on
            rules.form = unread.form
            and rules.kind = unread.kind
            and rules.field is not distinct from unread.named_field
),

looked_at as (
    select distinct
        rules.rule_id,
        rules.field,
        versions.submission_number
    from rules
    inner join {{ ref('stg_sheets') }} as sheets on rules.form = sheets.form
    inner join {{ ref('int_report_versions') }} as versions on sheets.submission_id = versions.submission_id
    where versions.is_touched
)

select
    looked_at.rule_id,
    looked_at.submission_number,
    cast(null as bigint) as line_id,
    coalesce(found.field, looked_at.field) as field,
    found.sheet,
    found.cell,
    found.header as cell_name,
    -- What tells the failure is the field, wherever the header stands.
    1 as namesake,
    cast(found.rule_id is not null as double) as reported,
    cast(0 as double) as expected
from looked_at
left join found
    on looked_at.rule_id = found.rule_id and looked_at.submission_number = found.submission_number
