"""Looking for words in whatever a home may hold, however it is packed."""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

_PACKED = (".xlsx", ".xlsm", ".docx", ".ods", ".zip")


def places_with(words: Iterable[str], *folders: Path) -> list[str]:
    """Where one of the words stands below the folders: in a path, a file's bytes, a file that is packed in one, a
    table's column or a Parquet file's."""
    wanted = tuple(words)
    assert all(wanted)
    return [place for folder in folders for path in sorted(folder.rglob("*")) for place in _places(path, wanted)]


def _places(path: Path, words: tuple[str, ...]) -> Iterator[str]:
    if any(word in str(path) for word in words):
        yield str(path)
    if not path.is_file():
        return
    content = path.read_bytes()
    if _has(content, words):
        yield str(path)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            yield from (f"{path}!{name}" for name in package.namelist() if _has(package.read(name), words))
    # What DuckDB has compressed is read as it reads it, whatever the file is called (in a backup: its checksum).
    if content[8:12] == b"DUCK":
        yield from (f"{path}!{table}" for table in _tables_with(path, words))
    if content[:4] == b"PAR1" and _number(f"SELECT count(*) FROM (FROM read_parquet('{path}')) AS t", words):
        yield f"{path}!rows"


def _has(content: bytes, words: tuple[str, ...]) -> bool:
    return any(word.encode() in content for word in words)


def _tables_with(path: Path, words: tuple[str, ...]) -> Iterator[str]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH '{path}' AS searched (READ_ONLY)")
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'searched'"
        ).fetchall()
        assert tables
        for (table,) in tables:
            if _number(f"SELECT count(*) FROM searched.{table} AS t", words, connection):
                yield table


def _number(sql: str, words: tuple[str, ...], connection: duckdb.DuckDBPyConnection | None = None) -> int:
    found = " OR ".join("contains(CAST(t AS VARCHAR), ?)" for _ in words)
    row = (connection or duckdb).execute(f"{sql} WHERE {found}", list(words)).fetchone()
    assert row is not None
    return int(row[0])
