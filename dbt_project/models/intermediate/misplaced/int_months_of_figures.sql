-- Which month the figures of a report belong to: what stood in each cell at the month's beginning and at its end
-- (members, and admissions in the year and in the term so far) against what other reports say of these days. Only
-- figures that differ between the two months count, so a quiet month is evidence for neither. Nothing is said about a
-- month that has no report beside it, and a commune that leaves months out is still in the right month.
{%- set fewest_cells = 3 %}
{%- set months_compared = 12 %}
with reports as (
    select
        submission_id,
        commune_key,
        month,
        version,
        received_at,
        received_on
    from {{ ref('stg_submissions') }}
    where kind = 'report' and status = 'accepted'
),

touched as (
    select *
    from reports
    where {{ is_touched('reports') }}
),

-- Nearly every report goes on from the one of the month before, and is not looked at any further.
carried as (
    select
        versions.submission_id,
        count(*) filter (where rules.field = 'opening') as openings,
        count(distinct lines.cell_match) filter (where reconciled.reported != reconciled.expected) as cells_in_doubt
    from {{ ref('int_reconciled_carried_forward') }} as reconciled
    inner join {{ ref('stg_rules') }} as rules on reconciled.rule_id = rules.rule_id
    inner join {{ ref('int_report_versions') }} as versions
        on reconciled.submission_number = versions.submission_number
    inner join {{ ref('int_report_lines') }} as lines on reconciled.line_id = lines.line_id
    where rules.kind = 'carry_forward' and versions.variant = 'sent'
    group by versions.submission_id
),

in_question as (
    select touched.*
    from touched
    left join carried on touched.submission_id = carried.submission_id
    where
        coalesce(carried.openings, 0) = 0
        or carried.cells_in_doubt >= {{ fewest_cells }}
),

others as (
    select
        in_question.submission_id as asked_id,
        in_question.month as asked_month,
        reports.submission_id,
        reports.commune_key,
        reports.month,
        reports.version,
        -- When two reports have the same figures, the title of the one that came first is believed.
        (reports.received_at, reports.month) > (in_question.received_at, in_question.month) as came_later
    from in_question
    inner join reports
        on
            in_question.commune_key = reports.commune_key
            and in_question.submission_id != reports.submission_id
            and in_question.received_on >= reports.received_on
            and abs(date_diff('month', reports.month, in_question.month)) <= {{ months_compared }}
    -- Of the month itself the first version, for later ones.
    where in_question.month != reports.month or (reports.version = 1 and in_question.version > 1)
),

needed as (
    select submission_id
    from in_question
    where
        exists (
            select 1
            from others
            where others.asked_id = in_question.submission_id
        )
    union
    select submission_id
    from others
),

every_figure as (
    {%- for figure, form, at_start, at_end in [
        ('ytd', 'kn1', 'lines.admitted_ytd - lines.admitted', 'lines.admitted_ytd'),
        ('ttd', 'kn1', 'lines.admitted_ttd - lines.admitted', 'lines.admitted_ttd'),
        ('members', 'kn3', 'lines.opening', 'lines.closing'),
    ] %}
        select
            lines.submission_id,
            hash(lower(trim(lines.cell_name))) as cell_hash,
            '{{ figure }}' as figure,
            {{ at_start }} as at_start,
            {{ at_end }} as at_end
        from {{ ref('stg_report_lines_' ~ form) }} as lines
        where lines.line_kind = 'cell' and lines.submission_id in (select needed.submission_id from needed)
        {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- Two rows of the same name cannot be told apart.
figures as (
    select *
    from every_figure
    qualify count(*) over (partition by submission_id, cell_hash, figure) = 1
),

asked as (
    select
        in_question.submission_id,
        in_question.commune_key,
        in_question.month,
        figures.cell_hash,
        figures.figure,
        unnest(['start', 'end']) as side,
        unnest([figures.at_start, figures.at_end]) as value
    from in_question
    inner join figures on in_question.submission_id = figures.submission_id
    where in_question.submission_id in (select others.asked_id from others)
),

terms_begin as (
    select distinct
        commune_key,
        first_month as month
    from {{ ref('int_commune_terms') }}
),

-- The month of the title first: another one is looked for only where the figures are not those of the title's.
next_to_the_title as (
    select *
    from others
    where abs(date_diff('month', month, asked_month)) <= 1
),

said_of_the_title as (
    {{ figures_on_days('next_to_the_title') }}
),

known_of_the_title as (
    select
        asked_id,
        side,
        is_the_month_itself,
        cell_hash,
        figure,
        value
    from said_of_the_title
    where month = asked_month
    union all
    -- A sum that begins with the month is known without any report.
    select
        asked.submission_id as asked_id,
        asked.side,
        false as is_the_month_itself,
        asked.cell_hash,
        asked.figure,
        0 as value
    from asked
    left join terms_begin on asked.commune_key = terms_begin.commune_key and asked.month = terms_begin.month
    where
        asked.side = 'start'
        and (
            (asked.figure = 'ytd' and month(asked.month) = 1)
            or (asked.figure = 'ttd' and terms_begin.month is not null)
        )
),

of_the_title as (
    select
        asked.submission_id,
        asked.cell_hash,
        asked.figure,
        asked.side,
        coalesce(
            bool_or(asked.value = known.value) filter (where not known.is_the_month_itself),
            bool_or(asked.value = known.value)
        ) as agrees
    from asked
    inner join known_of_the_title as known
        on
            asked.submission_id = known.asked_id
            and asked.cell_hash = known.cell_hash
            and asked.figure = known.figure
            and asked.side = known.side
    where asked.value is not null and known.value is not null
    group by asked.submission_id, asked.cell_hash, asked.figure, asked.side
),

doubtful as (
    select submission_id
    from of_the_title
    group by submission_id
    having count(distinct cell_hash) filter (where not agrees) >= {{ fewest_cells }}
),

sources_for_the_doubtful as (
    select others.*
    from others
    inner join doubtful on others.asked_id = doubtful.submission_id
    qualify row_number() over (partition by others.asked_id, others.month order by others.version desc) = 1
),

said as (
    {{ figures_on_days('sources_for_the_doubtful') }}
),

weighed as (
    select
        asked.submission_id,
        said.month,
        count(distinct asked.cell_hash) filter (where asked.value = said.value and not titled.agrees) as cells,
        count(*) filter (where asked.value = said.value and not titled.agrees) as speaks_for,
        count(*) filter (
            where asked.value = said.value and not titled.agrees and asked.figure = 'members'
        ) as of_members,
        count(*) filter (where asked.value != said.value and titled.agrees) as speaks_against,
        count(*) filter (where asked.value != said.value) as disagrees,
        count(*) as compared
    from asked
    inner join said
        on
            asked.submission_id = said.asked_id
            and asked.cell_hash = said.cell_hash
            and asked.figure = said.figure
            and asked.side = said.side
    left join sources_for_the_doubtful as itself
        on said.asked_id = itself.asked_id and said.month = itself.month and said.source_month = itself.month
    left join of_the_title as titled
        on
            asked.submission_id = titled.submission_id
            and asked.cell_hash = titled.cell_hash
            and asked.figure = titled.figure
            and asked.side = titled.side
    where
        said.month != said.asked_month
        and not coalesce(itself.came_later, false)
        and asked.value is not null
        and said.value is not null
    group by asked.submission_id, said.month
),

-- Where the other month's own report has come, what went on in the month must be the same, too: otherwise it is this
-- month's report, made from an older one.
movements as (
    select
        sources.asked_id as submission_id,
        sources.month,
        count(*) as cells,
        count(*) filter (
            where in_hand.at_end - in_hand.at_start = figures.at_end - figures.at_start
        ) as same_cells
    from sources_for_the_doubtful as sources
    inner join figures on sources.submission_id = figures.submission_id
    inner join figures as in_hand
        on
            sources.asked_id = in_hand.submission_id
            and figures.cell_hash = in_hand.cell_hash
            and figures.figure = in_hand.figure
    where in_hand.at_end != in_hand.at_start or figures.at_end != figures.at_start
    group by sources.asked_id, sources.month
),

another_month as (
    select
        weighed.submission_id,
        weighed.month,
        weighed.cells
    from weighed
    left join movements
        on weighed.submission_id = movements.submission_id and weighed.month = movements.month
    where
        coalesce(movements.same_cells >= 0.75 * movements.cells, true)
        and weighed.cells >= {{ fewest_cells }}
        and weighed.of_members > 0
        and weighed.of_members < weighed.speaks_for
        and weighed.speaks_against <= 0.1 * weighed.speaks_for
        and weighed.disagrees <= 0.05 * weighed.compared
    qualify
        row_number() over (
            partition by weighed.submission_id
            order by weighed.disagrees asc, weighed.speaks_for desc, weighed.compared desc, weighed.month desc
        ) = 1
),

told as (
    select distinct submission_id
    from of_the_title
    union
    select submission_id
    from carried
    where openings > 0
)

select
    touched.submission_id,
    another_month.month as other_month,
    coalesce(another_month.cells, 0) as cells
from touched
inner join told on touched.submission_id = told.submission_id
left join another_month on touched.submission_id = another_month.submission_id
