-- Shares of more or less than one would multiply or lose the members of a cell.
select
    predecessor_cell_key,
    sum(share) as passed_on
from {{ ref('bridge_cell_succession') }}
group by predecessor_cell_key
having abs(sum(share) - 1) > 1e-9
