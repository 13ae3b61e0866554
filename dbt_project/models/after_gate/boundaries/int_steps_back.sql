-- The row without a cell is for figures whose cell is not known any more.
with ended as (
    select
        successor_key as commune_key,
        succeeded_on,
        predecessor_key,
        extent = 'whole' as is_whole,
        coalesce(share, 1.0 / count(*) over (partition by predecessor_key, succeeded_on)) as extent_share
    from {{ ref('int_commune_successions') }}
),

every_past as (
    select * from ended
    union all
    -- A commune that was there before carries its own past, too.
    select distinct
        communes.commune_key,
        ended.succeeded_on,
        communes.commune_key as predecessor_key,
        true as is_whole,
        cast(1 as double) as extent_share
    from ended
    inner join {{ ref('stg_communes') }} as communes
        on ended.commune_key = communes.commune_key and ended.succeeded_on > communes.valid_from
),

reported_months as (
    select distinct
        commune_key,
        month
    from {{ ref('stg_versions') }}
    where is_published
),

last_reports_before as (
    select
        every_past.succeeded_on,
        every_past.commune_key,
        every_past.predecessor_key,
        max(reported_months.month) as last_month
    from every_past
    inner join reported_months
        on
            every_past.predecessor_key = reported_months.commune_key
            and every_past.succeeded_on > reported_months.month
    group by every_past.succeeded_on, every_past.commune_key, every_past.predecessor_key
),

cells_before as (
    select
        last_reports_before.succeeded_on,
        last_reports_before.commune_key,
        last_reports_before.predecessor_key,
        count(*) as cells
    from last_reports_before
    inner join {{ ref('int_cells') }} as cells
        on
            last_reports_before.predecessor_key = cells.commune_key
            and last_reports_before.last_month <= cells.last_month
            and last_reports_before.succeeded_on > cells.first_month
    group by last_reports_before.succeeded_on, last_reports_before.commune_key, last_reports_before.predecessor_key
),

pasts as (
    select
        every_past.commune_key,
        every_past.succeeded_on,
        every_past.predecessor_key,
        every_past.is_whole,
        every_past.extent_share,
        cells_before.cells as cells_before
    from every_past
    left join cells_before
        on
            every_past.commune_key = cells_before.commune_key
            and every_past.succeeded_on = cells_before.succeeded_on
            and every_past.predecessor_key = cells_before.predecessor_key
),

merged as (
    select
        pasts.commune_key,
        pasts.succeeded_on,
        min(reported_months.month) as first_month
    from pasts
    left join reported_months
        on pasts.commune_key = reported_months.commune_key and pasts.succeeded_on <= reported_months.month
    group by pasts.commune_key, pasts.succeeded_on
),

cells as (
    select
        merged.commune_key,
        merged.succeeded_on,
        cells.cell_key,
        cells.first_month <= merged.first_month as is_in_first_report
    from merged
    inner join {{ ref('int_cells') }} as cells on merged.commune_key = cells.commune_key
),

-- Where a cell was on the eve: in the commune already, or under the predecessor it is known to come from.
origins as (
    select
        commune_key as predecessor_key,
        cell_key as origin_cell_key,
        cell_key,
        cast(null as date) as succeeded_on,
        first_month,
        cast(1 as double) as share
    from {{ ref('int_cells') }}
    union all
    select
        predecessor_commune_key as predecessor_key,
        predecessor_cell_key as origin_cell_key,
        successor_cell_key as cell_key,
        succeeded_on,
        null as first_month,
        share
    from {{ ref('int_cell_successions') }}
),

followed as (
    select
        cells.commune_key,
        cells.succeeded_on,
        cells.cell_key,
        origins.predecessor_key as to_commune_key,
        origins.origin_cell_key as to_cell_key,
        ancestors.share * origins.share as weight
    from cells
    inner join {{ ref('int_cell_ancestors') }} as ancestors on cells.cell_key = ancestors.cell_key
    inner join origins
        on
            ancestors.ancestor_cell_key = origins.cell_key
            and (cells.succeeded_on = origins.succeeded_on or cells.succeeded_on > origins.first_month)
    inner join pasts
        on
            cells.commune_key = pasts.commune_key
            and cells.succeeded_on = pasts.succeeded_on
            and origins.predecessor_key = pasts.predecessor_key
    -- The nearest that leads across the day; what the commune had itself before what came to it.
    qualify
        rank() over (
            partition by cells.cell_key, cells.succeeded_on
            order by ancestors.generations, ancestors.generations = 0 and origins.first_month is null
        ) = 1
),

known as (
    select
        commune_key,
        succeeded_on,
        cell_key,
        to_commune_key,
        to_cell_key,
        weight / sum(weight order by weight) over by_cell as share,
        min(to_commune_key) over by_cell != max(to_commune_key) over by_cell as is_estimate,
        false as is_supposed
    from followed
    window by_cell as (partition by cell_key, succeeded_on)
),

-- Those that never reported to us, with the share of a cell that is taken to come from each of them.
-- It is the same for every cell of a commune, and worked out once for all of them.
silent_pasts as (
    select
        commune_key,
        succeeded_on,
        predecessor_key,
        extent_share / sum(extent_share order by extent_share) over by_commune as share,
        count(*) over by_commune > 1 as is_divided
    from pasts
    where predecessor_key not in (select reported_months.commune_key from reported_months)
    window by_commune as (partition by commune_key, succeeded_on)
),

-- There from the first report on and of no predecessor that we know: of those that never reported to us.
supposed as (
    select
        cells.commune_key,
        cells.succeeded_on,
        cells.cell_key,
        silent_pasts.predecessor_key as to_commune_key,
        cast(null as varchar) as to_cell_key,
        silent_pasts.share,
        silent_pasts.is_divided as is_estimate,
        true as is_supposed
    from cells
    inner join silent_pasts
        on cells.commune_key = silent_pasts.commune_key and cells.succeeded_on = silent_pasts.succeeded_on
    where
        cells.is_in_first_report
        and not exists (
            select 1
            from known
            where known.cell_key = cells.cell_key and known.succeeded_on = cells.succeeded_on
        )
),

settled as (
    select * from known
    union all
    select * from supposed
),

come_from as (
    select
        commune_key,
        succeeded_on,
        to_commune_key as predecessor_key,
        sum(share order by share) as cells
    from settled
    group by commune_key, succeeded_on, to_commune_key
),

-- How many cells each predecessor brought: as its own last report has them where all of it came, else as found here.
brought as (
    select
        pasts.commune_key,
        pasts.succeeded_on,
        pasts.predecessor_key,
        pasts.extent_share,
        coalesce(case when pasts.is_whole then pasts.cells_before end, come_from.cells, 0) as cells
    from pasts
    left join come_from
        on
            pasts.commune_key = come_from.commune_key
            and pasts.succeeded_on = come_from.succeeded_on
            and pasts.predecessor_key = come_from.predecessor_key
),

weights as (
    select
        commune_key,
        succeeded_on,
        predecessor_key,
        case
            when sum(cells) over (partition by commune_key, succeeded_on) > 0 then cells
            else extent_share
        end as weight,
        count(*) over (partition by commune_key, succeeded_on) > 1 as is_divided
    from brought
),

shares as (
    select
        commune_key,
        succeeded_on,
        predecessor_key,
        weight / sum(weight order by weight) over (partition by commune_key, succeeded_on) as share,
        is_divided
    from weights
    where weight > 0
),

unknown as (
    select
        commune_key,
        succeeded_on,
        null as cell_key
    from merged
    union all
    select
        cells.commune_key,
        cells.succeeded_on,
        cells.cell_key
    from cells
    where
        not exists (
            select 1
            from settled
            where settled.cell_key = cells.cell_key and settled.succeeded_on = cells.succeeded_on
        )
)

select
    succeeded_on,
    commune_key,
    cell_key,
    to_commune_key,
    to_cell_key,
    share,
    is_estimate,
    is_supposed
from settled
union all
select
    unknown.succeeded_on,
    unknown.commune_key,
    unknown.cell_key,
    shares.predecessor_key as to_commune_key,
    null as to_cell_key,
    shares.share,
    shares.is_divided as is_estimate,
    false as is_supposed
from unknown
inner join shares
    on unknown.commune_key = shares.commune_key and unknown.succeeded_on = shares.succeeded_on
