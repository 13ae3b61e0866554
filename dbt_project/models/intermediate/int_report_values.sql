-- UNPIVOT leaves blanks out: a value that is not here was not reported.
with kn1_figures as (
    select
        submission_id,
        line_number,
        cast(admitted as double) as admitted,
        cast(women as double) as women,
        cast(ethnic_minority as double) as ethnic_minority,
        cast(religious as double) as religious,
        cast(youth_union as double) as youth_union,
        cast(age_18_30 as double) as age_18_30,
        cast(age_31_40 as double) as age_31_40,
        cast(age_41_50 as double) as age_41_50,
        cast(age_over_50 as double) as age_over_50,
        cast(occupation_farmer as double) as occupation_farmer,
        cast(occupation_worker as double) as occupation_worker,
        cast(occupation_official as double) as occupation_official,
        cast(occupation_armed_forces as double) as occupation_armed_forces,
        cast(occupation_student as double) as occupation_student,
        cast(occupation_other as double) as occupation_other,
        cast(private_enterprise as double) as private_enterprise,
        cast(demobilised as double) as demobilised,
        cast(militia as double) as militia,
        cast(neighbourhood_head as double) as neighbourhood_head,
        cast(admitted_ytd as double) as admitted_ytd,
        cast(admitted_ttd as double) as admitted_ttd,
        cast(year_target as double) as year_target,
        cast(attainment_pct as double) as attainment_pct
    from {{ ref('stg_report_lines_kn1') }}
),

kn2_figures as (
    select
        submission_id,
        line_number,
        cast(candidates as double) as candidates,
        cast(candidates_women as double) as candidates_women,
        cast(candidates_ethnic_minority as double) as candidates_ethnic_minority,
        cast(introduced_youth_union as double) as introduced_youth_union,
        cast(introduced_womens_union as double) as introduced_womens_union,
        cast(introduced_farmers as double) as introduced_farmers,
        cast(introduced_veterans as double) as introduced_veterans,
        cast(introduced_trade_union as double) as introduced_trade_union,
        cast(introduced_other as double) as introduced_other,
        cast(class_attended as double) as class_attended,
        cast(under_verification as double) as under_verification,
        cast(files_complete as double) as files_complete
    from {{ ref('stg_report_lines_kn2') }}
),

kn3_figures as (
    select
        submission_id,
        line_number,
        cast(opening as double) as opening,
        cast(increase_admitted as double) as increase_admitted,
        cast(increase_transferred_in as double) as increase_transferred_in,
        cast(increase_reinstated as double) as increase_reinstated,
        cast(decrease_transferred_out as double) as decrease_transferred_out,
        cast(decrease_deceased as double) as decrease_deceased,
        cast(decrease_expelled as double) as decrease_expelled,
        cast(decrease_struck_off as double) as decrease_struck_off,
        cast(decrease_resigned as double) as decrease_resigned,
        cast(closing as double) as closing,
        cast(age_to_30 as double) as age_to_30,
        cast(age_31_40 as double) as age_31_40,
        cast(age_41_50 as double) as age_41_50,
        cast(age_51_60 as double) as age_51_60,
        cast(age_over_60 as double) as age_over_60,
        cast(mean_age as double) as mean_age,
        cast(head_is_member as double) as head_is_member
    from {{ ref('stg_report_lines_kn3') }}
),

figures as (
    select
        'KN-1' as form,
        submission_id,
        line_number,
        field,
        value
    from kn1_figures
    unpivot (value for field in (
        admitted,
        women,
        ethnic_minority,
        religious,
        youth_union,
        age_18_30,
        age_31_40,
        age_41_50,
        age_over_50,
        occupation_farmer,
        occupation_worker,
        occupation_official,
        occupation_armed_forces,
        occupation_student,
        occupation_other,
        private_enterprise,
        demobilised,
        militia,
        neighbourhood_head,
        admitted_ytd,
        admitted_ttd,
        year_target,
        attainment_pct
    ))
    union all
    select
        'KN-2' as form,
        submission_id,
        line_number,
        field,
        value
    from kn2_figures
    unpivot (value for field in (
        candidates,
        candidates_women,
        candidates_ethnic_minority,
        introduced_youth_union,
        introduced_womens_union,
        introduced_farmers,
        introduced_veterans,
        introduced_trade_union,
        introduced_other,
        class_attended,
        under_verification,
        files_complete
    ))
    union all
    select
        'KN-3' as form,
        submission_id,
        line_number,
        field,
        value
    from kn3_figures
    unpivot (value for field in (
        opening,
        increase_admitted,
        increase_transferred_in,
        increase_reinstated,
        decrease_transferred_out,
        decrease_deceased,
        decrease_expelled,
        decrease_struck_off,
        decrease_resigned,
        closing,
        age_to_30,
        age_31_40,
        age_41_50,
        age_51_60,
        age_over_60,
        mean_age,
        head_is_member
    ))
)

select
    lines.line_id,
    lines.submission_number,
    lines.form,
    figures.field,
    figures.value
from figures
inner join {{ ref('int_rule_fields') }} as needed
    on figures.form = needed.form and figures.field = needed.field
inner join {{ ref('int_report_versions') }} as versions
    on figures.submission_id = versions.submission_id
inner join {{ ref('int_report_lines') }} as lines
    on
        versions.submission_number = lines.submission_number
        and figures.form = lines.form
        and figures.line_number = lines.line_number
