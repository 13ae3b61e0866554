-- The columns of the reports at hand; the map of every report ever read is long. A field found in two columns keeps
-- the first: the reader has said so in raw.problems.
select
    versions.submission_number,
    columns_of.form,
    columns_of.field,
    arg_min(columns_of.column_letter, (length(columns_of.column_letter), columns_of.column_letter)) as column_letter
from {{ ref('int_versions_at_hand') }} as versions
inner join {{ ref('stg_column_map') }} as columns_of
    on versions.submission_id = columns_of.submission_id
group by versions.submission_number, columns_of.form, columns_of.field
