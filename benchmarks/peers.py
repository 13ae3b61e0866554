"""The peers: what the same files cost with the tools that an analyst would otherwise use.

`python -m benchmarks.peers pandas FOLDER` opens every workbook with pandas and openpyxl and reads its sheets;
`… calamine FOLDER` does so with python-calamine alone. Neither finds a header, types a value or stores anything.
"""

import sys
from pathlib import Path


def workbooks(folder: Path) -> list[Path]:
    """Every .xlsx below a folder, in one order."""
    return sorted(folder.rglob("*.xlsx"))


def open_with_pandas(folder: Path) -> int:
    import pandas as pd

    return sum(len(pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")) for path in workbooks(folder))


def open_with_calamine(folder: Path) -> int:
    import python_calamine as calamine

    sheets = 0
    for path in workbooks(folder):
        workbook = calamine.CalamineWorkbook.from_path(path)
        sheets += sum(len(workbook.get_sheet_by_name(name).to_python()) > 0 for name in workbook.sheet_names)
    return sheets


if __name__ == "__main__":
    peer = {"pandas": open_with_pandas, "calamine": open_with_calamine}[sys.argv[1]]
    if not peer(Path(sys.argv[2])):
        sys.exit("no sheets were read")
