-- Every report that is owed: from the first month anyone reported to the last one that is over, or that someone has
-- reported already.
with reported as (
    select
        min(month) as first_month,
        max(month) as last_month
    from {{ ref('int_report_versions') }}
),

bounds as (
    select
        reported.first_month,
        greatest(
            reported.last_month,
            -- On its own last day a month is over.
            date_trunc('month', run_settings.today + interval 1 day) - interval 1 month
        ) as last_month
    from reported
    cross join {{ ref('stg_run_settings') }} as run_settings
    where reported.first_month is not null
),

months as (
    select cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month
    from bounds
),

expected as (
    select
        communes.commune_key,
        communes.commune_code,
        communes.commune_name,
        months.month,
        {{ due_on('months.month', 'run_settings.due_day') }} as due_on
    from months
    cross join {{ ref('stg_run_settings') }} as run_settings
    inner join {{ ref('stg_communes') }} as communes
        on months.month >= communes.valid_from and months.month < communes.valid_to
    inner join {{ ref('stg_scope') }} as scope
        on communes.commune_key = scope.commune_key and scope.is_expected
)

select
    expected.commune_key,
    expected.commune_code,
    expected.commune_name,
    expected.month,
    expected.due_on,
    commune_terms.term,
    commune_terms.first_month as term_first_month,
    commune_terms.months_in_term
from expected
left join {{ ref('int_commune_terms') }} as commune_terms
    on
        expected.commune_key = commune_terms.commune_key
        and expected.month between commune_terms.first_month and commune_terms.last_month
