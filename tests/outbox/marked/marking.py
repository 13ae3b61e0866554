"""Marks a workbook of the tests' own, and reads workbooks back."""

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
from openpyxl.workbook import Workbook

from ingest.container.prepare import sheets_as_read
from ingest.model import Reading
from ingest.reader import Context, read_workbook
from outbox.marked.list_sheet import Heading
from outbox.marked.mark import mark_workbook
from outbox.marked.plan import Plan, plan_of
from outbox.marked.to_return import Change, Point, SentReport, ToReturn
from tests.outbox.office import MAY, RECEIVED

KN1 = "Kết nạp"
AUTHOR = "Ban Tổ chức Thành ủy Lai Châu"
HEADING = Heading("Đảng ủy phường Đông Phong · Báo cáo tháng 5/2020", "Có 1 điểm", "Đề nghị sửa")
REPORT = SentReport("f" * 64, "03408", "Phường Đông Phong", MAY, None, 1, "KN.xlsx", RECEIVED)


def point(
    *cells: str,
    severity: str = "critical",
    sheet: str | None = KN1,
    number: int = 1,
    field: str | None = "admitted",
    reported: float | None = 2,
    expected: float | None = 3,
    form: str = "KN-1",
    message: str = "Ghi 2, cần là 3; đề nghị sửa ô này.",
) -> Point:
    return Point(
        (f"failure {number}",),
        severity,
        form,
        sheet,
        cells,
        "Chi bộ Một",
        field,
        reported,
        expected,
        None,
        None,
        message,
    )


def plan(points: Sequence[Point], changes: Sequence[Change] = ()) -> Plan:
    return plan_of(ToReturn(REPORT, tuple(points), tuple(changes)))


def marked(content: bytes, points: Sequence[Point], changes: Sequence[Change] = ()) -> bytes:
    return mark_workbook(content, sheets_as_read(content), plan(points, changes), HEADING, AUTHOR).content


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values, keep_vba=True)


def reading(content: bytes) -> Reading:
    return read_workbook(content, "x.xlsx", Context("district:105", date(2030, 1, 1)))
