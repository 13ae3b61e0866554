select
    {{ key_of(['commune_key', 'period_kind', 'period', 'version']) }} as target_key,
    commune_key,
    commune_code,
    period_kind,
    period,
    term,
    year,
    version,
    target,
    covers_from,
    covers_to,
    effective_on,
    effective_until,
    submission_id,
    line_number,
    sheet,
    cell
from {{ ref('int_target_versions') }}
