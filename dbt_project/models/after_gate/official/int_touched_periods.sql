-- The periods whose figures are made of something else than when they were made last: months, forms, communes, and the
-- same of the year before, which stands beside them. What a period is made of is told by the sum of its rows' hashes.
with of_periods as (
    {%- for made_of in [
        'int_official_communes', 'fct_commune_periods', 'fct_official_figures', 'int_official_versions'
    ] %}
        select
            period,
            row_hash
        from ({{ rows_with_hash(made_of) }})
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

sums as (
    select
        period,
        sum(row_hash) as row_hashes
    from of_periods
    group by period
),

-- What all periods are made of. Lists are part of the recipe, by which everything is made anew.
of_all as (
    select
        (select any_value(settings.scope_name) from {{ ref('stg_run_settings') }} as settings) as scope_name,
        (
            select sum(successions.row_hash)
            from ({{ rows_with_hash('bridge_commune_succession') }}) as successions
        ) as succession_hashes
),

made as (
    select
        periods.period,
        cast(
            hash(
                periods.first_month,
                periods.last_month,
                periods.year_before,
                sums.row_hashes,
                before.row_hashes,
                of_all.succession_hashes,
                of_all.scope_name
            ) as varchar
        ) as made_of
    from {{ ref('int_official_periods') }} as periods
    cross join of_all
    left join sums on periods.period = sums.period
    left join sums as before on periods.year_before = before.period
)

select
    made.period,
    made.made_of
from made
left join {{ ref('stg_built_periods') }} as built on made.period = built.period
where made.made_of is distinct from built.made_of
