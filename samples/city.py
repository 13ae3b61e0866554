"""Lai Châu city as the samples tell it: communes, cells, targets, and how the admissions spread.

The city's sums are published figures (see PUBLISHED); how they divide between communes, cells and years is
made up, except for Đông Phong ward.
"""

from dataclasses import dataclass
from enum import StrEnum

from samples.months import NEXT_TERM_START, TERM_END, month_number


class CellType(StrEnum):
    """What stands in the column `Loại hình`."""

    NEIGHBOURHOOD = "Tổ dân phố"
    VILLAGE = "Bản"
    SCHOOL = "Trường học"
    AGENCY = "Cơ quan"
    ENTERPRISE = "Doanh nghiệp"
    HEALTH_STATION = "Trạm y tế"
    MILITARY = "Quân sự"
    POLICE = "Công an"


#: Section rows of the sheets, each with the types of cell that stand under it.
SECTIONS: tuple[tuple[str, tuple[CellType, ...]], ...] = (
    ("Khối dân cư", (CellType.NEIGHBOURHOOD, CellType.VILLAGE)),
    ("Khối trường học", (CellType.SCHOOL,)),
    (
        "Khối cơ quan, doanh nghiệp, lực lượng vũ trang",
        (CellType.AGENCY, CellType.ENTERPRISE, CellType.HEALTH_STATION, CellType.POLICE, CellType.MILITARY),
    ),
)
#: Cells whose neighbourhood or village has a head, who may be a member.
HEADED_TYPES = SECTIONS[0][1]


@dataclass(frozen=True)
class Cell:
    """A cell: members at the start, how readily it admits (0 = never), years in which it admitted nobody."""

    name: str
    type: CellType
    members: int
    weight: float = 1.0
    dormant: tuple[int, ...] = ()

    def admits_in(self, month: int) -> bool:
        return self.weight > 0 and month // 12 not in self.dormant


@dataclass(frozen=True)
class Commune:
    """A commune, and the habits of the clerk who fills in its workbook.

    `file_name` knows {year}, {month} (one or two digits as it comes) and {month:02d}.
    """

    code: str
    name: str
    cells: tuple[Cell, ...]
    file_name: str
    zero: str = "0"
    brackets: bool = False
    late: int = 4

    @property
    def short_name(self) -> str:
        """The name without `Phường` or `Xã`."""
        return self.name.split(" ", 1)[1]


def _cells(kind: CellType, *rows: tuple[str, int, float] | tuple[str, int, float, tuple[int, ...]]) -> tuple[Cell, ...]:
    return tuple(Cell(f"Chi bộ {row[0]}", kind, *row[1:]) for row in rows)


QUYET_THANG = Commune(
    "03386",
    "Phường Quyết Thắng",
    (
        *_cells(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 1", 31, 1.0),
            ("Tổ dân phố số 2", 27, 0.6, (2015, 2016)),
            ("Tổ dân phố số 3", 35, 1.0),
            ("Tổ dân phố số 4", 24, 0.0),
        ),
        *_cells(CellType.VILLAGE, ("Bản Nậm Cản", 14, 0.8)),
        *_cells(
            CellType.SCHOOL,
            ("Trường Mầm non Quyết Thắng", 19, 1.8),
            ("Trường Tiểu học Quyết Thắng", 23, 1.4),
        ),
        *_cells(CellType.HEALTH_STATION, ("Trạm Y tế phường Quyết Thắng", 5, 0.4, (2017, 2018, 2019))),
        *_cells(CellType.POLICE, ("Công an phường Quyết Thắng", 11, 0.7)),
        *_cells(CellType.MILITARY, ("Quân sự phường Quyết Thắng", 6, 1.1)),
    ),
    "KN_QuyetThang_{year}-{month:02d}.xlsx",
)
TAN_PHONG = Commune(
    "03387",
    "Phường Tân Phong",
    (
        *_cells(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 5", 42, 1.0),
            ("Tổ dân phố số 6", 38, 0.9),
            ("Tổ dân phố số 7", 45, 1.2),
            ("Tổ dân phố số 8", 33, 0.5, (2015, 2016, 2017)),
            ("Tổ dân phố số 9", 29, 0.0),
            ("Tổ dân phố số 10", 36, 1.1),
        ),
        *_cells(
            CellType.SCHOOL,
            ("Trường Mầm non Tân Phong", 25, 2.0),
            ("Trường Tiểu học số 1 Tân Phong", 28, 1.6),
            ("Trường Tiểu học số 2 Tân Phong", 24, 1.5),
            ("Trường THCS Tân Phong", 30, 1.7),
        ),
        *_cells(CellType.ENTERPRISE, ("Hợp tác xã Dịch vụ tổng hợp Tân Phong", 12, 0.9)),
        *_cells(CellType.HEALTH_STATION, ("Trạm Y tế phường Tân Phong", 6, 0.5)),
        *_cells(CellType.POLICE, ("Công an phường Tân Phong", 14, 0.8)),
        *_cells(CellType.MILITARY, ("Quân sự phường Tân Phong", 7, 1.1)),
    ),
    "Biểu KN tháng {month}-{year} phường Tân Phong.xlsx",
    zero="-",
    late=9,
)
QUYET_TIEN = Commune(
    "03388",
    "Phường Quyết Tiến",
    (
        *_cells(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 11", 28, 1.0),
            ("Tổ dân phố số 12", 34, 1.1),
            ("Tổ dân phố số 13", 22, 0.4, (2018, 2019, 2020)),
        ),
        *_cells(CellType.VILLAGE, ("Bản Thành Lập", 12, 0.9)),
        *_cells(
            CellType.SCHOOL,
            ("Trường Mầm non Quyết Tiến", 18, 1.7),
            ("Trường Tiểu học Quyết Tiến", 21, 1.4),
        ),
        *_cells(CellType.AGENCY, ("Ban Quản lý chợ Quyết Tiến", 8, 0.6)),
        *_cells(CellType.POLICE, ("Công an phường Quyết Tiến", 10, 0.7)),
        *_cells(CellType.MILITARY, ("Quân sự phường Quyết Tiến", 6, 0.9)),
    ),
    "QuyetTien_T{month:02d}_{year}.xlsx",
    brackets=True,
)
DOAN_KET = Commune(
    "03389",
    "Phường Đoàn Kết",
    (
        *_cells(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 14", 40, 1.1),
            ("Tổ dân phố số 15", 37, 0.9),
            ("Tổ dân phố số 16", 32, 0.6, (2016, 2017)),
            ("Tổ dân phố số 17", 26, 0.0),
            ("Tổ dân phố số 18", 35, 1.0),
        ),
        *_cells(
            CellType.SCHOOL,
            ("Trường Mầm non Đoàn Kết", 22, 1.9),
            ("Trường Tiểu học Đoàn Kết", 27, 1.5),
            ("Trường THCS Đoàn Kết", 29, 1.4),
        ),
        *_cells(CellType.HEALTH_STATION, ("Trạm Y tế phường Đoàn Kết", 6, 0.5)),
        *_cells(CellType.POLICE, ("Công an phường Đoàn Kết", 13, 0.8)),
        *_cells(CellType.MILITARY, ("Quân sự phường Đoàn Kết", 7, 1.0)),
    ),
    "BC ket nap thang {month} nam {year} - Doan Ket.xlsx",
    zero="-",
)
DONG_PHONG = Commune(
    "03408",
    "Phường Đông Phong",
    (
        *_cells(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 20", 30, 1.0),
            ("Tổ dân phố số 21", 27, 0.7, (2015, 2016)),
            ("Tổ dân phố số 22", 33, 1.3),
            ("Tổ dân phố số 23", 25, 0.9),
            ("Tổ dân phố số 24", 21, 0.0),
        ),
        *_cells(CellType.VILLAGE, ("Bản Tả Làn Than", 11, 0.9), ("Bản Tả Phìn", 13, 0.4, (2017, 2018, 2019))),
        *_cells(
            CellType.SCHOOL,
            ("Trường Mầm non Đông Phong", 20, 1.9),
            ("Trường Tiểu học Đông Phong", 24, 1.4),
        ),
        *_cells(CellType.HEALTH_STATION, ("Trạm Y tế phường Đông Phong", 5, 0.4)),
        *_cells(CellType.POLICE, ("Công an phường Đông Phong", 10, 0.7)),
        *_cells(CellType.MILITARY, ("Quân sự phường Đông Phong", 6, 0.8)),
    ),
    "KN_DongPhong_{year}-{month:02d}.xlsx",
)
SAN_THANG = Commune(
    "03409",
    "Xã San Thàng",
    (
        *_cells(
            CellType.VILLAGE,
            ("Bản San Thàng 1", 26, 1.2),
            ("Bản San Thàng 2", 23, 1.0),
            ("Bản Lùng Than", 12, 0.8),
            ("Bản Phan Lìn", 10, 0.4, (2015, 2016, 2017)),
            ("Bản Xin Chải", 9, 0.0),
            ("Bản Lò Suối Tủng", 14, 0.9),
        ),
        *_cells(
            CellType.SCHOOL,
            ("Trường Mầm non San Thàng", 20, 1.7),
            ("Trường Phổ thông dân tộc bán trú TH&THCS San Thàng", 32, 1.6),
        ),
        *_cells(CellType.ENTERPRISE, ("Hợp tác xã Chè San Thàng", 7, 0.7)),
        *_cells(CellType.HEALTH_STATION, ("Trạm Y tế xã San Thàng", 6, 0.4)),
        *_cells(CellType.MILITARY, ("Quân sự xã San Thàng", 8, 1.2)),
    ),
    "XaSanThang_KN_{month:02d}.{year}.xlsx",
    late=12,
)
NAM_LOONG = Commune(
    "03406",
    "Xã Nậm Loỏng",
    (
        *_cells(
            CellType.VILLAGE,
            ("Bản Gia Khâu 1", 15, 1.1),
            ("Bản Gia Khâu 2", 13, 0.9),
            ("Bản Lùng Thàng", 11, 0.8),
            ("Bản Sùng Chô", 8, 0.4, (2016, 2017, 2018, 2019)),
            ("Bản Nậm Loỏng 1", 17, 1.1),
            ("Bản Nậm Loỏng 2", 14, 1.0),
            ("Bản Sin Páo Chải", 9, 0.0),
        ),
        *_cells(
            CellType.SCHOOL,
            ("Trường Mầm non Nậm Loỏng", 16, 1.7),
            ("Trường TH&THCS Nậm Loỏng", 25, 1.5),
        ),
        *_cells(CellType.HEALTH_STATION, ("Trạm Y tế Nậm Loỏng", 5, 0.4)),
        *_cells(CellType.POLICE, ("Công an xã Nậm Loỏng", 5, 0.6)),
        *_cells(CellType.MILITARY, ("Quân sự xã Nậm Loỏng", 7, 1.1)),
    ),
    "nam loong {month}.{year}.xlsx",
    zero="-",
    brackets=True,
    late=12,
)
SUNG_PHAI = Commune(
    "03403",
    "Xã Sùng Phài",
    (
        *_cells(
            CellType.VILLAGE,
            ("Bản Sùng Phài", 12, 1.0),
            ("Bản Cư Nhà La", 10, 0.9),
            ("Bản Trung Chải", 9, 0.8),
        ),
        *_cells(CellType.SCHOOL, ("Trường Tiểu học Sùng Phài", 18, 1.3)),
        *_cells(CellType.HEALTH_STATION, ("Trạm Y tế xã Sùng Phài", 5, 0.4)),
        *_cells(CellType.MILITARY, ("Quân sự xã Sùng Phài", 7, 1.0)),
    ),
    "KN_SungPhai_{year}-{month:02d}.xlsx",
)

#: In the order of the commission's own lists.
COMMUNES = (
    QUYET_THANG,
    TAN_PHONG,
    QUYET_TIEN,
    DOAN_KET,
    DONG_PHONG,
    SAN_THANG,
    NAM_LOONG,
    SUNG_PHAI,
)

#: Nậm Loỏng was dissolved on 1 July 2020; its cells report under these communes from then on.
TAKEN_OVER: dict[str, tuple[str, ...]] = {
    SUNG_PHAI.code: (
        "Chi bộ Bản Gia Khâu 1",
        "Chi bộ Bản Gia Khâu 2",
        "Chi bộ Bản Sin Páo Chải",
        "Chi bộ Trường TH&THCS Nậm Loỏng",
        "Chi bộ Trạm Y tế Nậm Loỏng",
        "Chi bộ Quân sự xã Nậm Loỏng",
    ),
    DOAN_KET.code: ("Chi bộ Bản Lùng Thàng", "Chi bộ Bản Sùng Chô", "Chi bộ Công an xã Nậm Loỏng"),
    QUYET_THANG.code: (
        "Chi bộ Bản Nậm Loỏng 1",
        "Chi bộ Bản Nậm Loỏng 2",
        "Chi bộ Trường Mầm non Nậm Loỏng",
    ),
}


def communes_reporting(month: int) -> tuple[Commune, ...]:
    """The seven communes of the city in `month`."""
    absent = NAM_LOONG if month >= NEXT_TERM_START else SUNG_PHAI
    return tuple(commune for commune in COMMUNES if commune is not absent)


def cells_reporting(commune: Commune, month: int) -> tuple[Cell, ...]:
    """The cells under `commune` in `month`, in the order of its sheets (by section, the taken-over last)."""
    taken_over = TAKEN_OVER.get(commune.code, ()) if month >= NEXT_TERM_START else ()
    arrived = tuple(cell for cell in NAM_LOONG.cells if cell.name in taken_over)
    return tuple(cell for _, kinds in SECTIONS for cell in (*commune.cells, *arrived) if cell.type in kinds)


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

#: Admissions cluster around the Party's and the nation's days: 3 February, 19 May, 2 September, 7 November.
MONTH_WEIGHTS = (0.5, 1.7, 0.8, 0.9, 1.8, 1.0, 0.9, 0.8, 1.8, 1.0, 1.6, 1.2)


@dataclass(frozen=True)
class TermTargets:
    """A commune's line of a CT-1: the term's target and what each of its (half-)years asks."""

    term: int
    parts: tuple[int, int, int, int, int, int]


#: Term 2015-2020: July to December 2015, 2016 … 2019, January to June 2020.
TARGETS_2015: dict[str, TermTargets] = {
    QUYET_THANG.code: TermTargets(50, (5, 10, 10, 10, 10, 5)),
    TAN_PHONG.code: TermTargets(95, (10, 19, 19, 19, 19, 9)),
    QUYET_TIEN.code: TermTargets(50, (5, 10, 10, 10, 10, 5)),
    DOAN_KET.code: TermTargets(75, (8, 15, 15, 15, 15, 7)),
    DONG_PHONG.code: TermTargets(20, (2, 4, 4, 4, 4, 2)),
    SAN_THANG.code: TermTargets(65, (6, 13, 13, 13, 13, 7)),
    NAM_LOONG.code: TermTargets(45, (4, 9, 9, 9, 9, 5)),
}
#: Term 2020-2025: July to December 2020, 2021 … 2024, January to June 2025.
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
