select
    {{ key_of(['form', 'field']) }} as indicator_key,
    form,
    field,
    position,
    type,
    unit,
    name_vi,
    name_en,
    case
        when type in ('percent', 'years') then 'nothing'
        when form = 'BD-1' then 'classes and months'
        when
            form = 'KN-1' and carries is null and field != 'year_target'
            or field like 'increase\_%' escape '\'
            or field like 'decrease\_%' escape '\'
            then 'cells and months'
        when form = 'CT-1' then 'communes'
        else 'cells'
    end as additive_over,
    whole as part_of,
    partition,
    subset_of,
    carries as cumulative_since_start_of
from {{ ref('stg_fields') }}
where type in ('count', 'percent', 'years', 'decimal', 'flag')
