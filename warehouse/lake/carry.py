"""What was built in a file, put in the place of what a DuckLake has: all of it in one transaction, or nothing."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import duckdb

from warehouse.connections import transaction, writing
from warehouse.literals import quoted, quoted_list
from warehouse.published_tables import OF_DUCKDB
from warehouse.settings import Settings


def carry_over(settings: Settings, file: Path) -> None:
    """Every schema, table and view of the file. Raises what `writing` raises."""
    with writing(settings) as connection:
        connection.execute(f"ATTACH {quoted(file)} AS carried (READ_ONLY)")
        connection.execute("USE warehouse")
        try:
            with transaction(connection):
                for schema in _schemas(connection, "warehouse"):
                    connection.execute(f"DROP SCHEMA warehouse.{schema} CASCADE")
                for schema in _schemas(connection, "carried"):
                    connection.execute(f"CREATE SCHEMA warehouse.{schema}")
                _carry_tables(connection)
                _carry_views(connection)
        finally:
            connection.execute("USE memory")
            connection.execute("DETACH carried")


def _schemas(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    rows = connection.execute(
        f"SELECT schema_name FROM duckdb_schemas() WHERE database_name = {quoted(database)}"
        f" AND schema_name NOT IN ({quoted_list(OF_DUCKDB)}) ORDER BY ALL"
    ).fetchall()
    return [schema for (schema,) in rows]


def _carry_tables(connection: duckdb.DuckDBPyConnection) -> None:
    tables = connection.execute(
        "SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables() WHERE database_name = 'carried'"
        " ORDER BY ALL"
    ).fetchall()
    for (table,) in tables:
        connection.execute(f"CREATE TABLE warehouse.{table} AS FROM carried.{table}")


def _carry_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Each after those that it is made of, which no list says."""
    left: Mapping[str, str] = dict(
        connection.execute(
            "SELECT schema_name || '.' || view_name, sql FROM duckdb_views()"
            " WHERE database_name = 'carried' AND NOT internal ORDER BY ALL"
        ).fetchall()
    )
    while left:
        made = set()
        for name, sql in left.items():
            with suppress(duckdb.CatalogException, duckdb.BinderException):
                connection.execute(sql)
                made.add(name)
        if not made:
            raise duckdb.CatalogException(f"views that cannot be made: {', '.join(sorted(left))}")
        left = {name: sql for name, sql in left.items() if name not in made}
