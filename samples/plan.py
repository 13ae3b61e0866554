"""How the admissions spread over communes and years, and what was asked of them.

The city's sums of 2015-2020 are published figures (see PUBLISHED); how they divide between communes, cells and
years is made up, except for Đông Phong ward.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from samples.cells import Commune
from samples.city import (
    DOAN_KET,
    DONG_PHONG,
    NAM_LOONG,
    QUYET_THANG,
    QUYET_TIEN,
    SAN_THANG,
    SUNG_PHAI,
    TAN_PHONG,
)
from samples.months import AMENDMENT, MERGER, NEXT_TERM_START, TERM_END, month_number
from samples.wards import BAN_GIANG, DOAN_KET_WARD, LAN_NHI_THANG, NUNG_NANG, TAN_PHONG_WARD


@dataclass(frozen=True)
class Period:
    """A stretch of months over which a number of admissions is spread."""

    first: int
    last: int


@dataclass(frozen=True)
class Spread:
    """What a commune admitted in the sixty months: the number in each period, women, ethnic minority."""

    admitted: tuple[int, int, int, int, int, int]
    women: int
    ethnic_minority: int


def _half_years(first_year: int, last_year: int) -> tuple[Period, ...]:
    """July to December, then whole years, then January to June."""
    return (
        Period(month_number(first_year, 7), month_number(first_year, 12)),
        *(Period(month_number(y, 1), month_number(y, 12)) for y in range(first_year + 1, last_year)),
        Period(month_number(last_year, 1), month_number(last_year, 6)),
    )


#: The columns of SPREADS.
PERIODS = _half_years(2015, 2020)
#: Admissions from July 2015 to June 2020; the columns are the periods 2015 (half), 2016 … 2019, 2020 (half).
SPREADS: dict[str, Spread] = {
    QUYET_THANG.code: Spread((5, 9, 11, 10, 10, 4), women=33, ethnic_minority=8),
    TAN_PHONG.code: Spread((10, 19, 21, 22, 20, 9), women=72, ethnic_minority=17),
    QUYET_TIEN.code: Spread((4, 10, 11, 12, 10, 4), women=35, ethnic_minority=9),
    DOAN_KET.code: Spread((7, 13, 16, 17, 15, 6), women=52, ethnic_minority=13),
    DONG_PHONG.code: Spread((2, 6, 8, 9, 8, 4), women=26, ethnic_minority=8),
    SAN_THANG.code: Spread((6, 12, 14, 14, 14, 6), women=42, ethnic_minority=27),
    NAM_LOONG.code: Spread((4, 9, 10, 10, 10, 4), women=29, ethnic_minority=26),
}

#: What the spreads must add up to: published for the city, and for Đông Phong ward.
PUBLISHED = Spread((38, 78, 91, 94, 87, 37), women=289, ethnic_minority=108)
PUBLISHED_ADMITTED = 425
PUBLISHED_DONG_PHONG = 37

#: Sùng Phài belonged to Tam Đường district before July 2020: it reported there, and admitted these.
SUNG_PHAI_BEFORE = (Period(month_number(2020, 1), TERM_END), 2)

#: Admissions in July, August, the rest of 2020, and 2021 (the last two are only being prepared).
NEXT_PERIODS = (
    Period(month_number(2020, 7), month_number(2020, 7)),
    Period(month_number(2020, 8), month_number(2020, 8)),
    Period(month_number(2020, 9), month_number(2020, 12)),
    Period(month_number(2021, 1), month_number(2021, 12)),
)
NEXT_SPREADS: dict[str, tuple[int, int, int, int]] = {
    QUYET_THANG.code: (1, 2, 6, 13),
    TAN_PHONG.code: (3, 2, 7, 20),
    QUYET_TIEN.code: (1, 1, 5, 11),
    DOAN_KET.code: (1, 2, 6, 16),
    DONG_PHONG.code: (1, 1, 3, 6),
    SAN_THANG.code: (2, 1, 4, 13),
    SUNG_PHAI.code: (1, 2, 4, 10),
}

#: What came after, from other random numbers, so that the years before stay as they were: 2022, 2023, 2024, and
#: January to June 2025.
LATER_PERIODS = (
    *(Period(month_number(year, 1), month_number(year, 12)) for year in (2022, 2023, 2024)),
    Period(month_number(2025, 1), MERGER - 1),
)
LATER_SPREADS: dict[str, tuple[int, int, int, int]] = {
    QUYET_THANG.code: (10, 11, 9, 5),
    TAN_PHONG.code: (19, 21, 20, 11),
    QUYET_TIEN.code: (8, 9, 9, 4),
    DOAN_KET.code: (15, 16, 14, 7),
    DONG_PHONG.code: (5, 4, 5, 2),
    SAN_THANG.code: (11, 12, 12, 6),
    SUNG_PHAI.code: (7, 8, 6, 3),
}
#: What the communes of other districts admitted in the first half of 2025, which no workbook shows.
OUTSIDE_PERIOD = Period(month_number(2025, 1), MERGER - 1)
OUTSIDE_BEFORE: dict[str, int] = {NUNG_NANG.code: 1, BAN_GIANG.code: 2, LAN_NHI_THANG.code: 1}
#: The wards: July to December 2025, and 2026 (only being prepared).
WARD_PERIODS = (
    Period(MERGER, month_number(2025, 12)),
    Period(month_number(2026, 1), month_number(2026, 12)),
)
WARD_SPREADS: dict[str, tuple[int, int]] = {TAN_PHONG_WARD.code: (24, 44), DOAN_KET_WARD.code: (22, 48)}

#: Admissions cluster around the Party's and the nation's days: 3 February, 19 May, 2 September, 7 November.
MONTH_WEIGHTS = (0.5, 1.7, 0.8, 0.9, 1.8, 1.0, 0.9, 0.8, 1.8, 1.0, 1.6, 1.2)


@dataclass(frozen=True)
class TermTargets:
    """A commune's line of a CT-1: the term's target and what each of its (half-)years asks.

    The parts are July to December of the first year, four whole years, January to June of the last.
    """

    term: int
    parts: tuple[int, int, int, int, int, int]


TARGETS_2015: dict[str, TermTargets] = {
    QUYET_THANG.code: TermTargets(50, (5, 10, 10, 10, 10, 5)),
    TAN_PHONG.code: TermTargets(95, (10, 19, 19, 19, 19, 9)),
    QUYET_TIEN.code: TermTargets(50, (5, 10, 10, 10, 10, 5)),
    DOAN_KET.code: TermTargets(75, (8, 15, 15, 15, 15, 7)),
    DONG_PHONG.code: TermTargets(20, (2, 4, 4, 4, 4, 2)),
    SAN_THANG.code: TermTargets(65, (6, 13, 13, 13, 13, 7)),
    NAM_LOONG.code: TermTargets(45, (4, 9, 9, 9, 9, 5)),
}
TARGETS_2020: dict[str, TermTargets] = {
    QUYET_THANG.code: TermTargets(55, (6, 11, 11, 11, 11, 5)),
    TAN_PHONG.code: TermTargets(95, (9, 19, 19, 19, 19, 10)),
    QUYET_TIEN.code: TermTargets(50, (5, 10, 10, 10, 10, 5)),
    DOAN_KET.code: TermTargets(80, (8, 16, 16, 16, 16, 8)),
    DONG_PHONG.code: TermTargets(20, (2, 4, 4, 4, 4, 2)),
    SAN_THANG.code: TermTargets(60, (6, 12, 12, 12, 12, 6)),
    SUNG_PHAI.code: TermTargets(40, (4, 8, 8, 8, 8, 4)),
}
#: What Tam Đường district had asked of Sùng Phài for January to June 2020.
SUNG_PHAI_TARGET_BEFORE = 3
#: Amended in the middle of the term: from 2023 on Tân Phong is asked for more.
AMENDED_2023: dict[str, TermTargets] = {TAN_PHONG.code: TermTargets(101, (9, 19, 19, 22, 22, 10))}
TARGETS_2025: dict[str, TermTargets] = {
    TAN_PHONG_WARD.code: TermTargets(220, (22, 44, 44, 44, 44, 22)),
    DOAN_KET_WARD.code: TermTargets(240, (24, 48, 48, 48, 48, 24)),
}
#: What their districts had asked of the communes from elsewhere for January to June 2025.
OUTSIDE_TARGETS_BEFORE: dict[str, int] = {NUNG_NANG.code: 2, BAN_GIANG.code: 2, LAN_NHI_THANG.code: 2}


def asked_of(commune: Commune, month: int) -> TermTargets:
    """What the targets in force in `month` ask of a commune that reports then."""
    if month >= MERGER:
        return TARGETS_2025[commune.code]
    if month < NEXT_TERM_START:
        return TARGETS_2015[commune.code]
    amended: Mapping[str, TermTargets] = AMENDED_2023 if month >= AMENDMENT else {}
    return amended.get(commune.code) or TARGETS_2020[commune.code]
