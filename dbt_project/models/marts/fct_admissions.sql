select
    {{ key_of(['versions.commune_key', 'lines.cell_match', 'lines.namesake']) }} as cell_key,
    versions.commune_key,
    versions.month,
    figures.admitted,
    figures.women,
    figures.ethnic_minority,
    figures.religious,
    figures.youth_union,
    figures.age_18_30,
    figures.age_31_40,
    figures.age_41_50,
    figures.age_over_50,
    figures.occupation_farmer,
    figures.occupation_worker,
    figures.occupation_official,
    figures.occupation_armed_forces,
    figures.occupation_student,
    figures.occupation_other,
    figures.private_enterprise,
    figures.demobilised,
    figures.militia,
    figures.neighbourhood_head,
    figures.admitted_ytd,
    figures.admitted_ttd,
    figures.year_target,
    versions.submission_id,
    lines.line_number,
    false as is_corrected
from {{ ref('int_report_lines') }} as lines
inner join {{ ref('int_report_versions') }} as versions
    on lines.submission_number = versions.submission_number
inner join {{ ref('stg_report_lines_kn1') }} as figures
    on versions.submission_id = figures.submission_id and lines.line_number = figures.line_number
where
    lines.form = 'KN-1'
    and lines.line_kind = 'cell'
    and versions.is_newest
    -- The gate: a month that still contradicts itself is left out whole, not replaced by an older version.
    and not exists (
        select 1
        from {{ ref('stg_held_back') }} as held_back
        where held_back.commune_key = versions.commune_key and held_back.month = versions.month
    )
