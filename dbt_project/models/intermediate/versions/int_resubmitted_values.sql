-- Only the touched months that were sent more than once are turned into rows; UNPIVOT leaves blanks out.
with involved as (
    select submission_number from {{ ref('int_resubmissions') }}
    union
    select previous_number as submission_number from {{ ref('int_resubmissions') }}
),

kn1_figures as (
    select
        line_id,
        submission_number,
        {{ doubles_of('KN-1') }}
    from {{ ref('int_lines_kn1') }}
    where is_touched and submission_number in (select involved.submission_number from involved)
),

kn2_figures as (
    select
        line_id,
        submission_number,
        {{ doubles_of('KN-2') }}
    from {{ ref('int_lines_kn2') }}
    where is_touched and submission_number in (select involved.submission_number from involved)
),

kn3_figures as (
    select
        line_id,
        submission_number,
        {{ doubles_of('KN-3') }}
    from {{ ref('int_lines_kn3') }}
    where is_touched and submission_number in (select involved.submission_number from involved)
)

select
    'KN-1' as form,
    submission_number,
    line_id,
    field,
    value
from kn1_figures
unpivot (value for field in ({{ figures_of('KN-1') | join(', ') }}))
union all
select
    'KN-2' as form,
    submission_number,
    line_id,
    field,
    value
from kn2_figures
unpivot (value for field in ({{ figures_of('KN-2') | join(', ') }}))
union all
select
    'KN-3' as form,
    submission_number,
    line_id,
    field,
    value
from kn3_figures
unpivot (value for field in ({{ figures_of('KN-3') | join(', ') }}))
