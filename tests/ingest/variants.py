"""Monthly workbooks as communes' clerks lay them out, with the truth of every cell.

Written apart from the reader: nothing of `ingest` or `reference` is used here.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from random import Random

from tests.ingest.variant_figures import CellFigures, cells_of_month
from tests.ingest.variant_layout import TableMaker, TrueForm
from tests.ingest.variant_spelling import without_accents
from tests.ingest.variant_titles import (
    FORM_TITLES,
    Sender,
    month_text,
    sender,
    signing_text,
    title_lines,
)
from tests.ingest.variant_write import Page, write

FORMS = ("KN-1", "KN-2", "KN-3")
_SHEETS = {"KN-1": "Kết nạp", "KN-2": "Nguồn", "KN-3": "Đảng viên"}

#: Deviations that exclude each other stand in one family; at most one of a family is chosen.
EASY = (
    ("title: right", "title: both sides", "title: one cell", "title: signing date above"),
    ("title: other dates", "title: addressee", "title: unit of figures"),
    ("title: month beside title", "title: heads in one cell", "title: no accents"),
    ("month: slash", "month: T5-2020", "month: upper", "month: padded", "month: days", "month: other"),
    ("commune: abbreviated", "commune: bare name", "commune: in words"),
    ("header: one row", "header: three rows"),
    ("header: other words", "header: abbreviated"),
    ("header: not merged", "header: group repeated", "header: half merged", "header: texts at the bottom"),
    ("header: upper", "header: no accents"),
    ("header: with dates", "header: other age signs"),
    ("header: broken lines",),
    ("columns: moved",),
    ("columns: missing",),
    ("columns: unknown text",),
    ("columns: no number",),
    ("number row: none", "number row: A B 1 2", "number row: 1 2 3", "number row: 1=2+3"),
    ("rows: sections", "rows: sections with sums", "rows: roman in the name", "rows: section across"),
    ("rows: blank between", "rows: one silent cell", "rows: numbered but empty"),
    ("total: none", "total: above", "total: label merged left", "total: other words", "total: formulas"),
    ("names: odd spaces", "ordinals: text"),
    ("place: shifted",),
    ("place: cover sheet",),
    ("place: sheet names", "place: other sheets"),
    ("forms: fewer",),
    ("numbers: text", "numbers: grouped", "numbers: leading zero", "numbers: no-break space"),
    ("numbers: decimal comma",),
    ("zero: dash", "zero: blank"),
    ("flag: x", "flag: upper"),
    ("percent: sign", "percent: formatted"),
    ("text: NFD",),
    ("signature: none", "signature: each", "signature: wide"),
    ("columns: hidden",),
    ("file: xls", "file: ods", "file: openpyxl"),
)
HARD = (
    ("header: misspelt",),
    ("header: dotted",),
    ("header: hyphens", "header: colon or star"),
    ("header: with dates", "header: other age signs"),
    ("rows: page break", "rows: page number"),
    ("place: several on a sheet",),
    ("notes: beside", "notes: figures beside", "columns: figures without header"),
    ("notes: below", "notes: figures below"),
    ("columns: unknown figures",),
    ("columns: unknown group",),
    ("name: month only there", "name: commune only there", "name: agrees"),
    ("title: one cell", "columns: no number"),
    ("columns: spacer", "header: blank row below", "total: formulas not cached", "month: two cells"),
)

#: Of the hard ones, those that occur in usual workbooks, too.
SOME = (
    ("columns: unknown figures", "columns: unknown group"),
    ("notes: beside", "notes: figures beside", "notes: below"),
    ("rows: page break",),
    ("place: several on a sheet",),
    ("header: misspelt", "header: dotted"),
    ("name: month only there", "name: commune only there", "name: agrees"),
)


@dataclass(frozen=True)
class Variant:
    """A workbook and what a person reads from it."""

    seed: int
    hardness: str
    content: bytes
    file_name: str
    commune_code: str
    month: date
    forms: tuple[TrueForm, ...]
    deviations: tuple[str, ...]


def variant(seed: int, hardness: str) -> Variant:
    """The variant of that number: plain has one or two deviations, usual three to five, hard several of the hardest
    on top of some usual ones; unheard has header words that no list foresees, which need not be understood."""
    rng = Random(f"{hardness}-{seed}")
    deviations = _deviations(rng, hardness)
    return build(rng, seed, hardness, deviations)


def _deviations(rng: Random, hardness: str) -> set[str]:
    if hardness == "plain":
        return _chosen(rng, EASY, rng.randint(1, 2))
    if hardness == "usual":
        return _chosen(rng, EASY + SOME, rng.randint(3, 5))
    if hardness == "unheard":
        return _chosen(rng, EASY, rng.randint(1, 4)) | {"header: own words"}
    return _chosen(rng, EASY, rng.randint(2, 5)) | _chosen(rng, HARD, rng.randint(3, 5))


def _chosen(rng: Random, families: tuple[tuple[str, ...], ...], number: int) -> set[str]:
    return {rng.choice(family) for family in rng.sample(families, number)}


def build(rng: Random, seed: int, hardness: str, deviations: set[str]) -> Variant:
    """A workbook with just these deviations."""
    who = sender(rng)
    if "rows: page number" in deviations:
        deviations.add("rows: page break")
    number = rng.randint(5, 14)
    cells = cells_of_month(rng, number, number // 3 if "rows: one silent cell" in deviations else -1)
    forms = _forms(rng, deviations)
    pages: list[Page] = []
    truths: list[TrueForm] = []
    if "place: cover sheet" in deviations:
        pages.append(_cover(rng, deviations, who))
    together = "place: several on a sheet" in deviations and len(forms) > 1
    groups = [forms] if together else [[form] for form in forms]
    if together and len(forms) == 3 and rng.random() < 0.4:
        groups = [forms[:2], forms[2:]]
    for position, group in enumerate(groups):
        page = Page(_sheet_name(rng, deviations, group, position + 1))
        truths += _fill(rng, deviations, page, who, group, cells)
        pages.append(page)
    if "place: other sheets" in deviations:
        pages += _other_pages(rng)
    if "text: NFD" in deviations:
        for page in pages:
            page.cells = {
                place: unicodedata.normalize("NFD", value) if isinstance(value, str) else value
                for place, value in page.cells.items()
            }
    suffix = next((name for name in ("xls", "ods") if f"file: {name}" in deviations), "xlsx")
    content = write(pages, suffix, "openpyxl" if "file: openpyxl" in deviations else "xlsxwriter")
    return Variant(
        seed,
        hardness,
        content,
        f"{_file_name(rng, deviations, who)}.{suffix}",
        who.code,
        who.month,
        tuple(sorted(truths, key=lambda truth: truth.form)),
        tuple(sorted(deviations)),
    )


def _file_name(rng: Random, deviations: set[str], who: Sender) -> str:
    """A name that says nothing, unless a deviation says otherwise."""
    if not {"name: month only there", "name: commune only there", "name: agrees"} & deviations:
        return "bao cao"
    plain = without_accents(who.name)
    month, year = who.month.month, who.month.year
    return rng.choice(
        (
            f"BC_{plain.replace(' ', '')}_{month:02d}-{year}",
            f"{plain.lower().replace(' ', '_')}_T{month}.{year}",
            f"{who.name} tháng {month} năm {year}",
            f"{year}/{month:02d}/Bao cao {plain}",
            f"{year}-{month:02d} {who.unit} {who.name}",
        )
    )


def _other_pages(rng: Random) -> list[Page]:
    """Sheets that hold no form: an empty one, and one that tells how to fill in the forms."""
    guide = Page("Hướng dẫn")
    for row, text in enumerate(("HƯỚNG DẪN GHI BIỂU", "Cột Tổng số: số đảng viên kết nạp", "Chi bộ", "Nữ", "Tôn giáo")):
        guide.put(row + 1, 1, text)
    return rng.choice(([Page("Sheet9")], [guide], [Page("Sheet8"), guide]))


def _forms(rng: Random, deviations: set[str]) -> list[str]:
    forms = list(FORMS)
    if "forms: fewer" in deviations:
        forms = sorted(rng.sample(forms, rng.randint(1, 2)))
    if "place: sheet names" in deviations and rng.random() < 0.5:
        rng.shuffle(forms)
    return forms


def _sheet_name(rng: Random, deviations: set[str], forms: list[str], number: int) -> str:
    if "place: sheet names" in deviations or len(forms) > 1:
        return rng.choice((f"Sheet{number}", f"Bieu {number}", f"B{number}", f"Trang tính{number}", f"T5.{number}"))
    return _SHEETS[forms[0]]


def _cover(rng: Random, deviations: set[str], who: Sender) -> Page:
    page = Page("Bìa")
    for row, (_, text) in enumerate(title_lines(rng, deviations, who, None)):
        page.put(row * 2 + 2, 3, text)
    return page


def _fill(
    rng: Random, deviations: set[str], page: Page, who: Sender, forms: list[str], cells: list[CellFigures]
) -> list[TrueForm]:
    """Title, tables, signature and notes on a page."""
    down, right = (rng.randint(1, 4), rng.randint(1, 3)) if "place: shifted" in deviations else (0, 0)
    makers = [TableMaker(rng, deviations, form, page, who.month) for form in forms]
    width = max(len(maker.columns) for maker in makers)
    row = _titles(rng, deviations, page, who, forms[0], down, right, width)
    for position, maker in enumerate(makers):
        if position:
            row += rng.randint(1, 2)
            page.put(row, right + rng.choice((0, 0, 1, 3)), _caption(rng, deviations, who, maker.form))
            row += rng.randint(1, 2)
        top = row
        row = maker.table(top, right, cells)
        _notes_beside(rng, deviations, page, top, right + width + rng.randint(0, 1))
        if "signature: each" in deviations or position == len(makers) - 1:
            row = _ending(rng, deviations, page, who, maker, row)
    if "columns: hidden" in deviations:
        page.hidden_columns.add(right + rng.randint(3, width - 1))
    return [maker.truth for maker in makers]


def _caption(rng: Random, deviations: set[str], who: Sender, form: str) -> str:
    title = rng.choice(FORM_TITLES[form])
    return rng.choice((title, title, f"{title} - {month_text(rng, deviations, who.month)}"))


def _titles(
    rng: Random, deviations: set[str], page: Page, who: Sender, form: str, down: int, right: int, width: int
) -> int:
    """The title block; the row where the table begins is returned."""
    if "place: cover sheet" in deviations:
        page.put(down, right + rng.choice((0, 2)), rng.choice(FORM_TITLES[form]))
        return down + 2
    lines = title_lines(rng, deviations, who, form)
    columns = {"left": right, "middle": right + width // 3, "right": right + max(4, width - 5)}
    if "name: commune only there" in deviations and "title: one cell" not in deviations:
        name = without_accents(who.name).lower()
        lines = [(side, text) for side, text in lines if name not in without_accents(text).lower()]
    if "name: month only there" in deviations and "title: one cell" not in deviations:
        lines = [
            (side, text)
            for side, text in lines
            if str(who.month.year) not in text or "ngày" in text.lower() or text.startswith("Hạn")
        ]
    row = down
    last_side = ""
    for side, text in lines:
        if not text:
            continue
        if side == "right" and last_side == "left" and "title: both sides" in deviations:
            row -= 1
        if "month: two cells" in deviations and text == f"Tháng {who.month.month} năm {who.month.year}":
            page.put(row, columns[side], f"Tháng {who.month.month}")
            page.put(row, columns[side] + 1, f"năm {who.month.year}")
            row += 1
            last_side = side
            continue
        page.put(row, columns[side], text)
        if rng.random() < 0.3:
            end = columns[side] + 3
            if not any(merge[0] == row and merge[3] >= columns[side] and merge[1] <= end for merge in page.merges) and (
                side != "left" or columns["right"] > end
            ):
                page.merge(row, columns[side], row, end)
        row += 1
        last_side = side
    return row + rng.randint(0, 1)


def _ending(rng: Random, deviations: set[str], page: Page, who: Sender, maker: TableMaker, row: int) -> int:
    left, right = maker.left, max(maker.left + 6, maker.right - 5)
    name_column = next(column.index for column in maker.columns if column.field == "cell_name")
    if "notes: below" in deviations:
        row += rng.randint(0, 1)
        page.put(
            row,
            rng.choice((left, name_column)),
            rng.choice(
                (
                    "Ghi chú: số liệu tính đến hết ngày cuối tháng.",
                    "* Không tính đảng viên dự bị",
                    "Giải trình: Chi bộ Cơ quan có 01 đồng chí chuyển đi trong tháng.",
                    "(Số liệu đã được đối chiếu với hồ sơ đảng viên)",
                )
            ),
        )
        row += 1
    if "notes: figures below" in deviations:
        row += 1
        page.put(
            row,
            name_column,
            rng.choice(("Tổng số chi bộ trong đảng bộ:", "Số chi bộ có báo cáo", "Số chi bộ trực thuộc:")),
        )
        page.put(row, name_column + rng.choice((1, 2, 3)), rng.randint(5, 30))
        row += 1
    if "signature: none" in deviations:
        return row
    row += rng.randint(0, 1)
    page.put(row, right, signing_text(rng, who))
    row += 1
    page.put(row, name_column, rng.choice(("NGƯỜI LẬP BIỂU", "Người lập biểu", "NGƯỜI TỔNG HỢP")))
    page.put(row, right, rng.choice(("T/M ĐẢNG ỦY", "TM. ĐẢNG ỦY", "T/M BAN CHẤP HÀNH", "T/M BAN THƯỜNG VỤ")))
    page.put(row + 1, right, rng.choice(("BÍ THƯ", "PHÓ BÍ THƯ", "PHÓ BÍ THƯ THƯỜNG TRỰC")))
    if "signature: wide" in deviations:
        if (row, left + 3) not in page.cells:
            page.put(row, left + 3, "XÁC NHẬN CỦA THƯỜNG TRỰC")
        page.put(row + 5, name_column, "Lò Văn Páo")
        page.put(row + 5, right, "Vàng Thị Mai")
        row += 4
    return row + 3


def _notes_beside(rng: Random, deviations: set[str], page: Page, top: int, column: int) -> None:
    if "notes: beside" in deviations:
        page.put(top + 3, column, "Lưu ý: số liệu đã đối chiếu với thẻ đảng")
        page.put(top + 5, column, "Đã kiểm tra")
    if "notes: figures beside" in deviations:
        page.put(top + 2, column, "Kiểm tra")
        page.put(top + 3, column, rng.randint(1, 40))
        page.put(top + 4, column, rng.randint(1, 40))
        page.put(top + 4, column + 1, "chênh lệch")
        page.put(top + rng.randint(5, 7), column + 1, rng.randint(1, 40))
