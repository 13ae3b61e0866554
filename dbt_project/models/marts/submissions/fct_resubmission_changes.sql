{{ config(materialized='incremental', incremental_strategy='touched_months', on_schema_change='fail') }}

-- Rows are recognised by form, kind, name and number among namesakes, wherever they stand; a total row by its kind.
with involved as (
    select submission_number from {{ ref('int_resubmissions') }}
    union
    select previous_number as submission_number from {{ ref('int_resubmissions') }}
),

lines as (
    select
        line_id,
        submission_number,
        form,
        sheet,
        line_number,
        sheet_row,
        line_kind,
        cell_name,
        case when line_kind = 'total' then '' else cell_match end as line_match,
        case
            when line_kind = 'total'
                then row_number() over (partition by submission_number, form, line_kind order by line_number)
            else namesake
        end as namesake
    from {{ ref('int_report_lines') }}
    where is_touched and submission_number in (select involved.submission_number from involved)
),

lines_after as (
    select
        resubmissions.submission_id,
        lines.line_id,
        lines.form,
        lines.sheet,
        lines.line_number,
        lines.sheet_row,
        lines.line_kind,
        lines.cell_name,
        lines.line_match,
        lines.namesake
    from {{ ref('int_resubmissions') }} as resubmissions
    inner join lines on resubmissions.submission_number = lines.submission_number
),

lines_before as (
    select
        resubmissions.submission_id,
        lines.line_id,
        lines.form,
        lines.sheet,
        lines.line_number,
        lines.sheet_row,
        lines.line_kind,
        lines.cell_name,
        lines.line_match,
        lines.namesake
    from {{ ref('int_resubmissions') }} as resubmissions
    inner join lines on resubmissions.previous_number = lines.submission_number
),

paired as (
    select
        coalesce(lines_after.submission_id, lines_before.submission_id) as submission_id,
        coalesce(lines_after.form, lines_before.form) as form,
        coalesce(lines_after.line_kind, lines_before.line_kind) as line_kind,
        coalesce(lines_after.line_match, lines_before.line_match) as line_match,
        cast(coalesce(lines_after.namesake, lines_before.namesake) as integer) as namesake,
        coalesce(lines_after.cell_name, lines_before.cell_name) as cell_name,
        coalesce(lines_after.line_number, lines_before.line_number) as line_number,
        lines_after.line_id as line_after,
        lines_after.sheet as sheet_after,
        lines_after.sheet_row as row_after,
        lines_before.line_id as line_before,
        lines_before.sheet as sheet_before,
        lines_before.sheet_row as row_before,
        row_number() over () as pair
    from lines_after
    full outer join lines_before
        on
            lines_after.submission_id = lines_before.submission_id
            and lines_after.form = lines_before.form
            and lines_after.line_kind = lines_before.line_kind
            and lines_after.line_match = lines_before.line_match
            and lines_after.namesake = lines_before.namesake
),

figures_after as (
    select
        paired.pair,
        figures.field,
        figures.value
    from paired
    inner join {{ ref('int_resubmitted_values') }} as figures on paired.line_after = figures.line_id
),

figures_before as (
    select
        paired.pair,
        figures.field,
        figures.value
    from paired
    inner join {{ ref('int_resubmitted_values') }} as figures on paired.line_before = figures.line_id
),

changed as (
    select
        coalesce(figures_after.pair, figures_before.pair) as pair,
        coalesce(figures_after.field, figures_before.field) as field,
        figures_before.value as value_before,
        figures_after.value as value_after
    from figures_after
    full outer join figures_before
        on figures_after.pair = figures_before.pair and figures_after.field = figures_before.field
    where figures_after.value is distinct from figures_before.value
),

placed as (
    select
        paired.submission_id,
        paired.form,
        paired.line_kind,
        paired.line_match,
        paired.namesake,
        paired.cell_name,
        paired.line_number,
        changed.field,
        changed.value_before,
        changed.value_after,
        resubmissions.commune_key,
        resubmissions.commune_code,
        resubmissions.month,
        resubmissions.version,
        resubmissions.previous_submission_id,
        case
            when paired.line_before is null then 'added'
            when paired.line_after is null then 'removed'
            else 'changed'
        end as change,
        columns_after.column_letter || paired.row_after as cell_after,
        columns_before.column_letter || paired.row_before as cell_before,
        paired.sheet_after,
        paired.sheet_before
    from changed
    inner join paired on changed.pair = paired.pair
    inner join {{ ref('int_resubmissions') }} as resubmissions on paired.submission_id = resubmissions.submission_id
    left join {{ ref('int_column_letters') }} as columns_after
        on
            resubmissions.submission_number = columns_after.submission_number
            and paired.form = columns_after.form
            and changed.field = columns_after.field
    left join {{ ref('int_column_letters') }} as columns_before
        on
            resubmissions.previous_number = columns_before.submission_number
            and paired.form = columns_before.form
            and changed.field = columns_before.field
)

select
    {{ key_of(['submission_id', 'form', 'line_kind', 'line_match', 'namesake', 'field']) }} as change_key,
    commune_key,
    commune_code,
    month,
    version,
    submission_id,
    previous_submission_id,
    form,
    line_number,
    line_kind,
    cell_name,
    namesake,
    field,
    value_before,
    value_after,
    -- A row or a column that is gone has its place in the version before.
    case when cell_after is null then sheet_before else sheet_after end as sheet,
    coalesce(cell_after, cell_before) as cell,
    change
from placed
