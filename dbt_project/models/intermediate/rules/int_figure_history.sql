-- What cells reported in the months with which a rule compares a touched one: the version of each month that counts,
-- as it was sent.
with newest as (
    select
        versions.submission_id,
        versions.commune_key,
        versions.month
    from {{ ref('int_report_versions') }} as versions
    where
        versions.is_published
        and exists (
            select 1
            from {{ ref('int_touched_months') }} as touched
            where
                touched.commune_key = versions.commune_key
                and date_diff('month', versions.month, touched.month) in ({{ var('months_compared') | join(', ') }})
        )
),
{% for form in monthly_forms() %}
    {%- set name = short_name(form) %}
    {{ name }} as (
        select
            newest.submission_id,
            newest.commune_key,
            newest.month,
            lines.line_number,
            lower(trim(coalesce(lines.cell_name, ''))) as cell_match,
            {{ counts_from('lines', form) }}
        from {{ ref('stg_report_lines_' ~ name) }} as lines
        inner join newest on lines.submission_id = newest.submission_id
        where lines.line_kind = 'cell'
    ),

    -- Few cells of a report have the same name: to number all of them would take longer than all the rest.
    {{ name }}_namesakes as (
        select
            submission_id,
            line_number,
            cast(
                row_number() over (partition by submission_id, cell_match order by line_number) as integer
            ) as namesake
        from {{ name }}
        where
            (submission_id, cell_match) in (
                select
                    alike.submission_id,
                    alike.cell_match
                from {{ name }} as alike
                group by alike.submission_id, alike.cell_match
                having count(*) > 1
            )
    ),

    {{ name }}_figures as (
        select
            commune_key,
            month,
            cell_match,
            namesake,
            '{{ form }}' as form,
            field,
            cast(value as double) as value
        from (
            select
                {{ name }}.*,
                coalesce({{ name }}_namesakes.namesake, 1) as namesake
            from {{ name }}
            left join {{ name }}_namesakes
                on
                    {{ name }}.submission_id = {{ name }}_namesakes.submission_id
                    and {{ name }}.line_number = {{ name }}_namesakes.line_number
        )
        unpivot (value for field in ({{ counts_of(form) | join(', ') }}))
    ),
{% endfor %}
figures as (
    {%- for form in monthly_forms() %}
        select * from {{ short_name(form) }}_figures
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select
    figures.commune_key,
    figures.month,
    figures.cell_match,
    figures.namesake,
    figures.form,
    figures.field,
    figures.value
from figures
inner join {{ ref('stg_rules') }} as rules
    on figures.form = rules.form and figures.field = rules.field and rules.kind in ('outlier', 'unchanged')
-- A negative count is no history.
where figures.value >= 0
