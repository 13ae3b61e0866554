"""Where a figure stands: `B14` on a sheet that is known, `Sheet!B14` on any."""


def on_sheet(sheet: str | None, cell: str) -> str:
    """`B14` -> `Sheet!B14`; what names its sheet already stays as it is, and so does what is on no sheet."""
    return cell if "!" in cell or not sheet else f"{sheet}!{cell}"


def split(address: str) -> tuple[str, str]:
    """`Sheet!B14` -> its sheet and `B14`; the sheet is empty where none is named."""
    sheet, _, cell = address.rpartition("!")
    return sheet, cell


def on_sheet_sql(sheet: str = "sheet", cell: str = "cell") -> str:
    """SQL: the address of the cell in the column `cell` on the sheet in the column `sheet`."""
    return f"{sheet} || '!' || {cell}"
