{{ config(materialized='view') }}
-- The gate looks at every line and needs the place of those alone that fail: what it takes to say where a line stands
-- is here, and put together by whoever asks for it.
select
    compared.source_row,
    compared.rule_id,
    rules.form,
    rules.kind,
    versions.submission_number,
    versions.submission_id,
    versions.commune_key,
    versions.commune_code,
    versions.month,
    versions.version,
    versions.variant,
    versions.is_effective,
    versions.is_last_variant,
    versions.is_newest,
    compared.line_id,
    compared.sheet,
    cast(null as integer) as line_number,
    cast(null as varchar) as line_kind,
    compared.cell_match,
    compared.namesake,
    compared.cell_name,
    compared.field,
    compared.reported,
    compared.expected,
    coalesce(compared.reported, compared.taken_as) - compared.expected as difference,
    compared.cell,
    compared.other_cell,
    compared.other_sheet,
    compared.other_row,
    cast(null as varchar) as place,
    cast(null as varchar[]) as cells
from {{ ref('int_reconciled') }} as compared
inner join {{ ref('stg_rules') }} as rules on compared.rule_id = rules.rule_id
inner join {{ ref('int_report_versions') }} as versions
    on compared.submission_number = versions.submission_number
union all
select
    source_row,
    rule_id,
    form,
    kind,
    submission_number,
    submission_id,
    commune_key,
    commune_code,
    month,
    version,
    'sent' as variant,
    is_newest as is_effective,
    true as is_last_variant,
    is_newest,
    line_id,
    sheet,
    line_number,
    line_kind,
    cell_match,
    namesake,
    cell_name,
    field,
    reported,
    expected,
    difference,
    cell,
    other_cell,
    other_sheet,
    other_row,
    place,
    cells
from {{ ref('int_reconciled') }}
where submission_number is null
