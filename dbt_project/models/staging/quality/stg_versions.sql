select
    submission_id,
    commune_key,
    month,
    version,
    open_critical,
    is_set_aside,
    is_newest,
    is_published
from {{ source('quality', 'versions') }}
