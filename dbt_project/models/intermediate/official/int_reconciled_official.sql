-- The communes' official forms against themselves, each other, the period before and the months. One row per rule,
-- version of a form and indicator, which says itself whose it is and where; `month` is the period's last, `cell_name`
-- the period. A blank part counts as nothing as long as one of the parts is reported, as on the monthly forms; a part
-- whose row or cell was not read does not, and then there is no sum.
with rules as (
    select
        rule_id,
        form,
        kind,
        field,
        other_form,
        other_field,
        len(plus_fields) > 0 as has_terms,
        len(plus_fields) + len(minus_fields) as term_count
    from {{ ref('stg_rules') }}
    where kind in ('official', 'official_part', 'official_percentage')
),

lines as (
    select
        versions.commune_key,
        versions.commune_code,
        versions.period,
        versions.first_month,
        versions.last_month,
        versions.form_version,
        versions.is_newest,
        figures.submission_id,
        figures.line_number,
        figures.form,
        figures.sheet,
        figures.cell,
        figures.field,
        figures.this_period,
        figures.same_period_last_year,
        figures.pct
    from {{ ref('int_official_versions') }} as versions
    inner join {{ ref('stg_official_lines') }} as figures
        on
            versions.submission_id = figures.submission_id
            and versions.form = figures.form
            and versions.period = figures.period
    -- What the commission writes itself is filled in from here.
    where versions.commune_key is not null
),

newest as (
    select
        commune_key,
        period,
        first_month,
        last_month,
        submission_id,
        form,
        left(form, 1) as form_number,
        sheet,
        cell,
        field,
        this_period
    from lines
    where is_newest
),

unread as (
    select distinct
        submission_id,
        form,
        sheet,
        cell,
        field
    from {{ ref('stg_problems') }}
    where
        (field is not null and cell is not null and code != 'value_negative')
        or code in ('row_without_name', 'name_unsolved')
),

term_sums as (
    select
        terms.rule_id,
        lines.submission_id,
        lines.period,
        sum(terms.sign * lines.this_period) as expected,
        list(lines.cell order by terms.position) filter (lines.this_period is not null and lines.cell is not null)
            as cells
    from {{ ref('int_rule_terms') }} as terms
    inner join rules on terms.rule_id = rules.rule_id
    inner join lines on rules.form = lines.form and terms.field = lines.field
    left join unread
        on
            lines.submission_id = unread.submission_id
            and lines.form = unread.form
            and lines.sheet = unread.sheet
            and lines.cell = unread.cell
    group by terms.rule_id, lines.submission_id, lines.period
    having count(distinct terms.field) = any_value(rules.term_count) and count(unread.cell) = 0
),

within_the_form as (
    select
        rules.rule_id,
        lines.submission_id,
        lines.period,
        lines.field,
        lines.this_period as reported,
        term_sums.expected,
        term_sums.cells as other_cells
    from rules
    inner join lines on rules.form = lines.form and rules.field = lines.field
    inner join term_sums
        on
            rules.rule_id = term_sums.rule_id
            and lines.submission_id = term_sums.submission_id
            and lines.period = term_sums.period
    where rules.has_terms
),

with_the_other_form as (
    select
        rules.rule_id,
        lines.submission_id,
        lines.period,
        lines.field,
        lines.this_period as reported,
        newest.this_period as expected,
        -- Cells are those of one workbook.
        case
            when newest.submission_id = lines.submission_id and newest.sheet = lines.sheet then [newest.cell]
            when newest.submission_id = lines.submission_id then [{{ on_sheet('newest.sheet', 'newest.cell') }}]
            else []
        end as other_cells
    from rules
    inner join lines on rules.form = lines.form and rules.field = lines.field
    inner join newest
        on
            rules.other_form = newest.form
            and rules.other_field = newest.field
            and lines.commune_key = newest.commune_key
            and lines.period = newest.period
),

-- A half-year follows a half-year or a year, a year a year or a half-year: of two the one as long as itself.
with_the_period_before as (
    select
        rules.rule_id,
        lines.submission_id,
        lines.period,
        lines.field,
        lines.this_period as reported,
        newest.this_period as expected,
        cast([] as varchar[]) as other_cells
    from rules
    inner join lines on rules.form = lines.form and rules.field = lines.field
    inner join newest
        on
            left(rules.form, 1) = newest.form_number
            and rules.other_field = newest.field
            and lines.commune_key = newest.commune_key
            and lines.first_month = newest.last_month + interval 1 month
    where not rules.has_terms and rules.other_form is null
    qualify row_number() over (
        partition by rules.rule_id, lines.submission_id, lines.period
        order by length(newest.period) = length(lines.period) desc, newest.form desc
    ) = 1
),

-- The report of each month that counts. Read from the reports themselves: a build that looks at a few months only must
-- see the others, too.
monthly_reports as (
    select
        commune_key,
        month,
        submission_id
    from {{ ref('stg_versions') }}
    where is_published
),

monthly_sums as (
    select
        monthly_reports.commune_key,
        monthly_reports.month,
        sum(figures.admitted) as admitted
    from monthly_reports
    inner join {{ ref('stg_report_lines_kn1') }} as figures
        on monthly_reports.submission_id = figures.submission_id and figures.line_kind = 'cell'
    where
        monthly_reports.commune_key in (select newest.commune_key from newest)
        -- Where a figure was not read, the others are no sum of the month.
        and not exists (
            select 1
            from unread
            where
                unread.submission_id = monthly_reports.submission_id
                and unread.form = 'KN-1'
                and coalesce(unread.field, 'admitted') = 'admitted'
        )
    group by monthly_reports.commune_key, monthly_reports.month
),

with_the_months as (
    select
        rules.rule_id,
        lines.submission_id,
        lines.period,
        lines.field,
        lines.this_period as reported,
        sum(monthly_sums.admitted) as expected,
        cast([] as varchar[]) as other_cells
    from rules
    inner join lines on rules.form = lines.form and rules.field = lines.field
    inner join monthly_sums
        on
            lines.commune_key = monthly_sums.commune_key
            and monthly_sums.month between lines.first_month and lines.last_month
    where rules.other_form = 'KN-1'
    group by
        rules.rule_id,
        lines.submission_id,
        lines.period,
        lines.field,
        lines.this_period,
        lines.first_month,
        lines.last_month
    -- Part of the months says nothing of the whole.
    having count(monthly_sums.admitted) = {{ months_from_to('lines.first_month', 'lines.last_month') }}
),

percentages as (
    select
        rules.rule_id,
        lines.submission_id,
        lines.period,
        lines.field,
        lines.pct as reported,
        lines.this_period * 100 / nullif(lines.same_period_last_year, 0) as expected,
        cast([] as varchar[]) as other_cells
    from rules
    inner join lines on rules.form = lines.form
    where rules.kind = 'official_percentage' and lines.pct is not null
),

compared as (
    select * from within_the_form
    union all
    select * from with_the_other_form
    union all
    select * from with_the_period_before
    union all
    select * from with_the_months
    union all
    select * from percentages
)

select
    compared.rule_id,
    rules.form,
    rules.kind,
    compared.submission_id,
    lines.commune_key,
    lines.commune_code,
    lines.last_month as month,
    lines.form_version as version,
    lines.is_newest,
    lines.sheet,
    lines.line_number,
    'indicator' as line_kind,
    lines.period as cell_name,
    compared.field,
    concat_ws('|', rules.form, 'indicator', lines.period, '1', compared.field) as place,
    compared.reported,
    compared.expected,
    compared.reported - compared.expected as difference,
    list_concat([lines.cell], compared.other_cells) as cells
from compared
inner join rules on compared.rule_id = rules.rule_id
inner join lines
    on
        compared.submission_id = lines.submission_id
        and compared.period = lines.period
        and compared.field = lines.field
        and rules.form = lines.form
where compared.reported is not null and compared.expected is not null
