"""What stands in each cell of a workbook, by address."""

from pathlib import Path
from typing import Any

import python_calamine as calamine

from benchmarks.messy.sheets import letter


def content_of(file: Path) -> dict[str, dict[str, Any]]:
    workbook = calamine.CalamineWorkbook.from_path(file)
    return {
        name: {
            f"{letter(column)}{row}": value
            for row, values in enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
            for column, value in enumerate(values, 1)
            if value != ""
        }
        for name in workbook.sheet_names
    }
