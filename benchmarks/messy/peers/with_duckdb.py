"""DuckDB's excel extension: `read_xlsx`, its first row the header."""

from pathlib import Path

import duckdb
import python_calamine
from duckdb_extensions import import_extension

from benchmarks.messy.peers.tables import Table
from benchmarks.messy.sheets import letter


def tables(file: Path) -> list[Table]:
    import_extension("excel")
    names = python_calamine.CalamineWorkbook.from_path(file).sheet_names
    with duckdb.connect() as connection:
        connection.execute("load excel")
        return [_table(connection, file, name) for name in names]


def _table(connection: duckdb.DuckDBPyConnection, file: Path, sheet: str) -> Table:
    found = connection.execute(
        "select * from read_xlsx(?, sheet = ?, header = true, all_varchar = true)", [str(file), sheet]
    )
    headers = {letter(place): str(column[0]) for place, column in enumerate(found.description or (), 1)}
    rows = [
        (number, {letter(place): value for place, value in enumerate(row, 1)})
        # Every sheet of the benchmark begins in its first row.
        for number, row in enumerate(found.fetchall(), 2)
    ]
    return Table(headers, rows)
