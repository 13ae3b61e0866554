"""Writing what was received into `raw.*`, in one transaction a batch; and what is known of it already."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.tables import create_tables

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """Rows per table of schema `raw`; every row has the table's column names as keys (missing ones are NULL)."""

    rows: Mapping[str, Sequence[Row]]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing in the store."""
    create_tables(connection)


def known_entries(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, int, int]]:
    """(path, bytes, modified_ns) of every entry of the landing folder that was accounted for."""
    return set(connection.execute("SELECT path, bytes, modified_ns FROM warehouse.raw.arrivals").fetchall())


def known_submissions(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """submission_id -> reason of refusal (None: accepted)."""
    return dict(connection.execute("SELECT submission_id, reason FROM warehouse.raw.submissions").fetchall())


def write_batch(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Insert a batch and number the versions anew where it brought one. All of it, or nothing."""
    connection.begin()
    try:
        for table, rows in batch.rows.items():
            _insert(connection, table, rows)
        _number_versions(connection, [row["submission_id"] for row in batch.rows.get("submissions", ())])
        connection.commit()
    except BaseException:
        # A commit that failed has ended the transaction itself.
        with suppress(duckdb.TransactionException):
            connection.rollback()
        raise


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns()"
        " WHERE database_name = 'warehouse' AND schema_name = 'raw' AND table_name = ? ORDER BY column_index",
        [table],
    ).fetchall()
    arrow = pa.table({name: pa.array([row.get(name) for row in rows], _ARROW_TYPES[kind]) for name, kind in columns})
    connection.register("incoming", arrow)
    try:
        connection.execute(f"INSERT INTO warehouse.raw.{table} BY NAME SELECT * FROM incoming")
    finally:
        connection.unregister("incoming")


_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}


def _number_versions(connection: duckdb.DuckDBPyConnection, submission_ids: Iterable[str]) -> None:
    """Versions 1, 2, … of each commune and month, in the order of arrival; the order of loading plays no part."""
    connection.execute(
        """
        UPDATE warehouse.raw.submissions AS submissions
        SET version = numbered.version
        FROM (
            SELECT
                submission_id,
                row_number() OVER (
                    PARTITION BY commune_key, month
                    ORDER BY received_at, modified_at, path, submission_id
                ) AS version
            FROM warehouse.raw.submissions
            WHERE status = 'accepted' AND kind = 'report' AND (commune_key, month) IN (
                SELECT (commune_key, month) FROM warehouse.raw.submissions
                WHERE submission_id IN (SELECT unnest(?))
            )
        ) AS numbered
        WHERE submissions.submission_id = numbered.submission_id
            AND submissions.version IS DISTINCT FROM numbered.version
        """,
        [list(submission_ids)],
    )
