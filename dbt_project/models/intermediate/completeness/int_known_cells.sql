-- The cells that a touched report should have a row for, on the forms that had one the month before. A name that
-- stood in one month alone is not known yet: it may have been a slip. A cell without members has ended; of one that a
-- decision names (reference/cell_successions.csv), the decision says where it went.
with touched as (
    select
        submission_number,
        commune_key,
        commune_code,
        month,
        {{ month_before('month') }} as month_before
    from {{ ref('int_report_versions') }}
    where is_touched
),

ended as (
    select
        touched.submission_number,
        lines.cell_match,
        lines.namesake
    from touched
    inner join {{ ref('int_report_versions') }} as versions
        on
            touched.commune_key = versions.commune_key
            and touched.month_before = versions.month
            and versions.is_published
    inner join {{ ref('int_report_lines') }} as lines
        on versions.submission_number = lines.submission_number and lines.form = 'KN-3'
    inner join {{ ref('int_lines_kn3') }} as members on lines.line_id = members.line_id
    where lines.line_kind = 'cell' and members.closing = 0
    union
    select
        touched.submission_number,
        decided.cell_match_before as cell_match,
        1 as namesake
    from touched
    inner join {{ ref('stg_cell_successions') }} as decided
        on
            touched.commune_code = decided.commune_code_before
            and date_trunc('month', decided.succeeded_on) between touched.month_before and touched.month
),

-- The last report before the one before: not the month before it, where the commune did not report that one.
report_months as (
    select distinct
        commune_key,
        month
    from {{ ref('int_cell_months') }}
),

earlier_months as (
    select
        later.commune_key,
        later.month,
        max(earlier.month) as earlier_month
    from report_months as later
    inner join report_months as earlier
        on later.commune_key = earlier.commune_key and later.month > earlier.month
    group by later.commune_key, later.month
)

select
    touched.submission_number,
    touched.commune_key,
    touched.month_before,
    before.cell_match,
    before.namesake,
    before.cell_name,
    before.forms
from touched
inner join {{ ref('int_cell_months') }} as before
    on touched.commune_key = before.commune_key and touched.month_before = before.month
left join earlier_months
    on before.commune_key = earlier_months.commune_key and before.month = earlier_months.month
where
    (
        earlier_months.earlier_month is null
        or exists (
            select 1
            from {{ ref('int_cell_months') }} as earlier
            where earlier.cell_key = before.cell_key and earlier.month = earlier_months.earlier_month
        )
    )
    and not exists (
        select 1
        from ended
        where
            ended.submission_number = touched.submission_number
            and ended.cell_match = before.cell_match
            and ended.namesake = before.namesake
    )
