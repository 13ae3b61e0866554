select
    {{ key_of(['versions.commune_key', 'lines.cell_match', 'lines.namesake']) }} as cell_key,
    versions.commune_key,
    versions.month,
    {%- for figure in figures_of('KN-2') %}
    figures.{{ figure }},
    {%- endfor %}
    versions.submission_id,
    lines.line_number,
    false as is_corrected
from {{ ref('int_report_lines') }} as lines
inner join {{ ref('int_report_versions') }} as versions
    on lines.submission_number = versions.submission_number
inner join {{ ref('stg_report_lines_kn2') }} as figures
    on versions.submission_id = figures.submission_id and lines.line_number = figures.line_number
where
    lines.form = 'KN-2'
    and lines.line_kind = 'cell'
    and versions.is_newest
    -- The gate: a month that still contradicts itself is left out whole, not replaced by an older version.
    and not exists (
        select 1
        from {{ ref('stg_held_back') }} as held_back
        where held_back.commune_key = versions.commune_key and held_back.month = versions.month
    )
