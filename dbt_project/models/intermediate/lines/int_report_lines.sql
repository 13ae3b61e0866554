-- The lines at hand of all forms without their figures: how a line is recognised and where it stands.
with lines as (
    {%- for form in monthly_forms() %}
        select
            '{{ form }}' as form,
            line_id,
            submission_number,
            is_touched,
            sheet,
            line_number,
            sheet_row,
            line_kind,
            section_line,
            cell_name,
            cell_type
        from {{ lines_of(form) }}
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    line_id,
    submission_number,
    is_touched,
    form,
    sheet,
    line_number,
    sheet_row,
    line_kind,
    section_line,
    cell_name,
    cell_type,
    lower(trim(coalesce(cell_name, ''))) as cell_match,
    cast(
        row_number() over (
            partition by submission_number, form, line_kind, lower(trim(coalesce(cell_name, '')))
            order by line_number
        ) as integer
    ) as namesake
from lines
