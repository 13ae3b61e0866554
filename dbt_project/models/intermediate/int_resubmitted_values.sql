-- Only the versions of months that were sent more than once are turned into rows; UNPIVOT leaves blanks out.
with involved as (
    select submission_id from {{ ref('int_resubmissions') }}
    union
    select previous_submission_id as submission_id from {{ ref('int_resubmissions') }}
),

kn1_figures as (
    select
        submission_id,
        line_number,
        {{ doubles_of('KN-1') }}
    from {{ ref('stg_report_lines_kn1') }}
    where submission_id in (select involved.submission_id from involved)
),

kn2_figures as (
    select
        submission_id,
        line_number,
        {{ doubles_of('KN-2') }}
    from {{ ref('stg_report_lines_kn2') }}
    where submission_id in (select involved.submission_id from involved)
),

kn3_figures as (
    select
        submission_id,
        line_number,
        {{ doubles_of('KN-3') }}
    from {{ ref('stg_report_lines_kn3') }}
    where submission_id in (select involved.submission_id from involved)
),

figures as (
    select
        'KN-1' as form,
        submission_id,
        line_number,
        field,
        value
    from kn1_figures
    unpivot (value for field in ({{ figures_of('KN-1') | join(', ') }}))
    union all
    select
        'KN-2' as form,
        submission_id,
        line_number,
        field,
        value
    from kn2_figures
    unpivot (value for field in ({{ figures_of('KN-2') | join(', ') }}))
    union all
    select
        'KN-3' as form,
        submission_id,
        line_number,
        field,
        value
    from kn3_figures
    unpivot (value for field in ({{ figures_of('KN-3') | join(', ') }}))
)

select
    lines.submission_number,
    lines.line_id,
    figures.form,
    figures.field,
    figures.value
from figures
inner join {{ ref('int_report_versions') }} as versions
    on figures.submission_id = versions.submission_id
inner join {{ ref('int_report_lines') }} as lines
    on
        versions.submission_number = lines.submission_number
        and figures.form = lines.form
        and figures.line_number = lines.line_number
