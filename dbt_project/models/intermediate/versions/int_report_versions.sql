-- What was sent, and, where a steward has corrected figures of it, the same report once more with those. Both are
-- judged: the first tells what the commune has to mend, the second whether the month may be published. Which version
-- counts is said before a build as far as it is known then (warehouse/versions.py).
with accepted as (
    select
        submissions.submission_id,
        submissions.file_name,
        submissions.commune_key,
        submissions.commune_code,
        submissions.month,
        submissions.version,
        submissions.received_at,
        submissions.received_on,
        versions.is_newest,
        versions.is_published,
        versions.is_published
        or (
            versions.is_newest
            and not bool_or(versions.is_published) over (partition by submissions.commune_key, submissions.month)
        ) as is_in_force
    from {{ ref('stg_submissions') }} as submissions
    inner join {{ ref('stg_versions') }} as versions on submissions.submission_id = versions.submission_id
    where submissions.kind = 'report' and submissions.status = 'accepted'
),

corrected as (
    select
        submission_id,
        max(decided_at) as corrected_at
    from {{ ref('int_corrections') }}
    group by submission_id
),

variants as (
    select
        accepted.submission_id,
        accepted.file_name,
        accepted.commune_key,
        accepted.commune_code,
        accepted.month,
        accepted.version,
        accepted.is_newest,
        accepted.is_published,
        accepted.is_in_force,
        accepted.received_at,
        accepted.received_on,
        'sent' as variant,
        accepted.received_at as stated_at,
        corrected.submission_id is null as is_last_variant
    from accepted
    left join corrected on accepted.submission_id = corrected.submission_id
    union all
    select
        accepted.submission_id,
        accepted.file_name,
        accepted.commune_key,
        accepted.commune_code,
        accepted.month,
        accepted.version,
        accepted.is_newest,
        accepted.is_published,
        accepted.is_in_force,
        accepted.received_at,
        accepted.received_on,
        'corrected' as variant,
        corrected.corrected_at as stated_at,
        true as is_last_variant
    from accepted
    inner join corrected on accepted.submission_id = corrected.submission_id
)

select
    -- A small number in place of the hash: the joins below it stay small.
    cast(
        row_number() over (
            order by
                variants.month asc,
                variants.commune_key asc,
                variants.version asc,
                variants.submission_id asc,
                variants.variant desc
        ) as integer
    ) as submission_number,
    variants.submission_id,
    variants.file_name,
    variants.commune_key,
    variants.commune_code,
    variants.month,
    variants.version,
    variants.variant,
    variants.is_newest,
    variants.is_last_variant,
    -- What stewards look at: of the newest version, the figures with theirs in them.
    variants.is_newest and variants.is_last_variant as is_effective,
    -- What other months are compared with, and what makes cells: the version that counts; the newest one is compared
    -- with, too, where none does.
    variants.is_in_force and variants.is_last_variant as is_in_force,
    variants.is_published and variants.is_last_variant as is_published,
    variants.received_at,
    variants.received_on,
    variants.stated_at,
    touched.month is not null as is_touched
from variants
left join {{ ref('int_touched_months') }} as touched
    on variants.commune_key = touched.commune_key and variants.month = touched.month
