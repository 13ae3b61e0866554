"""How clerks word the headers of the monthly forms: written down apart from `reference/fields.csv`, on purpose.

`plain` are whole words under their group, `short` abbreviations, `dotted` those with dots, `alone` what a header of
one row says, where no group stands above. All are clear to a person who sees the sheet.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The wordings of one column."""

    plain: tuple[str, ...]
    short: tuple[str, ...]
    dotted: tuple[str, ...]
    alone: tuple[str, ...]


@dataclass(frozen=True)
class GroupWords:
    """A group of columns with its wordings; `under` names the wider group of a header of three rows."""

    name: str
    plain: tuple[str, ...]
    short: tuple[str, ...]
    fields: tuple[str, ...]
    under: tuple[str, ...] = ()


def _w(plain: str, short: str = "", dotted: str = "", alone: str = "") -> Words:
    split = [tuple(word for word in part.split("|") if word) for part in (plain, short, dotted, alone)]
    return Words(split[0], split[1] or split[0], split[2] or split[1] or split[0], split[3] or split[0])


_CELLS = {
    "ordinal": _w("STT|TT|Số TT", "STT|TT", "S.T.T|Số T.T"),
    "cell_name": _w("Chi bộ|Tên chi bộ|Đơn vị|Tên đơn vị|Chi bộ trực thuộc", "Chi bộ|Tên CB", "C.bộ|Tên chi bộ"),
    "cell_type": _w("Loại hình|Loại hình chi bộ|Loại chi bộ", "Loại hình", "L.hình"),
    "note": _w("Ghi chú", "Ghi chú|GC", "G.chú"),
}

WORDS: dict[str, dict[str, Words]] = {
    "KN-1": _CELLS
    | {
        "admitted": _w(
            "Tổng số|Tổng|Tổng cộng", "TS", "T.số|T. số", "Kết nạp trong tháng|Số đảng viên kết nạp|Tổng số kết nạp"
        ),
        "women": _w("Nữ|Phụ nữ|Đảng viên nữ", "Nữ", "P.nữ", "Nữ|Trong đó: Nữ|Trong đó nữ"),
        "ethnic_minority": _w(
            "Dân tộc thiểu số|Người DTTS|Dân tộc",
            "DTTS",
            "D.tộc|D.tộc TS|DT.TS",
            "DTTS|Dân tộc thiểu số|Trong đó: DTTS",
        ),
        "religious": _w("Tôn giáo|Theo tôn giáo|Có đạo", "Tôn giáo", "T.giáo", "Tôn giáo|Theo tôn giáo"),
        "youth_union": _w(
            "Đoàn viên TNCS|Đoàn viên|Đoàn viên thanh niên|Đoàn viên TNCS Hồ Chí Minh",
            "ĐVTN|ĐV TNCS",
            "Đ.viên TNCS|Đ.viên|Đ.viên TN",
            "Đoàn viên TNCS|Đoàn viên thanh niên",
        ),
        "age_18_30": _w("18–30|18-30|18 - 30 tuổi|Từ 18 đến 30 tuổi|18 đến 30", alone="Tuổi 18-30|18 - 30 tuổi"),
        "age_31_40": _w("31–40|31-40|31 - 40 tuổi|Từ 31 đến 40 tuổi|31 đến 40", alone="Tuổi 31-40|31 - 40 tuổi"),
        "age_41_50": _w("41–50|41-50|41 - 50 tuổi|Từ 41 đến 50 tuổi|41 đến 50", alone="Tuổi 41-50|41 - 50 tuổi"),
        "age_over_50": _w("Trên 50|>50|Trên 50 tuổi|51 tuổi trở lên", alone="Trên 50 tuổi|Tuổi trên 50"),
        "occupation_farmer": _w("Nông dân", "ND", "N.dân", "Nông dân|Nghề nghiệp: Nông dân"),
        "occupation_worker": _w(
            "Công nhân, người lao động|Công nhân, NLĐ|Công nhân", "CN, NLĐ|CNLĐ|CN-NLĐ", "C.nhân, NLĐ|C.nhân"
        ),
        "occupation_official": _w(
            "Cán bộ, công chức, viên chức|Công chức, viên chức|Cán bộ, công chức",
            "CBCCVC|CB, CC, VC|CCVC",
            "C.bộ, CC, VC|CB.CC.VC",
        ),
        "occupation_armed_forces": _w("Lực lượng vũ trang|Quân đội, công an", "LLVT", "L.lượng VT|LL vũ trang"),
        "occupation_student": _w("Học sinh, sinh viên|Sinh viên, học sinh", "HSSV|HS, SV|HS-SV", "H.sinh, S.viên"),
        "occupation_other": _w("Khác|Nghề khác|Ngành nghề khác", "Khác", "N.nghề khác", "Nghề khác|Nghề nghiệp khác"),
        "private_enterprise": _w(
            "Doanh nghiệp tư nhân|Chủ doanh nghiệp tư nhân", "DNTN|DN tư nhân", "D.nghiệp TN|D.nghiệp tư nhân"
        ),
        "demobilised": _w("Bộ đội xuất ngũ|Quân nhân xuất ngũ", "BĐXN|BĐ xuất ngũ", "B.đội XN|B.đội xuất ngũ"),
        "militia": _w("Dân quân|Dân quân tự vệ", "DQ|DQTV", "D.quân"),
        "neighbourhood_head": _w(
            "Trưởng bản, tổ trưởng TDP|Tổ trưởng TDP, trưởng bản|Trưởng bản, tổ trưởng tổ dân phố",
            "TB, TT TDP|Trưởng bản, TT TDP",
            "T.bản, T.trưởng TDP",
        ),
        "admitted_ytd": _w(
            "Từ đầu năm|Từ đầu năm đến nay", "Năm", "Từ đ.năm", "Luỹ kế từ đầu năm|Lũy kế từ đầu năm|LK từ đầu năm"
        ),
        "admitted_ttd": _w(
            "Từ đầu nhiệm kỳ|Từ đầu nhiệm kỳ đến nay",
            "Từ đầu NK|NK",
            "Từ đ.nhiệm kỳ",
            "Luỹ kế từ đầu nhiệm kỳ|Lũy kế từ đầu nhiệm kỳ|LK từ đầu NK",
        ),
        "year_target": _w("Chỉ tiêu năm|Chỉ tiêu giao|Cả năm", "CT năm|CT giao", "C.tiêu năm", "Chỉ tiêu năm|CT năm"),
        "attainment_pct": _w("Tỷ lệ %|Tỉ lệ (%)|Tỷ lệ hoàn thành|Đạt %", "TL %|%", "T.lệ %", "Tỷ lệ %|Tỷ lệ đạt (%)"),
    },
    "KN-2": _CELLS
    | {
        "candidates": _w("Tổng số|Tổng", "TS", "T.số", "Quần chúng ưu tú|QCƯT|Tổng số QCƯT|Số quần chúng ưu tú"),
        "candidates_women": _w("Nữ|Phụ nữ", "Nữ", "P.nữ", "QCƯT nữ|Trong đó: Nữ|Nữ"),
        "candidates_ethnic_minority": _w(
            "Dân tộc thiểu số|Người DTTS", "DTTS", "D.tộc|D.tộc TS", "DTTS|Trong đó: DTTS"
        ),
        "introduced_youth_union": _w(
            "Đoàn Thanh niên|Đoàn TNCS Hồ Chí Minh|Đoàn TN", "ĐTN|Đoàn TN", "Đ.T.niên|Đoàn T.niên"
        ),
        "introduced_womens_union": _w(
            "Hội Phụ nữ|Hội Liên hiệp Phụ nữ|Hội LHPN", "HPN|Hội PN|Hội LHPN", "H.phụ nữ|Hội P.nữ"
        ),
        "introduced_farmers": _w("Hội Nông dân", "HND|Hội ND", "H.nông dân|Hội N.dân"),
        "introduced_veterans": _w("Hội Cựu chiến binh|Cựu chiến binh", "CCB|HCCB|Hội CCB", "Hội C.C.B|Hội Cựu C.binh"),
        "introduced_trade_union": _w("Công đoàn|Tổ chức công đoàn", "CĐ|Công đoàn", "C.đoàn"),
        "introduced_other": _w("Khác|Tổ chức khác", "Khác", "T.chức khác", "Tổ chức khác giới thiệu|Tổ chức khác"),
        "class_attended": _w(
            "Đã học lớp nhận thức|Đã học lớp nhận thức về Đảng|Đã học lớp cảm tình Đảng|"
            "Học lớp bồi dưỡng nhận thức về Đảng",
            "Đã học lớp NT|Đã học lớp BDNT",
            "Đã học lớp n.thức",
        ),
        "under_verification": _w(
            "Đang thẩm tra lý lịch|Đang thẩm tra lí lịch|Đang thẩm tra",
            "Đang TTLL|Đang thẩm tra LL",
            "Đang T.tra lý lịch",
        ),
        "files_complete": _w(
            "Đã hoàn thiện hồ sơ|Hoàn thiện hồ sơ|Đã hoàn thành hồ sơ|Đủ hồ sơ",
            "Đã HTHS|Đã hoàn thiện HS",
            "Đã h.thiện hồ sơ",
        ),
    },
    "KN-3": _CELLS
    | {
        "opening": _w("Đầu tháng|Đảng viên đầu tháng|Có đầu tháng", "ĐV đầu tháng", "Đầu th.|ĐV đ.tháng"),
        "increase_admitted": _w("Kết nạp|Kết nạp mới", "KN", "K.nạp", "Tăng do kết nạp|Tăng: kết nạp|Kết nạp"),
        "increase_transferred_in": _w(
            "Chuyển đến|Nơi khác chuyển đến", "C.đến", "C.đến", "Chuyển đến|Tăng: chuyển đến"
        ),
        "increase_reinstated": _w("Phục hồi|Phục hồi đảng tịch", "P.hồi", "P.hồi", "Phục hồi|Tăng: phục hồi"),
        "decrease_transferred_out": _w("Chuyển đi|Chuyển đi nơi khác", "C.đi", "C.đi", "Chuyển đi|Giảm: chuyển đi"),
        "decrease_deceased": _w("Từ trần|Chết|Qua đời", "Từ trần", "T.trần", "Từ trần|Giảm: từ trần"),
        "decrease_expelled": _w("Khai trừ|Bị khai trừ", "Khai trừ", "K.trừ", "Khai trừ|Giảm: khai trừ"),
        "decrease_struck_off": _w("Xóa tên|Xoá tên", "Xóa tên", "X.tên", "Xóa tên|Giảm: xóa tên"),
        "decrease_resigned": _w(
            "Xin ra|Xin ra khỏi Đảng|Xin ra Đảng", "Xin ra", "X.ra", "Xin ra khỏi Đảng|Giảm: xin ra"
        ),
        "closing": _w("Cuối tháng|Đảng viên cuối tháng|Có cuối tháng|Có đến cuối tháng", "ĐV cuối tháng", "Cuối th."),
        "age_to_30": _w(
            "≤30|Đến 30 tuổi|Từ 30 trở xuống|18-30|Từ 18 đến 30 tuổi|Dưới 31", alone="Đến 30 tuổi|Tuổi 18-30"
        ),
        "age_31_40": _w("31–40|31-40|31 - 40 tuổi|Từ 31 đến 40 tuổi", alone="Tuổi 31-40|31 - 40 tuổi"),
        "age_41_50": _w("41–50|41-50|41 - 50 tuổi|Từ 41 đến 50 tuổi", alone="Tuổi 41-50|41 - 50 tuổi"),
        "age_51_60": _w("51–60|51-60|51 - 60 tuổi|Từ 51 đến 60 tuổi", alone="Tuổi 51-60|51 - 60 tuổi"),
        "age_over_60": _w(">60|Trên 60|Trên 60 tuổi|61 tuổi trở lên", alone="Trên 60 tuổi|Tuổi trên 60"),
        "mean_age": _w(
            "Tuổi bình quân|Tuổi trung bình|Tuổi đời bình quân", "Tuổi BQ|Tuổi TB", "Tuổi b.quân|T.bình quân"
        ),
        "head_is_member": _w(
            "Tổ trưởng, trưởng bản là đảng viên|Trưởng bản, tổ trưởng TDP là đảng viên",
            "Tổ trưởng, trưởng bản là ĐV",
            "T.trưởng, trưởng bản là đ.viên",
        ),
    },
}

GROUPS: dict[str, tuple[GroupWords, ...]] = {
    "KN-1": (
        GroupWords(
            "month",
            ("Kết nạp trong tháng", "Kết nạp mới trong tháng", "Kết nạp đảng viên"),
            ("KN trong tháng", "Kết nạp"),
            ("admitted",),
        ),
        GroupWords(
            "of_which",
            ("Trong đó",),
            ("Trong đó",),
            ("women", "ethnic_minority", "religious", "youth_union"),
        ),
        GroupWords(
            "age",
            ("Tuổi đời", "Độ tuổi", "Nhóm tuổi"),
            ("Tuổi",),
            ("age_18_30", "age_31_40", "age_41_50", "age_over_50"),
            under=("Chia theo", "Cơ cấu"),
        ),
        GroupWords(
            "occupation",
            ("Nghề nghiệp", "Thành phần nghề nghiệp", "Ngành nghề"),
            ("Nghề",),
            (
                "occupation_farmer",
                "occupation_worker",
                "occupation_official",
                "occupation_armed_forces",
                "occupation_student",
                "occupation_other",
            ),
            under=("Chia theo", "Cơ cấu"),
        ),
        GroupWords(
            "object",
            ("Đối tượng", "Thuộc đối tượng"),
            ("Đối tượng",),
            ("private_enterprise", "demobilised", "militia", "neighbourhood_head"),
        ),
        GroupWords(
            "cumulative",
            ("Lũy kế", "Luỹ kế", "Luỹ kế kết nạp", "Lũy kế kết nạp"),
            ("LK", "Cộng dồn"),
            ("admitted_ytd", "admitted_ttd"),
        ),
        GroupWords(
            "target",
            ("Chỉ tiêu", "Thực hiện chỉ tiêu", "Chỉ tiêu giao"),
            ("Chỉ tiêu",),
            ("year_target", "attainment_pct"),
        ),
    ),
    "KN-2": (
        GroupWords(
            "candidates",
            ("Quần chúng ưu tú", "Nguồn kết nạp", "Số quần chúng ưu tú"),
            ("QCƯT", "Nguồn"),
            ("candidates", "candidates_women", "candidates_ethnic_minority"),
        ),
        GroupWords(
            "introduced",
            ("Tổ chức giới thiệu", "Đoàn thể giới thiệu", "Do tổ chức giới thiệu"),
            ("Giới thiệu", "TC giới thiệu"),
            (
                "introduced_youth_union",
                "introduced_womens_union",
                "introduced_farmers",
                "introduced_veterans",
                "introduced_trade_union",
                "introduced_other",
            ),
        ),
        GroupWords(
            "progress",
            ("Tiến độ", "Quá trình bồi dưỡng", "Tình hình hồ sơ"),
            ("Tiến độ",),
            ("class_attended", "under_verification", "files_complete"),
        ),
    ),
    "KN-3": (
        GroupWords(
            "increase",
            ("Tăng", "Tăng trong tháng", "Số tăng", "Đảng viên tăng"),
            ("Tăng",),
            ("increase_admitted", "increase_transferred_in", "increase_reinstated"),
            under=("Biến động trong tháng", "Biến động"),
        ),
        GroupWords(
            "decrease",
            ("Giảm", "Giảm trong tháng", "Số giảm", "Đảng viên giảm"),
            ("Giảm",),
            (
                "decrease_transferred_out",
                "decrease_deceased",
                "decrease_expelled",
                "decrease_struck_off",
                "decrease_resigned",
            ),
            under=("Biến động trong tháng", "Biến động"),
        ),
        GroupWords(
            "age",
            ("Tuổi đời", "Độ tuổi", "Nhóm tuổi"),
            ("Tuổi",),
            ("age_to_30", "age_31_40", "age_41_50", "age_51_60", "age_over_60"),
        ),
    ),
}

#: The columns of each form as the blank sheet has them.
ORDER: dict[str, tuple[str, ...]] = {
    form: (*(field for field in fields if field != "note"), "note") for form, fields in WORDS.items()
}
KINDS: dict[str, str] = {
    "ordinal": "text",
    "cell_name": "text",
    "cell_type": "text",
    "note": "text",
    "attainment_pct": "percent",
    "mean_age": "years",
    "head_is_member": "flag",
}

#: Wordings that no list foresees, clear all the same.
OWN_WORDS: dict[str, tuple[str, ...]] = {
    "women": ("Là nữ", "Số nữ"),
    "ethnic_minority": ("Là người DTTS", "Là người dân tộc thiểu số", "Dân tộc ít người"),
    "religious": ("Theo đạo", "Là người có đạo", "Theo các tôn giáo"),
    "youth_union": ("Là đoàn viên TNCS HCM", "Từ đoàn viên TNCS", "ĐV Đoàn TNCS"),
    "occupation_farmer": ("Là nông dân", "Nông dân, lao động nông thôn"),
    "occupation_armed_forces": ("Thuộc LLVT", "Lực lượng VT"),
    "demobilised": ("Bộ đội hoàn thành NV xuất ngũ", "Quân nhân đã xuất ngũ"),
    "candidates": ("Tổng số QCƯT hiện có", "Tổng số nguồn hiện có"),
    "candidates_women": ("Là nữ", "Số nữ"),
    "class_attended": ("Đã được bồi dưỡng nhận thức về Đảng", "Số đã học lớp nhận thức"),
    "under_verification": ("Đang thẩm tra, xác minh lý lịch", "Số đang thẩm tra lý lịch"),
    "files_complete": ("Hồ sơ đã hoàn chỉnh", "Số hồ sơ đã hoàn thiện"),
    "opening": ("Số ĐV đầu tháng", "Tổng số ĐV có đến đầu tháng"),
    "closing": ("Số ĐV cuối tháng", "Tổng số ĐV có đến cuối tháng"),
    "decrease_resigned": ("Xin ra khỏi ĐCSVN", "Xin ra khỏi đảng"),
    "mean_age": ("Độ tuổi bình quân", "Tuổi bình quân của chi bộ"),
}

#: Columns of text, of figures, and groups of figures that belong to no field of any form.
UNKNOWN_TEXTS = ("Xếp loại", "Bí thư chi bộ", "Người phụ trách", "Đánh giá chất lượng", "Địa bàn")
UNKNOWN_FIGURES = (
    "Dự kiến tháng sau",
    "Cùng kỳ năm trước",
    "Số hộ",
    "Kế hoạch quý",
    "Đảng viên dự bị",
    "Đảng viên được miễn sinh hoạt",
    "Số điểm thi đua",
    "Tồn tháng trước",
    "Số lớp đã mở",
)
UNKNOWN_GROUPS = (
    ("Dự kiến tháng sau", ("Tổng số", "Nữ")),
    ("Cùng kỳ năm trước", ("Tổng số", "Nữ", "DTTS")),
    ("Đảng viên dự bị", ("Tổng số", "Nữ")),
    ("Kế hoạch quý sau", ("Tổng số", "Khác")),
)
