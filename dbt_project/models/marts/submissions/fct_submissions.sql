with problem_counts as (
    select
        submission_id,
        count(*) filter (severity = 'critical') as critical_problems,
        count(*) filter (severity = 'warning') as warning_problems,
        count(*) filter (severity = 'info') as info_problems
    from {{ ref('stg_problems') }}
    group by submission_id
),

failure_counts as (
    select
        submission_id,
        count(*) as open_failures
    from {{ ref('stg_failures') }}
    where state = 'open'
    group by submission_id
),

sheet_counts as (
    select
        submission_id,
        count(distinct form) as forms
    from {{ ref('stg_sheets') }}
    where form in ('KN-1', 'KN-2', 'KN-3')
    group by submission_id
)

select
    submissions.submission_id,
    submissions.commune_key,
    submissions.commune_code,
    submissions.month,
    submissions.version,
    submissions.file_name,
    submissions.received_at,
    {{ due_on('submissions.month', 'run_settings.due_day') }} as due_on,
    submissions.received_on <= {{ due_on('submissions.month', 'run_settings.due_day') }} as on_time,
    submissions.status,
    submissions.reason,
    coalesce(versions.is_newest, false) as is_newest,
    coalesce(versions.is_published, false) as is_published,
    coalesce(versions.is_set_aside, false) as is_set_aside,
    coalesce(sheet_counts.forms, 0) as forms,
    coalesce(problem_counts.critical_problems, 0) as critical_problems,
    coalesce(problem_counts.warning_problems, 0) as warning_problems,
    coalesce(problem_counts.info_problems, 0) as info_problems,
    coalesce(failure_counts.open_failures, 0) as open_failures
from {{ ref('stg_submissions') }} as submissions
cross join {{ ref('stg_run_settings') }} as run_settings
left join {{ ref('stg_versions') }} as versions on submissions.submission_id = versions.submission_id
left join problem_counts on submissions.submission_id = problem_counts.submission_id
left join failure_counts on submissions.submission_id = failure_counts.submission_id
left join sheet_counts on submissions.submission_id = sheet_counts.submission_id
where submissions.kind = 'report'
