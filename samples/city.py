"""Lai Châu city as the samples tell it: its communes and their cells, and who reports in which month."""

from functools import cache

from samples import wards
from samples.cells import SECTIONS, Cell, CellType, Commune, cells_of_type
from samples.months import MERGER, NEXT_TERM_START

QUYET_THANG = Commune(
    "03386",
    "Phường Quyết Thắng",
    (
        *cells_of_type(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 1", 31, 1.0),
            ("Tổ dân phố số 2", 27, 0.6, (2015, 2016)),
            ("Tổ dân phố số 3", 35, 1.0),
            ("Tổ dân phố số 4", 24, 0.0),
        ),
        *cells_of_type(CellType.VILLAGE, ("Bản Nậm Cản", 14, 0.8)),
        *cells_of_type(
            CellType.SCHOOL,
            ("Trường Mầm non Quyết Thắng", 19, 1.8),
            ("Trường Tiểu học Quyết Thắng", 23, 1.4),
        ),
        *cells_of_type(CellType.HEALTH_STATION, ("Trạm Y tế phường Quyết Thắng", 5, 0.4, (2017, 2018, 2019))),
        *cells_of_type(CellType.POLICE, ("Công an phường Quyết Thắng", 11, 0.7)),
        *cells_of_type(CellType.MILITARY, ("Quân sự phường Quyết Thắng", 6, 1.1)),
    ),
    "KN_QuyetThang_{year}-{month:02d}.xlsx",
)
TAN_PHONG = Commune(
    "03387",
    "Phường Tân Phong",
    (
        *cells_of_type(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 5", 42, 1.0),
            ("Tổ dân phố số 6", 38, 0.9),
            ("Tổ dân phố số 7", 45, 1.2),
            ("Tổ dân phố số 8", 33, 0.5, (2015, 2016, 2017)),
            ("Tổ dân phố số 9", 29, 0.0),
            ("Tổ dân phố số 10", 36, 1.1),
        ),
        *cells_of_type(
            CellType.SCHOOL,
            ("Trường Mầm non Tân Phong", 25, 2.0),
            ("Trường Tiểu học số 1 Tân Phong", 28, 1.6),
            ("Trường Tiểu học số 2 Tân Phong", 24, 1.5),
            ("Trường THCS Tân Phong", 30, 1.7),
        ),
        *cells_of_type(CellType.ENTERPRISE, ("Hợp tác xã Dịch vụ tổng hợp Tân Phong", 12, 0.9)),
        *cells_of_type(CellType.HEALTH_STATION, ("Trạm Y tế phường Tân Phong", 6, 0.5)),
        *cells_of_type(CellType.POLICE, ("Công an phường Tân Phong", 14, 0.8)),
        *cells_of_type(CellType.MILITARY, ("Quân sự phường Tân Phong", 7, 1.1)),
    ),
    "Biểu KN tháng {month}-{year} phường Tân Phong.xlsx",
    zero="-",
    late=9,
)
QUYET_TIEN = Commune(
    "03388",
    "Phường Quyết Tiến",
    (
        *cells_of_type(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 11", 28, 1.0),
            ("Tổ dân phố số 12", 34, 1.1),
            ("Tổ dân phố số 13", 22, 0.4, (2018, 2019, 2020)),
        ),
        *cells_of_type(CellType.VILLAGE, ("Bản Thành Lập", 12, 0.9)),
        *cells_of_type(
            CellType.SCHOOL,
            ("Trường Mầm non Quyết Tiến", 18, 1.7),
            ("Trường Tiểu học Quyết Tiến", 21, 1.4),
        ),
        *cells_of_type(CellType.AGENCY, ("Ban Quản lý chợ Quyết Tiến", 8, 0.6)),
        *cells_of_type(CellType.POLICE, ("Công an phường Quyết Tiến", 10, 0.7)),
        *cells_of_type(CellType.MILITARY, ("Quân sự phường Quyết Tiến", 6, 0.9)),
    ),
    "QuyetTien_T{month:02d}_{year}.xlsx",
    brackets=True,
)
DOAN_KET = Commune(
    "03389",
    "Phường Đoàn Kết",
    (
        *cells_of_type(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 14", 40, 1.1),
            ("Tổ dân phố số 15", 37, 0.9),
            ("Tổ dân phố số 16", 32, 0.6, (2016, 2017)),
            ("Tổ dân phố số 17", 26, 0.0),
            ("Tổ dân phố số 18", 35, 1.0),
        ),
        *cells_of_type(
            CellType.SCHOOL,
            ("Trường Mầm non Đoàn Kết", 22, 1.9),
            ("Trường Tiểu học Đoàn Kết", 27, 1.5),
            ("Trường THCS Đoàn Kết", 29, 1.4),
        ),
        *cells_of_type(CellType.HEALTH_STATION, ("Trạm Y tế phường Đoàn Kết", 6, 0.5)),
        *cells_of_type(CellType.POLICE, ("Công an phường Đoàn Kết", 13, 0.8)),
        *cells_of_type(CellType.MILITARY, ("Quân sự phường Đoàn Kết", 7, 1.0)),
    ),
    "BC ket nap thang {month} nam {year} - Doan Ket.xlsx",
    zero="-",
)
DONG_PHONG = Commune(
    "03408",
    "Phường Đông Phong",
    (
        *cells_of_type(
            CellType.NEIGHBOURHOOD,
            ("Tổ dân phố số 20", 30, 1.0),
            ("Tổ dân phố số 21", 27, 0.7, (2015, 2016)),
            ("Tổ dân phố số 22", 33, 1.3),
            ("Tổ dân phố số 23", 25, 0.9),
            ("Tổ dân phố số 24", 21, 0.0),
        ),
        *cells_of_type(CellType.VILLAGE, ("Bản Tả Làn Than", 11, 0.9), ("Bản Tả Phìn", 13, 0.4, (2017, 2018, 2019))),
        *cells_of_type(
            CellType.SCHOOL,
            ("Trường Mầm non Đông Phong", 20, 1.9),
            ("Trường Tiểu học Đông Phong", 24, 1.4),
        ),
        *cells_of_type(CellType.HEALTH_STATION, ("Trạm Y tế phường Đông Phong", 5, 0.4)),
        *cells_of_type(CellType.POLICE, ("Công an phường Đông Phong", 10, 0.7)),
        *cells_of_type(CellType.MILITARY, ("Quân sự phường Đông Phong", 6, 0.8)),
    ),
    "KN_DongPhong_{year}-{month:02d}.xlsx",
)
SAN_THANG = Commune(
    "03409",
    "Xã San Thàng",
    (
        *cells_of_type(
            CellType.VILLAGE,
            ("Bản San Thàng 1", 26, 1.2),
            ("Bản San Thàng 2", 23, 1.0),
            ("Bản Lùng Than", 12, 0.8),
            ("Bản Phan Lìn", 10, 0.4, (2015, 2016, 2017)),
            ("Bản Xin Chải", 9, 0.0),
            ("Bản Lò Suối Tủng", 14, 0.9),
        ),
        *cells_of_type(
            CellType.SCHOOL,
            ("Trường Mầm non San Thàng", 20, 1.7),
            ("Trường Phổ thông dân tộc bán trú TH&THCS San Thàng", 32, 1.6),
        ),
        *cells_of_type(CellType.ENTERPRISE, ("Hợp tác xã Chè San Thàng", 7, 0.7)),
        *cells_of_type(CellType.HEALTH_STATION, ("Trạm Y tế xã San Thàng", 6, 0.4)),
        *cells_of_type(CellType.MILITARY, ("Quân sự xã San Thàng", 8, 1.2)),
    ),
    "XaSanThang_KN_{month:02d}.{year}.xlsx",
    late=12,
)
NAM_LOONG = Commune(
    "03406",
    "Xã Nậm Loỏng",
    (
        *cells_of_type(
            CellType.VILLAGE,
            ("Bản Gia Khâu 1", 15, 1.1),
            ("Bản Gia Khâu 2", 13, 0.9),
            ("Bản Lùng Thàng", 11, 0.8),
            ("Bản Sùng Chô", 8, 0.4, (2016, 2017, 2018, 2019)),
            ("Bản Nậm Loỏng 1", 17, 1.1),
            ("Bản Nậm Loỏng 2", 14, 1.0),
            ("Bản Sin Páo Chải", 9, 0.0),
        ),
        *cells_of_type(
            CellType.SCHOOL,
            ("Trường Mầm non Nậm Loỏng", 16, 1.7),
            ("Trường TH&THCS Nậm Loỏng", 25, 1.5),
        ),
        *cells_of_type(CellType.HEALTH_STATION, ("Trạm Y tế Nậm Loỏng", 5, 0.4)),
        *cells_of_type(CellType.POLICE, ("Công an xã Nậm Loỏng", 5, 0.6)),
        *cells_of_type(CellType.MILITARY, ("Quân sự xã Nậm Loỏng", 7, 1.1)),
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
        *cells_of_type(
            CellType.VILLAGE,
            ("Bản Sùng Phài", 12, 1.0),
            ("Bản Cư Nhà La", 10, 0.9),
            ("Bản Trung Chải", 9, 0.8),
        ),
        *cells_of_type(CellType.SCHOOL, ("Trường Tiểu học Sùng Phài", 18, 1.3)),
        *cells_of_type(CellType.HEALTH_STATION, ("Trạm Y tế xã Sùng Phài", 5, 0.4)),
        *cells_of_type(CellType.MILITARY, ("Quân sự xã Sùng Phài", 7, 1.0)),
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


#: Everyone whose figures a workbook ever shows.
ALL_COMMUNES = (*COMMUNES, *wards.OUTSIDE, *wards.WARDS)


def communes_reporting(month: int) -> tuple[Commune, ...]:
    """The seven communes of the city in `month`; from July 2025 its two wards."""
    if month >= MERGER:
        return wards.WARDS
    absent = NAM_LOONG if month >= NEXT_TERM_START else SUNG_PHAI
    return tuple(commune for commune in COMMUNES if commune is not absent)


def commune_of(code: str, month: int) -> Commune:
    """The commune that bore `code` in `month`: the wards of July 2025 took over codes of others."""
    known = (*wards.WARDS, *wards.OUTSIDE) if month >= MERGER else (*COMMUNES, *wards.OUTSIDE)
    return next(commune for commune in known if commune.code == code)


@cache
def cells_reporting(commune: Commune, month: int) -> tuple[Cell, ...]:
    """The cells under `commune` in `month`, in the order of its sheets (by section, the taken-over last)."""
    if commune in wards.WARDS:
        cells = _merged(commune)
    else:
        taken_over = TAKEN_OVER.get(commune.code, ()) if month >= NEXT_TERM_START else ()
        cells = (*commune.cells, *(cell for cell in NAM_LOONG.cells if cell.name in taken_over))
    return tuple(cell for _, kinds in SECTIONS for cell in cells if cell.type in kinds)


def _merged(ward: Commune) -> tuple[Cell, ...]:
    """The cells of the merged communes as of June 2025, with what the merger made of them."""
    last = MERGER - 1
    came = [commune_of(code, last) for code in wards.MERGED_FROM[ward.code]]
    return tuple(
        new for commune in came for cell in cells_reporting(commune, last) for new in wards.after_the_merger(cell)
    )


def every_cell() -> tuple[Cell, ...]:
    """Every cell that ever was, those made by the merger after those they go on from."""
    own = [cell for commune in (*COMMUNES, *wards.OUTSIDE) for cell in commune.cells]
    made = [cell for ward in wards.WARDS for cell in _merged(ward) if cell.was]
    return (*own, *made)
