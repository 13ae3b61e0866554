{{ config(materialized='incremental', incremental_strategy='touched_months') }}

-- A line as one number, so that forms are compared by the sum of their lines: whoever sorts the rows anew has still
-- copied them. The figures are hashed in one order and a blank is not 0. How many candidates there are at the month's
-- end says nothing of what went on in it.
{%- set has_moved = {
    'KN-1': 'admitted > 0',
    'KN-3': 'greatest(' ~ movements_of_a_period() | join(', ') ~ ') > 0',
} %}
with lines as (
    {%- for form in monthly_forms() %}
        select
            submission_number,
            '{{ form }}' as form,
            hash(line_kind, lower(trim(coalesce(cell_name, ''))), {{ figures_of(form) | join(', ') }}) as line_hash,
            {{ has_moved.get(form, 'false') }} as has_moved
        from {{ lines_of(form) }}
        where is_touched
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    versions.commune_key,
    versions.month,
    versions.submission_id,
    versions.is_newest,
    versions.received_at,
    lines.form,
    count(*) as line_count,
    sum(lines.line_hash) as fingerprint,
    coalesce(bool_or(lines.has_moved), false) as has_moved,
    -- What was not read is neither the same as in another month nor different.
    {{ nothing_unread(ref('int_unread_figures'), 'lines', ['submission_number', 'form']) }}
    and {{ nothing_unread(
        ref('int_unread_columns'),
        'lines',
        ['submission_number', 'form'],
        only='(unread.is_in_its_place or unread.is_repeated)',
    ) }} as is_read_in_full
from lines
inner join {{ ref('int_report_versions') }} as versions on lines.submission_number = versions.submission_number
-- A copy of last month is a copy of what was sent then.
where versions.variant = 'sent'
group by
    lines.submission_number,
    versions.commune_key,
    versions.month,
    versions.submission_id,
    versions.is_newest,
    versions.received_at,
    lines.form
