"""Workbooks that are readable and odd: what communes might send, and no data test may be broken by."""

from collections.abc import Mapping, Sequence

from ingest.container.workbook import Sheet
from ingest.values.numbers import Raw
from tests.ingest.official_forms.sheets import vary
from tests.ingest.sheets import cell_row, header_grid, sheet, workbook

Rows = Sequence[Sequence[Raw]]

DONG_PHONG, TAN_PHONG, SAN_THANG = "PHƯỜNG ĐÔNG PHONG", "PHƯỜNG TÂN PHONG", "XÃ SAN THÀNG"
USUAL = ("Chi bộ Một", "Chi bộ Hai", "Chi bộ Ba")
#: Names that one may take for one another, or for nothing.
ODD_NAMES = (
    "Chi bộ Hòa Bình",
    "CHI BỘ  HÒA BÌNH ",
    "Chi bộ Hoà Bình",
    "Chi bộ Hoa Binh",
    "Chi bộ Hòa Bình",
    "Chi bộ " + "rất dài " * 140,
    "12",
    "=cộng?",
    "Chi bộ 'O''Brien' \"; DROP TABLE",
    "Chi bộ 😀 số ½",
    "Tổ 1|2|3",
)


def title(commune: str, month: str) -> tuple[str, ...]:
    return ("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", f"ĐẢNG ỦY {commune}", "BIỂU BÁO CÁO", month)


def rows(form: str, names: Sequence[str], **values: Raw) -> Rows:
    return [cell_row(form, number, name, **values) for number, name in enumerate(names, start=1)]


def report(commune: str, month: str, names: Sequence[str] = USUAL, forms: Sequence[str] = ("KN-1", "KN-2", "KN-3"),
           **values: Raw) -> bytes:  # fmt: skip
    """A report of these cells, without a total row."""
    given = {form: rows(form, names, **(values if form == "KN-1" else {})) for form in forms}
    return of_rows(commune, month, given)


def of_rows(commune: str, month: str, given: Mapping[str, Rows], also: Sequence[Sheet] = ()) -> bytes:
    return workbook([*(sheet(form, lines, title(commune, month)) for form, lines in given.items()), *also])


def targets(term: str, lines: Rows, headers: Sequence[str] = ("Cả nhiệm kỳ", "Năm 2021", "Năm 2021", "Năm 2019"),
            day: str = "01/07/2020") -> bytes:  # fmt: skip
    grid: list[list[Raw]] = [
        ["CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN"],
        [f"Nhiệm kỳ {term}"],
        [f"Có hiệu lực từ ngày {day}"],
        ["STT", "Xã, phường", *headers],
        *[list(line) for line in lines],
    ]
    width = max(map(len, grid))
    return workbook([Sheet("Chỉ tiêu", [row + [""] * (width - len(row)) for row in grid], ())])


def training(lines: Rows) -> Sheet:
    header, merges = header_grid("BD-1")
    return Sheet("Bồi dưỡng", [*header, *[list(line) for line in lines]], tuple(merges))


def twice_official(seed: int) -> bytes:
    """An official form whose rows stand there twice, and the whole sheet once more."""
    variant = vary(seed)
    grid = variant.sheet.rows
    again = Sheet("Lần hai", grid, variant.sheet.merges)
    return workbook([Sheet(variant.sheet.name, [*grid, *grid[-20:]], variant.sheet.merges), again])


def first_wave() -> dict[str, bytes]:
    """What comes first, file name -> content."""
    month = "Tháng {} năm 2020".format
    section = cell_row("KN-1", "I", "Khối dân cư")
    total = cell_row("KN-1", "", "TỔNG CỘNG", admitted=5.0)
    wave = {
        **{f"usual {m}.xlsx": report(DONG_PHONG, month(m), admitted=float(m)) for m in (4, 5, 6, 7)},
        # The same cells elsewhere, and names that are nearly the same.
        "same cells.xlsx": report(TAN_PHONG, month(5)),
        "odd names.xlsx": report(TAN_PHONG, month(6), ODD_NAMES),
        "odd names turned.xlsx": report(TAN_PHONG, month(7), ODD_NAMES[::-1]),
        "all the same.xlsx": report(TAN_PHONG, month(8), ["Chi bộ Một"] * 5),
        "no names.xlsx": report(SAN_THANG, month(3), ["", " ", "\u00a0", "Chi bộ Một"]),
        "zero width.xlsx": report(SAN_THANG, month(2), ["\u200b", "\ufeffChi bộ Một", "Chi\u00adbộ Một"]),
        # Tables without the rows that make one.
        "no rows.xlsx": of_rows(SAN_THANG, month(4), {form: [] for form in ("KN-1", "KN-2", "KN-3")}),
        "sections only.xlsx": of_rows(SAN_THANG, month(5), {"KN-1": [section, section]}),
        "totals only.xlsx": of_rows(SAN_THANG, month(6), {"KN-1": [total, total]}),
        "section upon section.xlsx": of_rows(
            SAN_THANG, month(7), {"KN-1": [section, section, *rows("KN-1", USUAL), total, section, total]}
        ),
        "two of a form.xlsx": of_rows(
            SAN_THANG,
            month(8),
            {"KN-1": rows("KN-1", USUAL)},
            [Sheet("Kết nạp (2)", sheet("KN-1", rows("KN-1", USUAL), title(SAN_THANG, month(8))).rows, ())],
        ),
        # Months far from the others.
        **{
            f"far {m} {y}.xlsx": report(DONG_PHONG, f"Tháng {m} năm {y}")
            for m, y in ((1, 2015), (12, 2014), (6, 2009), (5, 1999))
        },
        # Figures that nobody can have.
        "negative.xlsx": report(DONG_PHONG, month(1), admitted=-3.0, women=-1.0),
        "large.xlsx": report(DONG_PHONG, month(2), admitted=9e15, women=1e300, admitted_ttd=999_999_999.0),
        "halves.xlsx": report(DONG_PHONG, month(3), admitted=0.5, attainment_pct=-1e9),
        "targets.xlsx": targets(
            "2020–2025",
            [
                [1.0, "Phường Đông Phong", 20.0, 4.0, 5.0, 6.0],
                [2.0, "Phường Đông Phong", 30.0, -4.0, "", 1e12],
                [3.0, "Xã Không Có", 1.0, 1.0, 1.0, 1.0],
                [4.0, "", 1.0, 1.0, 1.0, 1.0],
            ],
        ),
        "targets again.xlsx": targets("2020–2025", [[1.0, "Phường Đông Phong", 25.0, 4.0, 5.0, 6.0]]),
        "targets of no day.xlsx": targets("2015–2020", [[1.0, "Xã San Thàng", 25.0, "", "", 3.0]], day="31/02/2020"),
        "targets of no year.xlsx": targets(
            "2020–2025", [[1.0, "Xã San Thàng", 25.0, 1.0, 2.0]], ("Cả nhiệm kỳ", "Năm 2031", "Năm 1999")
        ),
        "training.xlsx": of_rows(
            DONG_PHONG,
            month(8),
            {"KN-1": rows("KN-1", USUAL)},
            [
                training(
                    [
                        [1.0, "Lớp không tên", "31/02/2020", -5.0, 1e12, 0.5, "", ""],
                        [1.0, "Lớp không tên", "31/02/2020", -5.0, 1e12, 0.5, "", ""],
                        ["", "", "", "", "", "", "", ""],
                        [3.0, "", "01/01/1900", 5.0, 5.0, 5.0, 5.0, ""],
                    ]
                )
            ],
        ),
    }
    return wave | {f"official {seed}.xlsx": twice_official(seed) for seed in range(8)}


def second_wave() -> dict[str, bytes]:
    """Corrections of what came: cells renamed, gone, changed about, and other communes' figures under one's name."""
    month = "Tháng {} năm 2020".format
    return {
        "one renamed.xlsx": report(DONG_PHONG, month(5), ("Chi bộ Một", "Chi bộ Hai mới", "Chi bộ Ba"), admitted=5.0),
        "all renamed.xlsx": report(DONG_PHONG, month(4), ("Chi bộ A", "Chi bộ B", "Chi bộ C"), admitted=4.0),
        "only another's.xlsx": report(DONG_PHONG, month(6), ODD_NAMES, admitted=1.0),
        "all gone.xlsx": of_rows(DONG_PHONG, month(7), {"KN-1": []}),
        "of last month.xlsx": report(TAN_PHONG, month(5), ODD_NAMES, admitted=2.0),
        "names at last.xlsx": report(SAN_THANG, month(3), USUAL),
        "no names now.xlsx": report(SAN_THANG, month(8), ["", ""]),
        "one sheet less.xlsx": report(TAN_PHONG, month(7), USUAL, ("KN-2",)),
        "targets amended.xlsx": targets(
            "2020–2025", [[1.0, "Phường Đông Phong", 21.0, 4.0, 5.0, 6.0]], day="01/01/2021"
        ),
        **{f"official {seed}.xlsx": twice_official(seed) for seed in range(8, 12)},
    }
