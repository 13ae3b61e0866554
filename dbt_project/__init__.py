"""Report lines -> dimensions, facts, reconciliations, marts. SQL for dbt, and the function that runs it."""
