{#- What the reports in `sources` say of a day: of the beginning and the end of their own month, of the end of the month
    before and of the beginning of the next one. A sum that begins again has nothing to say across that day but that it
    is 0. For int_months_of_figures, whose `figures` and `terms_begin` it reads. -#}
{% macro figures_on_days(sources) -%}
    select
        days.asked_id,
        days.asked_month,
        days.month,
        days.source_month,
        days.side,
        days.source_month = days.asked_month as is_the_month_itself,
        figures.cell_hash,
        figures.figure,
        case
            when days.source_month = days.month and days.side = 'start' then figures.at_start
            when days.source_month = days.month then figures.at_end
            when days.side = 'start'
                then
                    case
                        when figures.figure = 'ytd' and month(days.month) = 1 then 0
                        when figures.figure = 'ttd' and terms_begin.month is not null then 0
                        else figures.at_end
                    end
            when figures.figure = 'ytd' and month(days.source_month) = 1 then null
            when figures.figure = 'ttd' and terms_begin.month is not null then null
            else figures.at_start
        end as value
    from (
        select
            asked_id,
            asked_month,
            month as source_month,
            submission_id,
            commune_key,
            unnest([
                month,
                month,
                cast(month + interval 1 month as date),
                {{ month_before('month') }}
            ]) as month,
            unnest(['start', 'end', 'start', 'end']) as side
        from {{ sources }}
    ) as days
    inner join figures on days.submission_id = figures.submission_id
    left join terms_begin
        on
            days.commune_key = terms_begin.commune_key
            and terms_begin.month = case when days.side = 'start' then days.month else days.source_month end
{%- endmacro %}
