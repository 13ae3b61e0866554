-- UNPIVOT leaves blanks out: a value that is not here was not reported.
with kn1_figures as (
    select
        line_id,
        submission_number,
        {{ doubles_of('KN-1') }}
    from {{ ref('int_lines_kn1') }}
),

kn2_figures as (
    select
        line_id,
        submission_number,
        {{ doubles_of('KN-2') }}
    from {{ ref('int_lines_kn2') }}
),

kn3_figures as (
    select
        line_id,
        submission_number,
        {{ doubles_of('KN-3') }}
    from {{ ref('int_lines_kn3') }}
),

figures as (
    select
        'KN-1' as form,
        line_id,
        submission_number,
        field,
        value
    from kn1_figures
    unpivot (value for field in ({{ figures_of('KN-1') | join(', ') }}))
    union all
    select
        'KN-2' as form,
        line_id,
        submission_number,
        field,
        value
    from kn2_figures
    unpivot (value for field in ({{ figures_of('KN-2') | join(', ') }}))
    union all
    select
        'KN-3' as form,
        line_id,
        submission_number,
        field,
        value
    from kn3_figures
    unpivot (value for field in ({{ figures_of('KN-3') | join(', ') }}))
)

select
    figures.line_id,
    figures.submission_number,
    figures.form,
    figures.field,
    figures.value
from figures
inner join {{ ref('int_rule_fields') }} as needed
    on figures.form = needed.form and figures.field = needed.field
