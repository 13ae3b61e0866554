select
    {{ key_of(["coalesce(lines.commune_key, '')", 'lines.form', 'lines.period', 'lines.field']) }}
        as official_figure_key,
    case when lines.commune_key is null then 'city' else 'commune' end as level,
    lines.commune_key,
    lines.commune_code,
    lines.form,
    lines.edition,
    lines.period,
    versions.first_month,
    versions.last_month,
    forms.position,
    lines.field,
    lines.this_period,
    lines.same_period_last_year,
    lines.pct,
    versions.form_version,
    lines.submission_id,
    lines.line_number,
    lines.sheet,
    lines.sheet_row,
    lines.cell
from {{ ref('stg_official_lines') }} as lines
inner join {{ ref('int_official_versions') }} as versions
    on
        lines.submission_id = versions.submission_id
        and lines.form = versions.form
        and lines.period = versions.period
        and versions.is_newest
inner join {{ ref('stg_official_forms') }} as forms on lines.form = forms.form and lines.field = forms.field
