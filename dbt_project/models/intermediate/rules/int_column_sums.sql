-- What the cells' rows of a column add up to, over the whole sheet (line_kind total) and under each section row; only
-- columns whose totals some rule looks at. Where a figure or a row was not read, the rest adds up to less: there is no
-- sum then.
with ruled_fields as (
    select distinct
        rules.form,
        terms.field
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_rule_terms') }} as terms on rules.rule_id = terms.rule_id
    where rules.kind = 'column_total'
),

-- Added up while they stand side by side: in rows, each figure would be joined with its line first.
section_sums as (
    {%- for form in monthly_forms() %}
        select
            '{{ form }}' as form,
            submission_number,
            section_line,
            field,
            value
        from (
            select
                submission_number,
                section_line,
                {{ columns_of(figures_of(form), 'sum(cast({} as double)) as {}') }}
            from {{ lines_of(form) }}
            where line_kind = 'cell' and is_touched
            group by submission_number, section_line
        )
        unpivot (value for field in ({{ figures_of(form) | join(', ') }}))
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

unread_figures as (
    select distinct
        submission_number,
        form,
        field,
        section_line
    from {{ ref('int_unread_figures') }}
    where line_kind = 'cell'
),

-- Rows with figures and without a readable name: it is unknown which cell, and which section, they belong to.
unread_rows as (
    select distinct
        versions.submission_number,
        problems.form
    from {{ ref('stg_problems') }} as problems
    inner join {{ ref('int_versions_at_hand') }} as versions on problems.submission_id = versions.submission_id
    where problems.code in ('row_without_name', 'name_unsolved')
),

read_in_full as (
    select section_sums.*
    from section_sums
    inner join ruled_fields on section_sums.form = ruled_fields.form and section_sums.field = ruled_fields.field
    where {{ nothing_unread('unread_rows', 'section_sums', ['submission_number', 'form']) }}
)

select
    submission_number,
    form,
    field,
    'total' as line_kind,
    cast(null as integer) as section_line,
    sum(value) as total
from read_in_full
where {{ nothing_unread('unread_figures', 'read_in_full', ['submission_number', 'form', 'field']) }}
group by submission_number, form, field
union all
select
    submission_number,
    form,
    field,
    'section' as line_kind,
    section_line,
    value as total
from read_in_full
where
    section_line is not null
    and {{ nothing_unread('unread_figures', 'read_in_full', ['submission_number', 'form', 'field', 'section_line']) }}
