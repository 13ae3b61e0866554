-- What is known of each commune, touched period and indicator before anything is worked out from anything else. Rests
-- on the facts, so it is built with the marts; readers have no need of it.
with listed as (
    select
        communes.commune_key,
        communes.period,
        communes.covers_start,
        communes.covers_end,
        fields.field,
        fields.monthly_form,
        fields.taken
    from {{ ref('int_official_communes') }} as communes
    cross join {{ ref('stg_official_fields') }} as fields
    where {{ is_touched_period('communes.period') }}
),

figures as (
    select
        commune_key,
        period,
        months_corrected_admissions > 0 as has_corrected_admissions,
        months_corrected_membership > 0 as has_corrected_members,
        {{ each_figure(figures_of_a_period(), 'cast($ as double) as $') }}
    from {{ ref('fct_commune_periods') }}
    where {{ is_touched_period('period') }}
),

months as (
    select
        figures_of_fields.commune_key,
        figures_of_fields.period,
        figures_of_fields.field,
        figures_of_fields.value,
        coalesce(
            case fields.monthly_form
                when 'KN-1' then figures_of_fields.has_corrected_admissions
                when 'KN-3' then figures_of_fields.has_corrected_members
            end, false
        ) as is_corrected
    from (
        select *
        from figures
        unpivot (value for field in ({{ each_figure(figures_of_a_period(), '$') }}))
    ) as figures_of_fields
    inner join {{ ref('stg_official_fields') }} as fields on figures_of_fields.field = fields.field
),

-- The communes that became part of one that began within the period: its figures go on from theirs where all of them
-- went over as a whole.
predecessors as (
    select
        communes.commune_key,
        communes.period,
        bridge.predecessor_key,
        bridge.extent = 'whole' as is_whole
    from {{ ref('int_official_communes') }} as communes
    inner join {{ ref('bridge_commune_succession') }} as bridge
        on communes.commune_key = bridge.successor_key and communes.first_month = bridge.succeeded_on
    where not communes.covers_start
),

inherited as (
    select
        predecessors.commune_key,
        predecessors.period,
        months.field,
        sum(months.value) as value,
        bool_or(months.is_corrected) as is_corrected,
        count(*) as predecessors
    from predecessors
    inner join {{ ref('int_official_communes') }} as former
        on
            predecessors.predecessor_key = former.commune_key
            and predecessors.period = former.period
            and former.covers_start
    inner join months on former.commune_key = months.commune_key and former.period = months.period
    group by predecessors.commune_key, predecessors.period, months.field
),

successions as (
    select
        commune_key,
        period,
        count(*) as predecessors,
        bool_and(is_whole) as are_whole
    from predecessors
    group by commune_key, period
),

-- The edition in force comes first, should somebody have sent both.
forms as (
    select
        figures_sent.commune_key,
        figures_sent.period,
        figures_sent.field,
        figures_sent.this_period,
        figures_sent.same_period_last_year,
        figures_sent.submission_id
    from {{ ref('fct_official_figures') }} as figures_sent
    inner join {{ ref('forms') }} as editions on figures_sent.form = editions.form
    qualify row_number() over (
        partition by figures_sent.commune_key, figures_sent.period, figures_sent.field
        order by
            last_day(figures_sent.last_month) >= editions.valid_from
            and last_day(figures_sent.last_month) < coalesce(editions.valid_to, date '9999-12-31') desc,
            figures_sent.form
    ) = 1
)

select
    listed.commune_key,
    listed.period,
    listed.field,
    listed.covers_start,
    listed.covers_end,
    months.value as own_months,
    case
        when listed.covers_start or listed.taken = 'last' then months.value
        when successions.are_whole and inherited.predecessors = successions.predecessors
            then case listed.taken when 'first' then inherited.value else inherited.value + months.value end
    end as months_value,
    coalesce(months.is_corrected, false) as is_own_corrected,
    case
        when listed.covers_start or listed.taken = 'last' then coalesce(months.is_corrected, false)
        when listed.taken = 'first' then coalesce(inherited.is_corrected, false)
        else coalesce(months.is_corrected, false) or coalesce(inherited.is_corrected, false)
    end as is_corrected,
    forms.this_period as form_value,
    forms.same_period_last_year as form_last_year,
    forms.submission_id
from listed
left join months
    on listed.commune_key = months.commune_key and listed.period = months.period and listed.field = months.field
left join successions on listed.commune_key = successions.commune_key and listed.period = successions.period
left join inherited
    on
        listed.commune_key = inherited.commune_key
        and listed.period = inherited.period
        and listed.field = inherited.field
left join forms
    on listed.commune_key = forms.commune_key and listed.period = forms.period and listed.field = forms.field
