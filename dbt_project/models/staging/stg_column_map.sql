-- A field found in two columns keeps the first: the reader has said so in raw.problems.
select
    submission_id,
    form,
    field,
    arg_min(column_letter, (length(column_letter), column_letter)) as column_letter
from {{ source('raw', 'column_map') }}
where field is not null
group by submission_id, form, field
