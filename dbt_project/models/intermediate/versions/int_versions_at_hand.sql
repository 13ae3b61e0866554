-- The reports whose lines a build takes in hand: those of the touched months, and for comparison what holds of the
-- month before each of them.
select
    versions.submission_number,
    versions.submission_id,
    versions.variant,
    versions.is_touched
from {{ ref('int_report_versions') }} as versions
where
    versions.is_touched
    or (
        versions.is_in_force
        and exists (
            select 1
            from {{ ref('int_touched_months') }} as touched
            where
                touched.commune_key = versions.commune_key
                and {{ month_before('touched.month') }} = versions.month
        )
    )
