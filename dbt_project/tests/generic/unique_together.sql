{% test unique_together(model, columns) %}
{#- The columns together are the grain: no combination of them occurs twice. -#}
select
    {{ columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
