{{ config(materialized='incremental', incremental_strategy='touched_months', on_schema_change='fail') }}

{{ cell_figures('KN-2', figures_of('KN-2')) }}
