-- The months up to which a period's sums are made again: those that are made of something else than when they were made
-- last, and the later ones of the same period.
with compared as (
    select
        coalesce(summed.period_kind, built.period_kind) as period_kind,
        coalesce(summed.period, built.period) as period,
        coalesce(summed.month, built.month) as month,
        summed.made_of,
        coalesce(summed.made_of != built.made_of, true) as is_other
    from {{ ref('int_summed_months') }} as summed
    full outer join {{ ref('stg_built_sums') }} as built on {{ is_the_same_sum('summed', 'built') }}
),

so_far as (
    select
        *,
        bool_or(is_other) over (
            partition by period_kind, period
            order by month
        ) as is_touched
    from compared
)

select
    period_kind,
    period,
    month
from so_far
where is_touched and made_of is not null
