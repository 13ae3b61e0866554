"""frictionless, with the header that it detects and merged cells filled."""

from pathlib import Path

import python_calamine
from frictionless import Dialect, formats
from frictionless.resources import TableResource

from benchmarks.messy.peers.tables import Table
from benchmarks.messy.sheets import letter


def tables(file: Path) -> list[Table]:
    names = python_calamine.CalamineWorkbook.from_path(file).sheet_names
    return [_table(file, name) for name in names]


def _table(file: Path, sheet: str) -> Table:
    control = formats.ExcelControl(sheet=sheet, fill_merged_cells=file.suffix == ".xlsx")
    # Trusted: the path is an absolute one.
    resource = TableResource(path=file.name, basepath=str(file.parent), dialect=Dialect(controls=[control]))
    with resource:
        headers = {letter(place): str(label) for place, label in enumerate(resource.header, 1)}
        rows = [
            (row.row_number, {letter(place): value for place, value in enumerate(row.cells, 1)})
            for row in resource.row_stream
        ]
    return Table(headers, rows)
