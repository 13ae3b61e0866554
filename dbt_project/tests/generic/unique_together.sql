{% test unique_together(model, columns) %}
{#- The columns together are the grain: no combination of them occurs twice. Where one does, so does its hash; of millions
    of rows, single numbers are grouped in half the time. -#}
{%- set grain = columns | join(', ') -%}
select
    {{ grain }},
    count(*) as occurrences
from {{ model }}
where hash({{ grain }}) in (select hash({{ grain }}) from {{ model }} group by all having count(*) > 1)
group by {{ grain }}
having count(*) > 1
{% endtest %}
