"""A month as the tests report it upwards: a commune ahead, one held back, one that has not reported."""

from dataclasses import replace
from datetime import date, datetime

from outbox.summary.month_summary import Attainment, HeldBack, MonthSummary, Part, Reported

#: 2 of 20 are 10 %; a month of sixty asks for 1/3.
AHEAD = Attainment("03408", "Phường Đông Phong", "2020-2025", 1, 6, 4, 1.5, 2, 20, 0.1, 1 / 3, 5 / 3, None)
HELD_BACK = Attainment("03387", "Phường Tân Phong", "2020-2025", None, 12, 18, 2 / 3, 1, 120, 1 / 120, 2.0, -1.0, None)
SILENT = Attainment(
    "03388", "Phường Quyết Tiến", "2020-2025", None, None, None, None, None, None, None, None, None, None
)
WHOLE = Attainment(None, "Thành phố Lai Châu", "2020-2025", 1, 1018, 2000, 0.509, 3, 140, 3 / 140, 7 / 3, 2 / 3, None)
DUE = date(2020, 8, 5)
MESSAGES = ("Ô D9 ghi 2, nhưng cộng được 3. Đề nghị đồng chí sửa.", "Thiếu biểu.")
SUMMARY = MonthSummary(
    month=date(2020, 7, 1),
    as_of=date(2020, 8, 20),
    whole=WHOLE,
    expected=3,
    known=1,
    communes=(AHEAD, HELD_BACK, SILENT),
    reported=(
        Reported("Phường Đông Phong", DUE, datetime(2020, 8, 3, 2), True, 1, "accepted"),
        # Half past seven in the evening UTC is the next day at the office.
        Reported("Phường Tân Phong", DUE, datetime(2020, 8, 6, 19, 30), False, 2, "held_back"),
        Reported("Phường Quyết Tiến", DUE, None, False, None, "not_reported"),
    ),
    held_back=(
        HeldBack("Phường Tân Phong", 4, ("Ô D9 ghi 2, nhưng cộng được 3. Đề nghị đồng chí sửa.", "Thiếu biểu.")),
    ),
    held_back_in_year=3,
    women=Part(509, 1018, 0.5),
    ethnic_minority=Part(100, 400, 0.25),
)


def with_whole(**changed: object) -> MonthSummary:
    return replace(SUMMARY, whole=replace(WHOLE, **changed))
