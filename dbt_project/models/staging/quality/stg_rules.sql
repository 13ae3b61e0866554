select
    rule_id,
    form,
    kind,
    coalesce(
        nullif(line_kind, ''),
        case when kind in ('column_total', 'target') then 'total' else 'cell' end
    ) as line_kind,
    field,
    coalesce(plus_fields, []) as plus_fields,
    coalesce(minus_fields, []) as minus_fields,
    nullif(other_form, '') as other_form,
    nullif(other_field, '') as other_field,
    nullif(reset_at, '') as reset_at,
    low,
    high,
    coalesce(lows, []) as lows,
    coalesce(highs, []) as highs,
    rarity,
    coalesce(codes, []) as codes
from {{ source('quality', 'rules') }}
