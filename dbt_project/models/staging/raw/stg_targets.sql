select
    targets.submission_id,
    targets.line_number,
    targets.sheet,
    targets.cell,
    targets.commune_key,
    targets.commune_code,
    targets.term,
    targets.period_kind,
    targets.year,
    targets.target,
    targets.effective_on,
    submissions.received_at
from {{ source('raw', 'targets') }} as targets
inner join {{ ref('stg_submissions') }} as submissions
    on
        targets.submission_id = submissions.submission_id
        and submissions.kind = 'targets'
        and submissions.status = 'accepted'
