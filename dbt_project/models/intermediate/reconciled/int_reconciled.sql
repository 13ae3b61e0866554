{{ config(materialized='view') }}
-- A view: millions of lines stand in the tables of their kinds already, and whoever asks takes the columns needed. What
-- a kind does not say (a field, an address) is NULL; what knows no monthly report's line says itself whose it is, and
-- where. `source_row` tells the lines apart until the next build.
{% for kind in [
    ref('int_reconciled_column_totals'),
    ref('int_reconciled_row_identities'),
    ref('int_reconciled_subsets'),
    ref('int_reconciled_carried_forward'),
    ref('int_reconciled_cross_sheets'),
    ref('int_reconciled_percentages'),
    ref('int_reconciled_targets'),
    ref('int_reconciled_missing_sheets'),
    ref('int_reconciled_copies'),
    ref('int_reconciled_unread_values'),
    ref('int_reconciled_unread_columns'),
    ref('int_reconciled_ranges'),
    ref('int_reconciled_outliers'),
    ref('int_reconciled_missing_cells'),
    ref('int_reconciled_unexpected_cells'),
    ref('int_reconciled_late'),
    ref('int_reconciled_left_blank'),
    ref('int_reconciled_misplaced'),
    ref('int_reconciled_official'),
    ref('int_reconciled_two_communes'),
] -%}
    select
        *, -- noqa: AM04
        {{ loop.index }} * 1000000000000 + rowid as source_row
    from {{ kind }}
    {{ 'union all by name' if not loop.last }}
{% endfor %}
