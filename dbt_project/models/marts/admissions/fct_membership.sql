{{ config(materialized='incremental', incremental_strategy='touched_months', on_schema_change='fail') }}

{{ cell_figures('KN-3', figures_of('KN-3')) }}
