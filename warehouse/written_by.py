"""Which version of this software has written what is kept, and the way back from an update.

The store says it in a table (so does the published file, which is made of it), the archive in a file beside the
journals. A version that is newer than this one may have written what this one does not understand: nothing is written
over it. Before the first writing after an update the store is kept aside as it was.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import duckdb

from warehouse.files import flush, naming, write_private
from warehouse.literals import quoted
from warehouse.software import is_newer, software_version
from warehouse.stored.columns import column_types
from warehouse.stored.raw import WrittenByRow

#: Goes up when an older software could not go on with the archive, or its journals, as this one writes them.
FORMAT = 1
TABLE = "warehouse.raw.written_by"
_ARCHIVE = "written_by.json"


def ours() -> WrittenByRow:
    return WrittenByRow(FORMAT, software_version())


def mark_in(connection: duckdb.DuckDBPyConnection) -> WrittenByRow | None:
    """Who wrote the attached store or published file; None where nothing says so."""
    try:
        row = connection.execute(f"SELECT format, software FROM {TABLE}").fetchone()
    except duckdb.CatalogException:
        return None
    return WrittenByRow(*row) if row else None


def is_by_newer(mark: WrittenByRow) -> bool:
    return mark.format > FORMAT or is_newer(mark.software)


def enter(connection: duckdb.DuckDBPyConnection) -> None:
    """From now on the store is ours."""
    if mark_in(connection) != ours():
        columns = ", ".join(f"{name} {kind}" for name, kind in column_types(WrittenByRow).items())
        connection.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} ({columns})")
        connection.execute(f"DELETE FROM {TABLE}")
        # Written out: for values that are handed over DuckDB imports pandas.
        connection.execute(f"INSERT INTO {TABLE} VALUES ({FORMAT}, {quoted(software_version())})")


def has_something(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        connection.execute(
            "SELECT 1 FROM duckdb_tables() WHERE database_name = 'warehouse' AND schema_name = 'raw' LIMIT 1"
        ).fetchone()
    )


def kept_before(store: Path) -> Path | None:
    """The store as it was before the last update, where it is kept."""
    found = store.parent.glob(f"{store.stem}.before-*{store.suffix}")
    return max(found, key=lambda each: each.stat().st_mtime_ns, default=None)


def keep_aside(store: Path) -> Path:
    """Keep a copy of the store, which nobody has open, in the place of the one before the update before. Raises
    OSError, naming it: then nothing has changed."""
    kept = store.with_name(f"{store.stem}.before-{software_version()}{store.suffix}")
    former = kept_before(store)
    unfinished = kept.with_name(f".{kept.name}.part")
    with naming(kept, unfinished):
        try:
            shutil.copyfile(store, unfinished)
            unfinished.chmod(0o600)
            flush(unfinished)
            unfinished.replace(kept)
            flush(kept.parent)
        finally:
            unfinished.unlink(missing_ok=True)
    if former is not None and former != kept:
        former.unlink()
    return kept


def mark_of_archive(archive: Path) -> WrittenByRow | None:
    """Which version has added to the archive last; None where nothing says so."""
    try:
        values = json.loads((archive / _ARCHIVE).read_bytes())
        return WrittenByRow(int(values["format"]), str(values["software"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def enter_in_archive(archive: Path) -> None:
    """From now on it is ours. Raises OSError, naming the file."""
    if mark_of_archive(archive) != ours():
        write_private(archive / _ARCHIVE, (json.dumps(asdict(ours())) + "\n").encode())
