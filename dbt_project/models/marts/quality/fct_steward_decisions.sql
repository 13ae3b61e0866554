-- The contract names the columns.
select * -- noqa: AM04
from {{ ref('stg_decisions') }}
