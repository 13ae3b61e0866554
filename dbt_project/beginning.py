"""What dbt makes of a store into which nothing has come yet: a new store begins with it, and needs no dbt.

In: such a store, which `python -m dbt_project.get_ready` has dbt build once for an installation. Out: its tables and
views in another store, with the ledger's word of what they were made of. From then on that store is like any that dbt
has built: what is made of reports, settings and decisions is made anew (replay.py).
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from dbt_project.recording import Recording
from warehouse.connections import transaction
from warehouse.ledger import DERIVED
from warehouse.literals import quoted

_OF_DBT = f"schema_name IN ({', '.join(map(quoted, DERIVED))})"


def begin_with(connection: duckdb.DuckDBPyConnection, empty: Path, recordings: Iterable[Recording]) -> None:
    """Give the store that is open, and has nothing of dbt's yet, what dbt has built in the `empty` one.

    All of it comes at once, or nothing. `recordings`: what dbt ran for it, in this order.
    """
    connection.execute(f"ATTACH {quoted(empty)} AS empty_store (READ_ONLY)")
    connection.execute("USE warehouse")
    try:
        with transaction(connection):
            _copy(connection, recordings)
    finally:
        connection.execute("USE memory")
        connection.execute("DETACH empty_store")


def has_nothing(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether dbt has made nothing of the store that is open."""
    found = connection.execute(f"SELECT 1 FROM duckdb_schemas() WHERE database_name = 'warehouse' AND {_OF_DBT}")
    return not found.fetchall()


def _copy(connection: duckdb.DuckDBPyConnection, recordings: Iterable[Recording]) -> None:
    empty = f"WHERE database_name = 'empty_store' AND {_OF_DBT}"
    for (schema,) in connection.execute(f"SELECT schema_name FROM duckdb_schemas() {empty}").fetchall():
        connection.execute(f"CREATE SCHEMA {schema}")
    tables = connection.execute(f"SELECT schema_name || '.' || table_name, sql FROM duckdb_tables() {empty}").fetchall()
    for name, sql in tables:
        connection.execute(sql)
        connection.execute(f"INSERT INTO warehouse.{name} FROM empty_store.{name}")
    views = dict(connection.execute(f"SELECT view_name, sql FROM duckdb_views() {empty}").fetchall())
    # Some are made of others: in the order in which dbt made them.
    for name in (step.node.rpartition(".")[2] for recording in recordings for step in recording.steps):
        if name in views:
            connection.execute(views.pop(name))
    if views:
        raise ValueError(f"no recording has the views {', '.join(views)}")
    for table in ("built_with", "built_nodes"):
        connection.execute(f"DELETE FROM warehouse.ledger.{table}")
        connection.execute(f"INSERT INTO warehouse.ledger.{table} FROM empty_store.ledger.{table}")
