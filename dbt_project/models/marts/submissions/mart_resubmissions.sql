with change_counts as (
    select
        submission_id,
        count(*) as changed_figures,
        count(*) filter (change = 'added') as figures_in_added_rows,
        count(*) filter (change = 'removed') as figures_in_removed_rows
    from {{ ref('fct_resubmission_changes') }}
    group by submission_id
),

settled as (
    select
        resubmissions.submission_id,
        list(before.failure_id order by before.failure_id) as failure_ids
    from {{ ref('int_resubmissions') }} as resubmissions
    inner join {{ ref('stg_version_failures') }} as before
        on resubmissions.previous_submission_id = before.submission_id
    left join {{ ref('stg_version_failures') }} as still
        on
            resubmissions.submission_id = still.submission_id
            and before.failure_id = still.failure_id
            and still.variant = 'sent'
    where still.failure_id is null and before.variant = 'sent'
    group by resubmissions.submission_id
),

brought as (
    select
        resubmissions.submission_id,
        list(now.failure_id order by now.failure_id) as failure_ids
    from {{ ref('int_resubmissions') }} as resubmissions
    inner join {{ ref('stg_version_failures') }} as now
        on resubmissions.submission_id = now.submission_id
    left join {{ ref('stg_version_failures') }} as already
        on
            resubmissions.previous_submission_id = already.submission_id
            and now.failure_id = already.failure_id
            and already.variant = 'sent'
    where already.failure_id is null and now.variant = 'sent'
    group by resubmissions.submission_id
)

select
    resubmissions.commune_key,
    resubmissions.commune_code,
    resubmissions.month,
    resubmissions.version,
    resubmissions.submission_id,
    resubmissions.previous_submission_id,
    resubmissions.received_at,
    resubmissions.previous_received_at,
    coalesce(change_counts.changed_figures, 0) as changed_figures,
    coalesce(change_counts.figures_in_added_rows, 0) as figures_in_added_rows,
    coalesce(change_counts.figures_in_removed_rows, 0) as figures_in_removed_rows,
    coalesce(settled.failure_ids, cast([] as varchar[])) as settles,
    coalesce(brought.failure_ids, cast([] as varchar[])) as brings
from {{ ref('int_resubmissions') }} as resubmissions
left join change_counts on resubmissions.submission_id = change_counts.submission_id
left join settled on resubmissions.submission_id = settled.submission_id
left join brought on resubmissions.submission_id = brought.submission_id
