-- How high a figure may be by chance, going by the same cell's last six months and the same season of the two years
-- before: the Bayesian bound for small counts that the surveillance of rare diseases uses (A. Riebler 2004; M. Höhle,
-- “surveillance: An R package for the monitoring of infectious diseases”, Computational Statistics 22, 2007). With n
-- months and s in all of them, and Jeffreys' prior, the month to come is negative binomial with size s + 1/2 and
-- probability n / (n + 1): wide where little is known, never zero after zeros, and as busy as the season was. What is
-- not higher than a figure that is exceeded by chance in one of 1/rarity months is as expected.
with asked as (
    select
        rule_id,
        form,
        field,
        line_kind,
        rarity
    from {{ ref('stg_rules') }}
    where kind = 'outlier'
),

-- Two for the cell and month: what is judged, and the months that it is compared with.
judged as (
    select
        asked.rule_id,
        asked.rarity,
        asked.field,
        figures.submission_number,
        figures.line_id,
        figures.value,
        versions.commune_key,
        versions.month,
        lines.cell_match,
        lines.namesake
    from asked
    inner join {{ ref('int_report_values') }} as figures
        on asked.form = figures.form and asked.field = figures.field
    inner join {{ ref('int_report_lines') }} as lines
        on figures.line_id = lines.line_id and asked.line_kind = lines.line_kind
    inner join {{ ref('int_report_versions') }} as versions
        on figures.submission_number = versions.submission_number
    where lines.is_touched and figures.value is not null
),

compared as (
    select
        judged.rule_id,
        judged.line_id,
        count(*) as months,
        sum(history.value) as total
    from judged
    inner join {{ ref('int_figure_history') }} as history
        on
            judged.commune_key = history.commune_key
            and judged.field = history.field
            and judged.cell_match = history.cell_match
            and judged.namesake = history.namesake
            and date_diff('month', history.month, judged.month) in ({{ var('months_compared') | join(', ') }})
    group by judged.rule_id, judged.line_id
),

expecting as (
    select
        judged.rule_id,
        judged.submission_number,
        judged.line_id,
        judged.field,
        judged.rarity,
        judged.value,
        compared.total + 0.5 as size,
        compared.months / (compared.months + 1) as probability,
        compared.total / compared.months as mean
    from judged
    inner join compared on judged.rule_id = compared.rule_id and judged.line_id = compared.line_id
),

-- The distribution is worked out only where the figure is far above what is usual.
doubtful as (
    select
        *,
        unnest(range(cast(least(value, 10000) as bigint) + 1)) as count
    from expecting
    where value > 1 + mean + 2 * sqrt(mean + 1)
),

adding_up as (
    select
        rule_id,
        line_id,
        rarity,
        count,
        sum(
            exp(
                lgamma(count + size) - lgamma(size) - lgamma(count + 1)
                + size * ln(probability) + count * ln(1 - probability)
            )
        ) over (partition by rule_id, line_id order by count) as up_to_this
    from doubtful
),

bounds as (
    select
        rule_id,
        line_id,
        min(count) as bound
    from adding_up
    where up_to_this >= 1 - rarity
    group by rule_id, line_id
)

select
    expecting.rule_id,
    expecting.submission_number,
    expecting.line_id,
    expecting.field,
    expecting.value as reported,
    least(expecting.value, coalesce(bounds.bound, expecting.value)) as expected
from expecting
left join bounds on expecting.rule_id = bounds.rule_id and expecting.line_id = bounds.line_id
