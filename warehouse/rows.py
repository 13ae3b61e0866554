"""Rows that Python writes into tables of the store: dataclasses in, one insert out."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import duckdb
import pyarrow as pa

#: Columns that are no text.
_TYPES = {
    "cells": pa.list_(pa.string()),
    "failures": pa.list_(pa.string()),
    "reopen": pa.list_(pa.string()),
    "position": pa.int32(),
    "rank": pa.int32(),
    "namesake": pa.int32(),
    "value": pa.float64(),
    "value_before": pa.float64(),
    "value_after": pa.float64(),
    "proposed": pa.list_(pa.float64()),
    "settles": pa.list_(pa.string()),
    "is_clear": pa.bool_(),
    "from_month": pa.date32(),
    "until_month": pa.date32(),
    "plus_fields": pa.list_(pa.string()),
    "minus_fields": pa.list_(pa.string()),
    "month": pa.date32(),
    "run_at": pa.timestamp("us"),
    "first_seen_at": pa.timestamp("us"),
    "version": pa.int32(),
    "line_number": pa.int32(),
    "looked_at": pa.int64(),
    "failed": pa.int64(),
    "tolerance": pa.float64(),
    "relative_tolerance": pa.float64(),
    "low": pa.float64(),
    "high": pa.float64(),
    "lows": pa.list_(pa.float64()),
    "highs": pa.list_(pa.float64()),
    "rarity": pa.float64(),
    "codes": pa.list_(pa.string()),
    "reported": pa.float64(),
    "expected": pa.float64(),
    "difference": pa.float64(),
}


def insert(connection: duckdb.DuckDBPyConnection, table: str, shape: type[Any], rows: Sequence[Any]) -> None:
    """Append `rows`, dataclasses of type `shape`, to the table of that name; a field is the column of its name."""
    names = [field.name for field in fields(shape)]
    columns = {name: pa.array([getattr(row, name) for row in rows], _TYPES.get(name, pa.string())) for name in names}
    connection.register("incoming", pa.table(columns))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
    connection.unregister("incoming")
