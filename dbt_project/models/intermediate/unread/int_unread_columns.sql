-- A figure of a form that stands in none of the sheet's columns that were understood. Where a column that was not
-- understood lies between the columns that stand left and right of it on the blank sheet, that one is most likely it
-- (is_in_its_place); of others, the one that lies nearest may be.
with sheets as (
    select
        versions.submission_number,
        any_value(versions.submission_id) as submission_id,
        bool_or(versions.is_touched) as is_touched,
        sheets.form,
        min(sheets.sheet) as sheet,
        arg_min(sheets.header_last_row, sheets.sheet) as header_last_row
    from {{ ref('int_versions_at_hand') }} as versions
    inner join {{ ref('stg_sheets') }} as sheets on versions.submission_id = sheets.submission_id
    where sheets.form in ('KN-1', 'KN-2', 'KN-3')
    group by versions.submission_number, sheets.form
),

placed as (
    select
        sheets.submission_number,
        sheets.submission_id,
        sheets.is_touched,
        sheets.form,
        sheets.sheet,
        sheets.header_last_row,
        fields.field,
        fields.position,
        fields.type not in ('ordinal', 'text') as is_figure,
        letters.column_letter is not null as is_there,
        {{ column_number('letters.column_letter') }} as column_number
    from sheets
    inner join {{ ref('stg_fields') }} as fields on sheets.form = fields.form
    left join {{ ref('int_column_letters') }} as letters
        on
            sheets.submission_number = letters.submission_number
            and fields.form = letters.form
            and fields.field = letters.field
),

between_neighbours as (
    select
        *,
        coalesce(last_value(column_number ignore nulls) over (
            partition by submission_number, form order by position
            rows between unbounded preceding and 1 preceding
        ), 0) as column_before,
        first_value(column_number ignore nulls) over (
            partition by submission_number, form order by position
            rows between 1 following and unbounded following
        ) as column_after
    from placed
),

missing as (
    select
        *,
        row_number() over gap as place_in_gap,
        count(*) over (partition by submission_number, form, column_before, column_after) as fields_in_gap
    from between_neighbours
    where is_figure and not is_there
    window gap as (partition by submission_number, form, column_before, column_after order by position)
),

unknown as (
    select
        sheets.submission_number,
        sheets.form,
        columns_of.column_letter,
        columns_of.header,
        columns_of.may_hold_figures,
        {{ column_number('columns_of.column_letter') }} as column_number
    from sheets
    inner join {{ ref('stg_unknown_columns') }} as columns_of
        on sheets.submission_id = columns_of.submission_id and sheets.form = columns_of.form
),

in_gaps as (
    select
        gaps.submission_number,
        gaps.form,
        gaps.column_before,
        gaps.column_after,
        unknown.column_letter,
        unknown.header,
        unknown.may_hold_figures,
        row_number() over gap as place_in_gap,
        count(*) over (
            partition by gaps.submission_number, gaps.form, gaps.column_before, gaps.column_after
        ) as columns_in_gap
    from (
        select distinct
            submission_number,
            form,
            column_before,
            column_after,
            fields_in_gap
        from missing
    ) as gaps
    inner join unknown
        on
            gaps.submission_number = unknown.submission_number
            and gaps.form = unknown.form
            and gaps.column_before < unknown.column_number
            -- Behind the last column that is understood, as many as are missing there.
            and coalesce(gaps.column_after - 1, gaps.column_before + gaps.fields_in_gap) >= unknown.column_number
    window gap as (
        partition by gaps.submission_number, gaps.form, gaps.column_before, gaps.column_after
        order by unknown.column_number
    )
),

-- Apart, since an outer join by something that is worked out from both sides compares every row with every other.
in_place as (
    select
        missing.submission_number,
        missing.form,
        missing.field,
        in_gaps.column_letter,
        in_gaps.header,
        in_gaps.may_hold_figures
    from missing
    inner join in_gaps
        on
            missing.submission_number = in_gaps.submission_number
            and missing.form = in_gaps.form
            and missing.column_before = in_gaps.column_before
            and missing.column_after is not distinct from in_gaps.column_after
            and least(missing.place_in_gap, in_gaps.columns_in_gap) = in_gaps.place_in_gap
),

elsewhere as (
    select
        missing.submission_number,
        missing.form,
        missing.field,
        arg_min(unknown.column_letter, (
            abs(unknown.column_number - missing.column_before - missing.place_in_gap), unknown.column_number
        )) as column_letter,
        arg_min(unknown.header, (
            abs(unknown.column_number - missing.column_before - missing.place_in_gap), unknown.column_number
        )) as header
    from missing
    inner join unknown
        on missing.submission_number = unknown.submission_number and missing.form = unknown.form
    where
        unknown.may_hold_figures
        -- What lies in the place of another figure is that one.
        and not exists (
            select 1
            from in_gaps
            where
                in_gaps.submission_number = unknown.submission_number
                and in_gaps.form = unknown.form
                and in_gaps.column_letter = unknown.column_letter
                and in_gaps.may_hold_figures
        )
    group by missing.submission_number, missing.form, missing.field
),

-- The reader has said already, and as something critical, that the field stands in two columns.
repeated as (
    select distinct
        submission_id,
        form,
        field
    from {{ ref('stg_problems') }}
    where code = 'column_repeated' and field is not null
),

names as (
    select
        submission_number,
        form,
        column_letter
    from {{ ref('int_column_letters') }}
    where field = 'cell_name'
)

select
    missing.submission_number,
    missing.submission_id,
    missing.is_touched,
    missing.form,
    missing.sheet,
    missing.field,
    coalesce(in_place.header, elsewhere.header) as header,
    coalesce(in_place.column_letter, elsewhere.column_letter) || missing.header_last_row as header_cell,
    coalesce(names.column_letter, 'A') || missing.header_last_row as header_row_cell,
    coalesce(in_place.may_hold_figures, false) as is_in_its_place,
    repeated.field is not null as is_repeated
from missing
left join in_place
    on
        missing.submission_number = in_place.submission_number
        and missing.form = in_place.form
        and missing.field = in_place.field
left join elsewhere
    on
        missing.submission_number = elsewhere.submission_number
        and missing.form = elsewhere.form
        and missing.field = elsewhere.field
left join repeated
    on
        missing.submission_id = repeated.submission_id
        and missing.form = repeated.form
        and missing.field = repeated.field
left join names
    on missing.submission_number = names.submission_number and missing.form = names.form
