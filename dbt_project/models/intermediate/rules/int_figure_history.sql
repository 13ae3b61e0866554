-- What cells reported in the two years before a touched month, for the figures that a rule compares with their history:
-- the version of each month that counts, as it was sent.
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
                and touched.month > versions.month
                and touched.month - to_months({{ var('months_looked_back') }}) <= versions.month
        )
),

figures as (
    {%- for form in monthly_forms() %}
        {{ counts_of_cells(form, 'newest') }}
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
