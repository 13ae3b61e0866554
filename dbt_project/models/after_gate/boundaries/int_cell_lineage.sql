{{ config(materialized='view') }}

-- The one place that says which cells are the same cell at different times.
select
    cell_key,
    lineage_key
from {{ ref('dim_cell') }}
