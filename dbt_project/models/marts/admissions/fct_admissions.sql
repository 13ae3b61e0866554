{{ config(materialized='incremental', incremental_strategy='touched_months', on_schema_change='fail') }}

{{ cell_figures('KN-1', figures_of('KN-1') | reject('equalto', 'attainment_pct') | list) }}
