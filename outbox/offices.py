"""Whose report it is and who writes: the names, days and periods that stand in a list's heading and in a letter."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from outbox.marked.to_return import SentReport
from outbox.words import words
from reference.figures import month_name
from reference.offices import commission_of, committee_above, committee_of, place_of
from warehouse.settings import OFFICE_TIME


@dataclass(frozen=True)
class Sender:
    """The commission that writes, on a day."""

    scope_name: str
    day: date

    @property
    def commission(self) -> str:
        """`Ban Tổ chức Thành ủy Lai Châu`."""
        return commission_of(self.scope_name)

    @property
    def heading(self) -> tuple[str, str]:
        """The two lines on the left: `THÀNH ỦY LAI CHÂU`, `BAN TỔ CHỨC`."""
        return committee_above(self.scope_name).upper(), words("commission").upper()

    @property
    def place_and_day(self) -> str:
        """`Lai Châu, ngày 06 tháng 01 năm 2026`."""
        return words(
            "place_and_day",
            place=place_of(self.scope_name),
            day=f"{self.day:%d}",
            month=f"{self.day:%m}",
            year=self.day.year,
        )


def report_in_words(report: SentReport) -> str:
    """`tháng 8/2020`, `thống kê năm 2024`, `thống kê 6 tháng đầu năm 2024`."""
    if report.period is None:
        return month_in_words(report.month)
    year, _, half = report.period.partition("-")
    if not half:
        return words("statistics", period=words("of_year", year=year))
    name = words("first_half" if half == "H1" else "second_half")
    return words("statistics", period=words("of_half_year", half=name, year=year))


def month_in_words(month: date) -> str:
    """`tháng 8/2020`."""
    return words("of_month", month=month_name(month, "vi"))


def names_of(report: SentReport) -> dict[str, object]:
    """What sentences about a report are filled with: committee, what, version, received, file."""
    received: datetime = report.received_at.replace(tzinfo=UTC).astimezone(OFFICE_TIME)
    return {
        "committee": committee_of(report.commune_name),
        "what": report_in_words(report),
        "version": report.version,
        "received": words("at_time", hour=f"{received:%H:%M}", day=f"{received:%d/%m/%Y}"),
        "file": report.file_name,
    }
