-- Most reports have the same columns in the same places. The first with just these stands for all of them: what follows
-- from the columns is worked out once. (Sorted as lists: to gather them in order takes memory for each report.)
with described as (
    select
        submission_number,
        array_to_string(list_sort(list(concat_ws('|', form, field, column_letter))), ',') as columns_found
    from {{ ref('int_column_letters') }}
    group by submission_number
)

select
    submission_number,
    min(submission_number) over (partition by columns_found) as layout
from described
