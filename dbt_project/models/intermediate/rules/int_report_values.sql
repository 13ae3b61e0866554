with figures as (
    {{ figures_in_rows() }}
)

select
    figures.line_id,
    figures.submission_number,
    figures.form,
    figures.field,
    figures.value
from figures
inner join {{ ref('int_rule_fields') }} as needed
    on figures.form = needed.form and figures.field = needed.field
