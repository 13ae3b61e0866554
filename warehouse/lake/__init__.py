"""The store of an office that outgrows one machine: a DuckLake, its catalogue in PostgreSQL, its data on shared or
object storage."""
