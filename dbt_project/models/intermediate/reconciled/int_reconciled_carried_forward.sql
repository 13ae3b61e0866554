-- What goes on from the month before: a running sum, an opening figure (carry_forward), or a figure that stays as it
-- was (unchanged). Where a running sum begins again, it is this month's alone; what stays as it was is not compared
-- across the beginning of a year or a term, nor when the target on file was amended in between.
with carrying as (
    select
        rules.rule_id,
        rules.kind,
        rules.field,
        coalesce(rules.other_field, rules.field) as other_field,
        lines.form,
        lines.line_id,
        lines.line_kind,
        lines.cell_match,
        lines.namesake,
        versions.submission_number,
        versions.commune_key,
        versions.month,
        figures.value as reported,
        line_sums.total as this_month,
        coalesce(
            case
                when rules.kind = 'unchanged'
                    then
                        month(versions.month) = 1
                        or versions.month = commune_terms.first_month
                        or exists (
                            select 1
                            from {{ ref('int_target_versions') }} as amended
                            where
                                amended.commune_key = versions.commune_key
                                and amended.period_kind = 'year'
                                and amended.year = year(versions.month)
                                and amended.effective_on >= versions.month
                                and amended.effective_on <= last_day(versions.month)
                        )
                when rules.reset_at = 'year' then month(versions.month) = 1
                when rules.reset_at = 'term' then versions.month = commune_terms.first_month
            end,
            false
        ) as is_reset
    from {{ ref('stg_rules') }} as rules
    inner join {{ ref('int_report_values') }} as figures
        on rules.form = figures.form and rules.field = figures.field
    inner join {{ ref('int_report_lines') }} as lines
        on figures.line_id = lines.line_id and rules.line_kind = lines.line_kind
    inner join {{ ref('int_report_versions') }} as versions
        on figures.submission_number = versions.submission_number
    left join {{ ref('int_line_sums') }} as line_sums
        on rules.rule_id = line_sums.rule_id and lines.line_id = line_sums.line_id
    left join {{ ref('int_commune_terms') }} as commune_terms
        on
            versions.commune_key = commune_terms.commune_key
            and versions.month between commune_terms.first_month and commune_terms.last_month
    where
        rules.kind in ('carry_forward', 'unchanged')
        and lines.is_touched
        -- What was not read is not zero: it is unknown what should go on from it.
        and {{ all_terms_read('rules', 'lines') }}
),

month_before as (
    select
        versions.commune_key,
        versions.month,
        lines.form,
        lines.line_kind,
        lines.cell_match,
        lines.namesake,
        figures.field,
        figures.value
    from {{ ref('int_report_versions') }} as versions
    inner join {{ ref('int_report_lines') }} as lines on versions.submission_number = lines.submission_number
    inner join {{ ref('int_report_values') }} as figures on lines.line_id = figures.line_id
    inner join {{ ref('int_rule_fields') }} as fields on figures.form = fields.form and figures.field = fields.field
    where versions.is_in_force and fields.is_carried
),

begun_again as (
    select
        rule_id,
        submission_number,
        line_id,
        field,
        reported,
        coalesce(this_month, 0) as expected
    from carrying
    where is_reset and kind = 'carry_forward'
),

carried as (
    select
        carrying.rule_id,
        carrying.submission_number,
        carrying.line_id,
        carrying.field,
        carrying.reported,
        month_before.value + coalesce(carrying.this_month, 0) as expected
    from carrying
    inner join month_before
        on
            carrying.commune_key = month_before.commune_key
            and {{ month_before('carrying.month') }} = month_before.month
            and carrying.form = month_before.form
            and carrying.line_kind = month_before.line_kind
            and carrying.cell_match = month_before.cell_match
            and carrying.namesake = month_before.namesake
            and carrying.other_field = month_before.field
    where
        not carrying.is_reset
        -- What is as it was two months ago is right again after a slip.
        and not exists (
            select 1
            from {{ ref('int_figure_history') }} as earlier
            where
                carrying.kind = 'unchanged'
                and carrying.reported != month_before.value
                and earlier.commune_key = carrying.commune_key
                and earlier.cell_match = carrying.cell_match
                and earlier.namesake = carrying.namesake
                and earlier.form = carrying.form
                and earlier.field = carrying.field
                and earlier.value = carrying.reported
                and earlier.month = cast(carrying.month - interval 2 month as date)
                and year(earlier.month) = year(carrying.month)
        )
)

select
    rule_id,
    submission_number,
    line_id,
    field,
    reported,
    expected
from begun_again
union all
select
    rule_id,
    submission_number,
    line_id,
    field,
    reported,
    expected
from carried
