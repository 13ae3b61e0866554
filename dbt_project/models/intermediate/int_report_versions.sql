with accepted as (
    select
        submission_id,
        file_name,
        commune_key,
        commune_code,
        month,
        version,
        received_at,
        received_on
    from {{ ref('stg_submissions') }}
    where kind = 'report' and status = 'accepted'
)

select
    -- A small number in place of the hash: the joins below it stay small.
    cast(row_number() over (order by month, commune_key, version, submission_id) as integer) as submission_number,
    submission_id,
    file_name,
    commune_key,
    commune_code,
    month,
    version,
    version = max(version) over (partition by commune_key, month) as is_newest,
    received_at,
    received_on
from accepted
