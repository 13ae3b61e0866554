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
            and versions.is_effective
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
where
    (
        exists (
            select 1
            from {{ ref('int_cell_months') }} as earlier
            where earlier.cell_key = before.cell_key and {{ month_before('before.month') }} = earlier.month
        )
        or not exists (
            select 1
            from {{ ref('int_cell_months') }} as earlier
            where earlier.commune_key = before.commune_key and {{ month_before('before.month') }} = earlier.month
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
