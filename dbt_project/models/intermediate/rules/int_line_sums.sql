-- For the rules that look along a line: the sum of the fields they name, beside the figure that they judge. A blank
-- counts as nothing as long as one of the fields is reported; where all are blank, or one of them was not read, there
-- is no row. The figures of a line are one list, from which a rule takes them by their places: joined by name they cost
-- several times as much.
with ruled as (
    {%- for form in monthly_forms() %}
        {%- set names = "['" ~ figures_of(form) | join("', '") ~ "']" %}
        select
            rule_id,
            form,
            line_kind,
            list_position({{ names }}, field) as judged_place,
            list_transform(plus_fields, lambda f: list_position({{ names }}, f)) as plus_places,
            list_transform(minus_fields, lambda f: list_position({{ names }}, f)) as minus_places
        from {{ ref('stg_rules') }}
        where form = '{{ form }}' and kind not in ('column_total', 'mean_of_bands')
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

lines as (
    {%- for form in monthly_forms() %}
        select
            '{{ form }}' as form,
            submission_number,
            line_id,
            line_kind,
            [{{ columns_of(figures_of(form), 'cast({} as double)') }}] as figures
        from {{ lines_of(form) }}
        where is_touched
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

both_sides as (
    select
        ruled.rule_id,
        lines.submission_number,
        lines.line_id,
        lines.figures[ruled.judged_place] as reported,
        list_sum(list_transform(ruled.plus_places, lambda p: lines.figures[p])) as added, -- noqa: RF02
        list_sum(list_transform(ruled.minus_places, lambda p: lines.figures[p])) as taken_off -- noqa: RF02
    from ruled
    inner join lines on ruled.form = lines.form and ruled.line_kind = lines.line_kind
)

select
    both_sides.rule_id,
    both_sides.submission_number,
    both_sides.line_id,
    both_sides.reported,
    coalesce(both_sides.added, 0) - coalesce(both_sides.taken_off, 0) as total
from both_sides
-- Asked once for each of millions of lines, whether nothing is there costs more than to look for it.
left join {{ ref('int_unread_terms') }} as unread
    on
        both_sides.rule_id = unread.rule_id
        and both_sides.submission_number = unread.submission_number
        and both_sides.line_id = unread.line_id
left join {{ ref('int_unread_terms') }} as unread_columns
    on
        both_sides.rule_id = unread_columns.rule_id
        and both_sides.submission_number = unread_columns.submission_number
        and unread_columns.line_id is null
where
    (both_sides.added is not null or both_sides.taken_off is not null)
    and unread.rule_id is null
    and unread_columns.rule_id is null
