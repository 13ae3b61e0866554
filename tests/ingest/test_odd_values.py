"""Whatever a cell holds, wherever it stands, the workbook is read, and what is told of it is valid JSON."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from ingest.archive import Provenance
from ingest.inspect import _object
from ingest.model import Reading
from ingest.reader import Context, read_workbook
from ingest.rows import rows_of
from reference.fields import MONTHLY_FORMS
from tests.ingest.plans.test_training import ROWS
from tests.ingest.sheets import plain_rows, sheet, workbook
from tests.ingest.variant_write import Page, write

CONTEXT = Context("district:105", date(2026, 1, 6))
ARRIVED = datetime(2020, 6, 1, tzinfo=UTC)
#: A title, a header, a column's number, a row's number, a name, a type, figures, a share, a note; a class's day.
PLACES = ("A4", "D7", "D8", "A9", "B9", "C9", "D9", "D10", "Z9", "AA9", "A12", "D12", "C20")
#: What stands in the cell, as the file has it.
CELLS = [
    "<v>NaN</v>",
    "<v>1e400</v>",
    "<v>-1e400</v>",
    "<v>Infinity</v>",
    "<v>inf</v>",
    "<v>9223372036854775808</v>",
    "<v>1e308</v>",
    "<v>-0</v>",
    "<v>4.9e-324</v>",
    f"<v>{'9' * 5000}</v>",
    "<v>99999999</v>",
    "<v>-1</v>",
    "<v>2958466</v>",
    '" t="b"><v>1</v>',
    '" t="d"><v>0000-13-45</v>',
    '" t="d"><v>9999-12-31T23:59:59</v>',
    '" t="e"><v>#NUM!</v>',
    *(
        f'" t="inlineStr"><is><t>{text}</t></is>'
        for text in (
            "9" * 5000,
            "1." * 4000,
            "1²",
            "²",
            "½",
            "-",
            "1.1",
            "NaN",
            "1e400",
            "Infinity",
            "٣",
            "Tháng ²/2020",
            "31/02/2020",
            "-0",
            "0.000",
            "x" * 40000,
            "&#xFFFD;",
        )
    ),
]


@cache
def sound() -> dict[str, bytes]:
    content = workbook([*(sheet(form, plain_rows(form)) for form in MONTHLY_FORMS), sheet("BD-1", ROWS)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_cell(address: str, cell: str, style: str) -> bytes:
    """The sound workbook with this cell on every sheet, in the row in which it belongs."""
    written = io.BytesIO()
    row = int(re.sub(r"\D", "", address))
    opening = f'<c r="{address}" s="{style}' + (cell if cell.startswith('"') else f'">{cell}')
    with zipfile.ZipFile(written, "w") as archive:
        for name, xml in sound().items():
            if name.startswith("xl/worksheets/"):
                text = re.sub(rf'<c r="{address}"(?: [^>]*)?(?:/>|>.*?</c>)', "", xml.decode())
                text = re.sub(rf'(<row r="{row}"[^>]*>)', lambda found: f"{found[1]}{opening}</c>", text)
                xml = text.encode()
            archive.writestr(name, xml)
    return written.getvalue()


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell[:40])
def test_an_odd_value_anywhere_leaves_a_reading_that_can_be_told_and_stored(cell: str) -> None:
    for address in PLACES:
        for style in ("0", "1"):
            reading = read_workbook(with_cell(address, cell, style), "KN_DongPhong_2020-05.xlsx", CONTEXT)
            assert reading.reason in (None, "month_unclear", "month_unknown", "unreadable_workbook"), (address, cell)
            json.dumps(_object_of(reading), allow_nan=False)
            provenance = Provenance(reading.sha256, "a", "a", 1, ARRIVED, ARRIVED, "a")
            stored = json.dumps(rows_of(reading, provenance), allow_nan=False, default=str)
            assert max(map(abs, map(float, re.findall(r'": (-?[\d.e+]+)[,}]', stored)))) <= 1e10


def _object_of(reading: Reading) -> object:
    return _object(Path("a"), reading)


@pytest.mark.parametrize("value", ["NaN", "1e400", "Infinity", "-0", "9" * 400, "", "x"])
def test_an_odd_office_value_is_unread_and_the_rest_is_read(value: str) -> None:
    pages = []
    for form in MONTHLY_FORMS:
        given = sheet(form, plain_rows(form))
        cells = {
            (row, column): each
            for row, values in enumerate(given.rows)
            for column, each in enumerate(values)
            if isinstance(each, (str, float)) and each != ""
        }
        pages.append(Page(given.name, cells))
    pages[0].cells[8, 3] = 77.0
    pages[2].cells[8, 18] = 77.0
    content = write(pages, "ods", "odfpy")
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given_archive, zipfile.ZipFile(written, "w") as archive:
        for name in given_archive.namelist():
            part = given_archive.read(name)
            archive.writestr(name, part.replace(b'office:value="77.0"', f'office:value="{value}"'.encode()))
    reading = read_workbook(written.getvalue(), "x.ods", CONTEXT)
    json.dumps(_object_of(reading), allow_nan=False)
    if reading.reason is None:
        admitted = reading.forms[0].lines[0].values["admitted"]
        assert admitted in (None, 0)
        assert admitted is None or value in ("-0",)
        assert [line.values["admitted"] for line in reading.forms[0].lines[1:]] == [0, 0, 0]
    else:
        assert (reading.reason, value in ("", "x")) == ("unreadable_workbook", True)
