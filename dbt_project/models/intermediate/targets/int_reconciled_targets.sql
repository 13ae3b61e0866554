-- The target on file is the one in force at the end of the month reported on, not the newest one of today.
select
    rules.rule_id,
    figures.submission_number,
    figures.line_id,
    rules.field,
    figures.value as reported,
    cast(targets.target as double) as expected
from {{ ref('stg_rules') }} as rules
inner join {{ ref('int_report_values') }} as figures
    on rules.form = figures.form and rules.field = figures.field
inner join {{ ref('int_report_lines') }} as lines
    on figures.line_id = lines.line_id and rules.line_kind = lines.line_kind
inner join {{ ref('int_report_versions') }} as versions
    on figures.submission_number = versions.submission_number
inner join {{ ref('int_target_versions') }} as targets
    on
        versions.commune_key = targets.commune_key
        and targets.period_kind = 'year'
        and year(versions.month) = targets.year
        and last_day(versions.month) >= targets.effective_on
        and last_day(versions.month) < targets.effective_until
where rules.kind = 'target' and targets.target is not null and lines.is_touched
