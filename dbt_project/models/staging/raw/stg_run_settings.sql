select
    today,
    due_day,
    scope,
    scope_name
from {{ source('raw', 'run_settings') }}
