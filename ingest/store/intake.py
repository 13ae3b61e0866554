"""Writing what was received into `raw.*`, in one transaction a batch; and what is known of it already."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import duckdb

from ingest.store.bulk import MANY, parquet_source
from reference.trouble import Trouble
from warehouse.connections import transaction
from warehouse.files import naming
from warehouse.literals import quoted
from warehouse.tables import create_tables, stored_tables

Row = Mapping[str, Any]


class NotStorable(Trouble, ValueError):
    """A row holds what its table cannot; the text is what the store found."""

    text = "error_not_storable"


@dataclass(frozen=True)
class Batch:
    """Rows per table of schema `raw`; every row has the table's column names as keys (missing ones are NULL)."""

    rows: Mapping[str, Sequence[Row]]


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing in the store."""
    create_tables(connection)


#: Path, bytes and time of writing of an entry of the landing folder.
EntryKey = tuple[str, int, int]


def known_entries(connection: duckdb.DuckDBPyConnection) -> set[EntryKey]:
    """(path, bytes, modified_ns) of every entry of the landing folder that was accounted for."""
    return set(connection.execute("SELECT path, bytes, modified_ns FROM warehouse.raw.arrivals").fetchall())


def known_contents(connection: duckdb.DuckDBPyConnection) -> dict[EntryKey, frozenset[str | None]]:
    """The same, with the contents that were found there (None: it was passed over)."""
    rows = connection.execute(
        "SELECT path, bytes, modified_ns, list(DISTINCT submission_id), count(*) > count(submission_id)"
        " FROM warehouse.raw.arrivals GROUP BY ALL"
    ).fetchall()
    return {
        (path, size, modified_ns): frozenset([*(found or ()), *([None] if passed_over else [])])
        for path, size, modified_ns, found, passed_over in rows
    }


def known_submissions(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """submission_id -> reason of refusal (None: accepted)."""
    return dict(connection.execute("SELECT submission_id, reason FROM warehouse.raw.submissions").fetchall())


def write_batch(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    scratch: Path,
    before_commit: Callable[[], None] = lambda: None,
) -> None:
    """Insert a batch and number the versions anew where it brought one. All of it, or nothing.

    `scratch` is a folder for files that are gone when this returns. `before_commit` is called when everything is
    inserted, and may still stop it. Raises NotStorable.
    """
    with transaction(connection):
        for table, rows in batch.rows.items():
            if rows:
                _insert(connection, table, rows, scratch)
        _number_versions(connection)
        before_commit()


def try_batch(connection: duckdb.DuckDBPyConnection, batch: Batch, scratch: Path) -> None:
    """Raise NotStorable if the batch could not be inserted; nothing is."""

    def not_meant() -> None:
        raise _OnlyTried

    with suppress(_OnlyTried):
        write_batch(connection, batch, scratch, not_meant)


class _OnlyTried(Exception):
    """The end of a trial."""


def replace_submissions(
    connection: duckdb.DuckDBPyConnection, submission_ids: Sequence[str], batch: Batch, scratch: Path
) -> None:
    """Put a new reading of these submissions in the place of the old one; arrivals stay. All of it, or nothing."""
    ids = ", ".join(map(quoted, submission_ids))
    with transaction(connection):
        for table, columns in stored_tables().items():
            if table.startswith("raw.") and "submission_id" in columns and table != "raw.arrivals":
                connection.execute(f"DELETE FROM warehouse.{table} WHERE submission_id IN ({ids})")
        for table, rows in batch.rows.items():
            if rows:
                _insert(connection, table, rows, scratch)
        _number_versions(connection)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row], scratch: Path) -> None:
    """Through a file of JSON: the other ways into DuckDB import a library first, half a second for a few rows. Many
    rows are worth it."""
    columns = stored_tables()[f"raw.{table}"]
    with (
        naming(scratch),
        tempfile.NamedTemporaryFile("w", dir=scratch, prefix=".incoming-", encoding="utf-8") as file,
    ):
        source = parquet_source(rows, columns, Path(file.name)) if len(rows) >= MANY else None
        if source is None:
            source = _json_source(rows, columns, table, file)
        try:
            connection.execute(f"INSERT INTO warehouse.raw.{table} BY NAME FROM {source}")
        except (duckdb.ConversionException, duckdb.OutOfRangeException, duckdb.InvalidInputException) as error:
            raise NotStorable(f"{table}: {error}") from error


def _json_source(rows: Sequence[Row], columns: Mapping[str, str], table: str, file: IO[str]) -> str:
    # In one piece: encoding row by row costs several times as much.
    try:
        file.write(json.dumps(rows, ensure_ascii=False, default=str, allow_nan=False))
    except (ValueError, TypeError) as error:
        raise NotStorable(f"{table}: {error}") from error
    file.flush()
    shape = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    return f"read_json({quoted(file.name)}, format = 'array', columns = {{{shape}}})"


def _number_versions(connection: duckdb.DuckDBPyConnection) -> None:
    """Versions 1, 2, … of each commune and month (of official forms: each office and period) that has a submission
    without a number, in the order of arrival; the order of loading plays no part."""
    connection.execute(
        """
        UPDATE warehouse.raw.submissions AS submissions
        SET version = numbered.version
        FROM (
            WITH counted AS (
                SELECT
                    submission_id, version, received_at, modified_at, path,
                    -- The commission's own official forms have no commune, official forms have no month.
                    concat_ws('|', kind, coalesce(commune_key, ''), coalesce(CAST(month AS VARCHAR), ''),
                        coalesce(period, '')) AS slot
                FROM warehouse.raw.submissions
                WHERE status = 'accepted' AND kind IN ('report', 'official')
            )
            SELECT
                submission_id,
                row_number() OVER (
                    PARTITION BY slot ORDER BY received_at, modified_at, path, submission_id
                ) AS version
            FROM counted
            WHERE slot IN (SELECT slot FROM counted WHERE version IS NULL)
        ) AS numbered
        WHERE submissions.submission_id = numbered.submission_id
            AND submissions.version IS DISTINCT FROM numbered.version
        """
    )
