-- What was sent, and, where a steward has corrected figures of it, the same report once more with those. Both are
-- judged: the first tells what the commune has to mend, the second whether the month may be published.
with accepted as (
    select
        submission_id,
        file_name,
        commune_key,
        commune_code,
        month,
        version,
        received_at,
        received_on,
        version = max(version) over (partition by commune_key, month) as is_newest
    from {{ ref('stg_submissions') }}
    where kind = 'report' and status = 'accepted'
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
    -- What holds today: of the newest version, the figures with the steward's in them.
    variants.is_newest and variants.is_last_variant as is_effective,
    variants.received_at,
    variants.received_on,
    variants.stated_at,
    touched.month is not null as is_touched
from variants
left join {{ ref('int_touched_months') }} as touched
    on variants.commune_key = touched.commune_key and variants.month = touched.month
