with figures as (
    {{ figures_in_rows('is_touched') }}
),

compared_with as (
    {{ figures_in_rows('not is_touched') }}
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
union all
select
    compared_with.line_id,
    compared_with.submission_number,
    compared_with.form,
    compared_with.field,
    compared_with.value
from compared_with
inner join {{ ref('int_rule_fields') }} as needed
    on compared_with.form = needed.form and compared_with.field = needed.field
where needed.is_carried
