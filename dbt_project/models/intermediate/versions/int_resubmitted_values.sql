-- Only the touched months that were sent more than once are turned into rows.
with involved as (
    select submission_number from {{ ref('int_resubmissions') }}
    union
    select previous_number as submission_number from {{ ref('int_resubmissions') }}
)

{{ figures_in_rows('is_touched and submission_number in (select involved.submission_number from involved)') }}
