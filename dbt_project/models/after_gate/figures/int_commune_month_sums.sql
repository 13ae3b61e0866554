{{ config(materialized='incremental', incremental_strategy='touched_months') }}

-- The facts are read once, and of each month when it is touched; what is asked of communes and of the whole goes on
-- from these sums. The touched months come from int_report_versions' side of the build.
-- depends_on: {{ ref('int_touched_months') }}
-- Which published reports have cells in which something stands that was not read (a steward has accepted it so).
with unread as (
    select distinct
        versions.commune_key,
        versions.month,
        figures.form,
        figures.field
    from {{ ref('int_unread_figures') }} as figures
    inner join {{ ref('int_published_versions') }} as versions
        on figures.submission_number = versions.submission_number
    where figures.line_kind = 'cell'
),

admissions as (
    select
        commune_key,
        month,
        count(*) as admission_cells,
        bool_or(is_corrected) as is_corrected,
        {{ columns_of(counts_of('KN-1'), 'cast(sum({}) as bigint) as {}') }},
        {{ share_sums(dict.fromkeys(parts_of_admitted(), 'admitted')) }}
    from {{ ref('fct_admissions') }} as facts
    where {{ is_touched('facts') }}
    group by commune_key, month
),

candidates as (
    select
        commune_key,
        month,
        count(*) as candidate_cells,
        bool_or(is_corrected) as is_corrected,
        {{ columns_of(counts_of('KN-2'), 'cast(sum({}) as bigint) as {}') }},
        {{ share_sums(funnel_steps()) }}
    from {{ ref('fct_candidates') }} as facts
    where {{ is_touched('facts') }}
    group by commune_key, month
),

membership as (
    select
        lines.commune_key,
        lines.month,
        count(*) as member_cells,
        bool_or(lines.is_corrected) as is_corrected,
        {{ columns_of(counts_of('KN-3') | reject('in', age_bands()) | list, 'cast(sum({}) as bigint) as {}') }},
        {{ columns_of(age_bands(), 'cast(sum({}) as bigint) as members_{}') }},
        {{ share_sums(dict.fromkeys(age_bands(), 'closing'), 'members_') }},
        count(*) filter (where lines.age_to_30 = 0) as cells_none_to_30,
        count(*) filter (where lines.age_to_30 = 0 and lines.age_31_40 = 0) as cells_none_to_40,
        -- Decimals add up to the same in whatever order; doubles do not, and a rebuild must give the same figures.
        sum(cast(round(lines.mean_age * lines.closing, 3) as decimal(38, 3))) as mean_age_sum,
        cast(sum(lines.closing) filter (where lines.mean_age is not null) as bigint) as mean_age_base,
        count(*) filter (
            where lines.head_is_member is not null and coalesce({{ is_neighbourhood('cells.cell_type') }}, true)
        ) as heads_known,
        count(*) filter (
            where lines.head_is_member and coalesce({{ is_neighbourhood('cells.cell_type') }}, true)
        ) as heads_members,
        count(*) filter (
            where lines.head_is_member is null and {{ is_neighbourhood('cells.cell_type') }}
        ) as heads_unknown,
        count(*) filter (
            where lines.head_is_member is not null and not {{ is_neighbourhood('cells.cell_type') }}
        ) as heads_elsewhere
    from {{ ref('fct_membership') }} as lines
    inner join {{ ref('int_cell_months') }} as cells
        on lines.cell_key = cells.cell_key and lines.month = cells.month
    where {{ is_touched('lines') }}
    group by lines.commune_key, lines.month
)

select
    coalesce(admissions.commune_key, candidates.commune_key, membership.commune_key) as commune_key,
    coalesce(admissions.month, candidates.month, membership.month) as month,
    coalesce(admissions.admission_cells, 0) as admission_cells,
    coalesce(candidates.candidate_cells, 0) as candidate_cells,
    coalesce(membership.member_cells, 0) as member_cells,
    -- A report lacks a figure that none of its rows has, or that could not be read in one of them.
    coalesce(admissions.admission_cells > 0 and {{ lacks('admissions', 'KN-1', 'admitted') }}, false)
        as lacks_admitted,
    coalesce(admissions.admission_cells > 0 and {{ lacks('admissions', 'KN-1', 'women') }}, false)
        as lacks_women,
    coalesce(admissions.admission_cells > 0 and {{ lacks('admissions', 'KN-1', 'ethnic_minority') }}, false)
        as lacks_ethnic_minority,
    coalesce(candidates.candidate_cells > 0 and {{ lacks('candidates', 'KN-2', 'candidates') }}, false)
        as lacks_candidates,
    coalesce(admissions.is_corrected, false) as has_corrected_admissions,
    coalesce(candidates.is_corrected, false) as has_corrected_candidates,
    coalesce(membership.is_corrected, false) as has_corrected_members,
    {{ columns_of(counts_of('KN-1') + share_sums_of(parts_of_admitted()), 'admissions.{}') }},
    {{ columns_of(counts_of('KN-2') + share_sums_of(funnel_steps()), 'candidates.{}') }},
    {{ columns_of(counts_of('KN-3') | reject('in', age_bands()) | list, 'membership.{}') }},
    {{ columns_of(members_by_age(), 'membership.{}') }},
    membership.cells_none_to_30,
    membership.cells_none_to_40,
    membership.mean_age_sum,
    membership.mean_age_base,
    membership.heads_known,
    membership.heads_members,
    membership.heads_unknown,
    membership.heads_elsewhere
from admissions
full outer join candidates
    on admissions.commune_key = candidates.commune_key and admissions.month = candidates.month
full outer join membership
    on
        coalesce(admissions.commune_key, candidates.commune_key) = membership.commune_key
        and coalesce(admissions.month, candidates.month) = membership.month
