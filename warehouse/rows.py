"""Rows that Python writes into tables of the store: dataclasses in, one insert out."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.stored.columns import column_types

_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}


def insert(connection: duckdb.DuckDBPyConnection, table: str, shape: type[Any], rows: Sequence[Any]) -> None:
    """Append `rows`, dataclasses of type `shape`, to the table of that name; a field is the column of its name."""
    columns = {
        name: pa.array([getattr(row, name) for row in rows], arrow_type(kind))
        for name, kind in column_types(shape).items()
    }
    connection.register("incoming", pa.table(columns))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    connection.unregister("incoming")


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type of a column's SQL type."""
    return pa.list_(_ARROW_TYPES[kind.removesuffix("[]")]) if kind.endswith("[]") else _ARROW_TYPES[kind]
