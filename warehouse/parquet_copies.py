"""The published tables as Parquet, for whoever has no DuckDB: one folder per schema, one file per table; of a large
table that has months or periods a folder with a file for each year, so that what is past need not be written again.

Each file says in its footer what it was made of; those that are there already are taken over.
"""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import duckdb

from warehouse.checksums import write_sums
from warehouse.files import flush_all
from warehouse.literals import quoted
from warehouse.relations import MONTH, PERIOD, UNTOLD, Relation, rows_of

_SCHEMAS = ("quality", "marts")
#: A table with more rows has a file for each year.
LARGE = 500_000
#: The file of rows of no year.
_NO_YEAR = "undated"


@dataclass(frozen=True)
class _Copy:
    """A file: its place in the folder, the rows that it is of, and the digest of what it is made of."""

    place: Path
    rows: str
    digest: str


def write_parquet(
    connection: duckdb.DuckDBPyConnection, relations: Sequence[Relation], folder: Path, unfinished: Path
) -> None:
    """Marts and quality into a new folder. What `folder` has of it already is taken over."""
    known = _digests_of_files(connection, folder)
    for relation in relations:
        if relation.schema not in _SCHEMAS:
            continue
        for copy in _copies_of(relation):
            (unfinished / copy.place).parent.mkdir(parents=True, exist_ok=True)
            if known.get(folder / copy.place) == copy.digest:
                _take_over(folder / copy.place, unfinished / copy.place)
            else:
                connection.execute(
                    f"COPY ({copy.rows}) TO {quoted(unfinished / copy.place)}"
                    f" (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{digest: {quoted(copy.digest)}}})"
                )
    write_sums(unfinished)
    _open_to_readers(unfinished)


def exchange_parquet(folder: Path, unfinished: Path) -> None:
    """Put the new folder in the place of the former one."""
    flush_all()
    former = folder.with_name(f".{folder.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if folder.exists():
        folder.replace(former)
    unfinished.replace(folder)
    shutil.rmtree(former, ignore_errors=True)


def _copies_of(relation: Relation) -> Iterator[_Copy]:
    table, place = f"warehouse.{relation.full_name}", Path(relation.schema, f"{relation.name}.parquet")
    if relation.told_by not in (MONTH, PERIOD) or relation.rows < LARGE:
        yield _Copy(place, f"FROM {table}", relation.digest)
        return
    # The parts are there in the order of their names.
    for year, parts in groupby(relation.parts, lambda part: part.name[:4]):
        of_year = replace(relation, parts=tuple(parts))
        rows = rows_of("warehouse", relation, [part.name for part in of_year.parts])
        name = _NO_YEAR if year == UNTOLD else year
        yield _Copy(place / f"{name}.parquet", f"FROM {table} WHERE {rows}", of_year.digest)


def _open_to_readers(folder: Path) -> None:
    """Made as the store is, for its owner alone."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _digests_of_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[Path, str]:
    """File -> what it was made of; none where one of them cannot be read."""
    files = [str(path) for path in folder.rglob("*.parquet") if path.is_file()]
    if not files:
        return {}
    try:
        found = connection.execute(
            "SELECT file_name, decode(value) FROM parquet_kv_metadata($1) WHERE decode(key) = 'digest'", [files]
        ).fetchall()
    except duckdb.Error:
        return {}
    return {Path(name): digest for name, digest in found}


def _take_over(file: Path, place: Path) -> None:
    try:
        place.hardlink_to(file)
    except OSError:  # not every disk has links
        shutil.copyfile(file, place)
