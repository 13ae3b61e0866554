"""July 2025: seven communes become two wards, with communes of other districts that never reported to the city.

Codes are reused: the ward Tân Phong bears that of Đông Phong, the ward Đoàn Kết that of Quyết Tiến.
"""

from collections.abc import Mapping
from dataclasses import replace

from samples.cells import Cell, CellType, Commune, cells_of_type

_PROVINCE = "ĐẢNG BỘ TỈNH LAI CHÂU"

#: Communes of Tam Đường and Phong Thổ districts: they report from July 2025 on, as parts of the wards.
NUNG_NANG = Commune(
    "03415",
    "Xã Nùng Nàng",
    (
        *cells_of_type(CellType.VILLAGE, ("Bản Nùng Nàng", 14, 1.0), ("Bản Phan Chu Hoa", 10, 0.7)),
        *cells_of_type(CellType.SCHOOL, ("Trường Tiểu học Nùng Nàng", 17, 1.2)),
    ),
    "",
)
BAN_GIANG = Commune(
    "03418",
    "Xã Bản Giang",
    (
        *cells_of_type(CellType.VILLAGE, ("Bản Giang", 16, 1.1), ("Bản Tẩn Phủ Nhiêu", 11, 0.8)),
        *cells_of_type(CellType.SCHOOL, ("Trường Mầm non Bản Giang", 15, 1.4)),
    ),
    "",
)
LAN_NHI_THANG = Commune(
    "03391",
    "Xã Lản Nhì Thàng",
    (
        *cells_of_type(CellType.VILLAGE, ("Bản Lản Nhì Thàng", 13, 1.0)),
        *cells_of_type(CellType.SCHOOL, ("Trường Mầm non Lản Nhì Thàng", 14, 1.3)),
    ),
    "",
)
OUTSIDE = (NUNG_NANG, BAN_GIANG, LAN_NHI_THANG)

TAN_PHONG_WARD = Commune("03408", "Phường Tân Phong", (), "KN_P.TanPhong_T{month:02d}-{year}.xlsx", superior=_PROVINCE)
DOAN_KET_WARD = Commune(
    "03388",
    "Phường Đoàn Kết",
    (),
    "Báo cáo kết nạp tháng {month} năm {year} phường Đoàn Kết.xlsx",
    zero="-",
    superior=_PROVINCE,
)
WARDS = (TAN_PHONG_WARD, DOAN_KET_WARD)

#: Ward -> the codes that its communes bore until June 2025, in the order of its sheets.
MERGED_FROM: Mapping[str, tuple[str, ...]] = {
    TAN_PHONG_WARD.code: ("03387", "03408", "03409", NUNG_NANG.code, BAN_GIANG.code),
    DOAN_KET_WARD.code: ("03389", "03386", "03388", "03403", LAN_NHI_THANG.code),
}

#: Known under another name since: a steward has to say that it is the same cell.
RENAMED: Mapping[str, str] = {"Chi bộ Tổ dân phố số 5": "Chi bộ TDP số 5 Tân Phong"}
#: One cell that became two.
SPLIT: Mapping[str, tuple[str, str]] = {
    "Chi bộ Trường Phổ thông dân tộc bán trú TH&THCS San Thàng": (
        "Chi bộ Trường Tiểu học San Thàng",
        "Chi bộ Trường THCS San Thàng",
    )
}
#: A cell that was closed -> the one that took its members in.
CLOSED: Mapping[str, str] = {"Chi bộ Ban Quản lý chợ Quyết Tiến": "Chi bộ Tổ dân phố số 12"}


def after_the_merger(cell: Cell) -> tuple[Cell, ...]:
    """What became of a cell in July 2025: mostly itself."""
    if cell.name in CLOSED:
        return ()
    if new := RENAMED.get(cell.name):
        return (replace(cell, name=new, was=cell.name),)
    return tuple(
        replace(cell, name=name, was=cell.name, half=half, members=cell.members // 2)
        for half, name in enumerate(SPLIT.get(cell.name, ()))
    ) or (cell,)
