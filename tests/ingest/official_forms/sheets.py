"""Official forms as people fill them in, in many shapes, with the truth of every cell. Seeded: a number, a sheet."""

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.container.workbook import Sheet
from ingest.official_forms.rows import FormRow, official_forms
from ingest.values.numbers import Raw

Values = tuple[float | None, float | None, float | None]

PERIODS = (
    ("6 THÁNG ĐẦU NĂM {year}", "H1"),
    ("6 tháng đầu năm {year}", "H1"),
    ("SÁU THÁNG ĐẦU NĂM {year}", "H1"),
    ("Kỳ báo cáo: 6 tháng đầu năm {year}", "H1"),
    ("6 THÁNG CUỐI NĂM {year}", "H2"),
    ("Kỳ báo cáo: từ ngày 01/01/{year} đến ngày 30/6/{year}", "H1"),
    ("NĂM {year}", ""),
    ("Năm {year}", ""),
    ("Kỳ báo cáo: Năm {year}", ""),
)
THIS = ("Kỳ này", "KỲ NÀY", "Kỳ\nnày", "Kì này", "Kỳ báo cáo", "Trong kỳ", "Số liệu kỳ này")
LAST = (
    "Cùng kỳ năm trước",
    "Cùng kỳ\nnăm trước",
    "CÙNG KỲ NĂM TRƯỚC",
    "Cùng kì năm trước",
    "Cùng kỳ",
    "Cùng kỳ năm ngoái",
    "CK năm trước",
)
PCT = (
    "(%) kỳ này so với cùng kỳ năm trước",
    "(%) kỳ này\nso với cùng kỳ\nnăm trước",
    "% so với cùng kỳ",
    "Tỷ lệ (%) so với cùng kỳ năm trước",
    "Tỉ lệ %",
    "So sánh (%)",
)
LABELS = ("Tiêu chí", "TIÊU CHÍ", "Chỉ tiêu", "Nội dung", "Nội dung chỉ tiêu", "Chỉ  tiêu")
EXTRA = ("Ghi chú", "Kế hoạch năm", "Chênh lệch", "Tăng, giảm so với cùng kỳ", "Kỳ trước")
ADDED = (
    "+ Cấp ủy viên mới",
    "Số hồ sơ đang chờ duyệt",
    "- Người cao tuổi nhất",
    "Ghi thêm của đơn vị",
    "c) Chuyển nội bộ",
)
NUMBER_ROWS: tuple[tuple[Raw, Raw, Raw, Raw], ...] = (
    ("A", "1", "2", "3(=1*100/2)"),
    ("1", "2", "3", "4(=2*100/3)"),
    (1.0, 2.0, 3.0, "4 = 2/3*100"),
    ("(1)", "(2)", "(3)", "(4)"),
)


@dataclass
class OfficialVariant:
    """A sheet with what stands in it: field -> values; `unread` the fields whose row cannot be told or read; `stray`
    the zero-based rows that belong to nothing."""

    form: str
    period: str
    sheet: Sheet
    truth: dict[str, Values] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    unreadable: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    strays: list[int] = field(default_factory=list)
    features: list[str] = field(default_factory=list)


def vary(seed: int, form: str | None = None) -> OfficialVariant:
    """The variant of a seed; the same each time."""
    return _Maker(random.Random(seed), form).make()


class _Maker:
    def __init__(self, chance: random.Random, form: str | None) -> None:
        self.chance = chance
        self.form = form or chance.choice(sorted(official_forms()))
        self.features: list[str] = []

    def has(self, feature: str, share: float = 0.3) -> bool:
        happens = self.chance.random() < share
        if happens:
            self.features.append(feature)
        return happens

    def make(self) -> OfficialVariant:
        chance = self.chance
        self.upper = self.has("upper", 0.1)
        self.bare = self.has("no accents", 0.1)
        self.nfd = self.has("NFD", 0.15)
        self.style = chance.choice(("as issued", "dots", "brackets", "dashes", "none", "plus"))
        self.ordinals = self.has("STT column", 0.25)
        self.typos = self.has("misspelt", 0.25)
        year = chance.randint(2012, 2024)
        words, half = chance.choice(PERIODS)
        top, left = chance.choice((0, 0, 0, 1, 3)), chance.choice((0, 0, 0, 1, 2))
        extra = chance.choice(EXTRA) if self.has("extra column", 0.2) else None
        extra_at = chance.choice((2, 3, 4)) if extra else -1
        grid: list[list[Raw]] = [[] for _ in range(top)]
        grid += self.title(words.format(year=year))
        header, merges, columns, label_at = self.header(left, extra, extra_at, len(grid))
        grid += header
        if self.has("number row", 0.6):
            numbers = chance.choice(NUMBER_ROWS)
            row = self.blank(label_at, columns)
            for column, number in zip((label_at, *columns), numbers, strict=True):
                row[column] = number
            grid.append(row)
        variant = OfficialVariant(self.form, f"{year}-{half}" if half else str(year), Sheet("", [], ()))
        self.page = header
        self.body(grid, variant, label_at, columns)
        grid += [[], ["", "", f"Lai Châu, ngày 05 tháng 7 năm {year + 1}"], ["NGƯỜI LẬP BIỂU", "", "", "TRƯỞNG BAN"]]
        width = max(map(len, grid))
        rows = [[self.coded(value) for value in row] + [""] * (width - len(row)) for row in grid]
        name = chance.choice(("Sheet1", self.form, "Biểu", "BC"))
        if not self.numbered:
            name = "Sheet1"
        variant.sheet = Sheet(name, rows, tuple(merges))
        variant.features = self.features
        return variant

    def coded(self, value: Raw) -> Raw:
        if isinstance(value, str):
            return unicodedata.normalize("NFD" if self.nfd else "NFC", value)
        return value

    def blank(self, label_at: int, columns: Sequence[int]) -> list[Raw]:
        return [""] * (max(label_at, *columns) + 1)

    def title(self, period: str) -> list[list[Raw]]:
        self.numbered = self.has("form number", 0.8)
        number = self.chance.choice(
            (
                f"Biểu số {self.form}",
                f"Biểu {self.form.replace('-', ' - ')}",
                f"Mẫu {self.form}",
                f"BIỂU SỐ: {self.form}",
            )
        )
        subject = "ĐẢNG VIÊN MỚI KẾT NẠP" if self.form.startswith("2") else "TĂNG, GIẢM ĐẢNG VIÊN"
        number = number if self.numbered else ""
        if self.has("title in one cell", 0.2):
            return [["ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "", "", number], ["", f"THỐNG KÊ\n{subject}\n{period}"], []]
        rows: list[list[Raw]] = [
            ["ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "", "", number],
            ["ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "", "", "Lai Châu, ngày 03 tháng 01 năm 2026"],
            ["", "THỐNG KÊ"],
            ["", subject],
            ["", period],
        ]
        return [*rows, []]

    def header(
        self, left: int, extra: str | None, extra_at: int, top: int
    ) -> tuple[list[list[Raw]], list[tuple[int, int, int, int]], list[int], int]:
        chance = self.chance
        this, last, pct = (self.worded(chance.choice(words)) for words in (THIS, LAST, PCT))
        names: list[str] = [this, last, pct]
        kinds = [0, 1, 2]
        if extra is not None:
            names.insert(extra_at - 1, extra)
            kinds.insert(extra_at - 1, 3)
            if extra_at <= 3 and pct in ("Tỉ lệ %", "So sánh (%)"):
                # A bare share is only understood beside what it compares.
                names[kinds.index(2)] = "% so với cùng kỳ"
        label_at = left + self.ordinals
        first = label_at + 1
        row: list[Raw] = [""] * first + list(names)
        row[label_at] = self.worded(chance.choice(LABELS))
        if self.ordinals:
            row[left] = "STT"
        columns = [first + kinds.index(kind) for kind in range(3)]
        self.extra_column = first + kinds.index(3) if extra else None
        match chance.choice(("plain", "plain", "group merged", "group", "split", "tall")):
            case "group merged":
                self.features.append("group merged")
                upper: list[Raw] = [*row[:first], "Số liệu", *[""] * (len(names) - 1)]
                lower: list[Raw] = [*[""] * first, *names]
                merges = [(top, column, top + 1, column) for column in range(left, first)]
                return [upper, lower], [*merges, (top, first, top, first + len(names) - 1)], columns, label_at
            case "group":
                self.features.append("group")
                upper = [*row[:first], "Kết quả", *[""] * (len(names) - 1)]
                return [upper, [*[""] * first, *names]], [], columns, label_at
            case "split" if extra is None:
                self.features.append("split header")
                parts = [name.replace("\n", " ").rsplit(" ", 1) for name in names]
                upper = [*row[:first], *[part[0] for part in parts]]
                lower = [*[""] * first, *[part[1] if len(part) > 1 else "" for part in parts]]
                return [upper, lower], [], columns, label_at
            case "tall":
                self.features.append("tall header")
                merges = [(top, column, top + 1, column) for column in range(left, len(row))]
                return [row, [""] * len(row)], merges, columns, label_at
        return [row], [], columns, label_at

    def body(self, grid: list[list[Raw]], variant: OfficialVariant, label_at: int, columns: list[int]) -> None:
        chance = self.chance
        rows = list(official_forms()[self.form].rows)
        dropped = self.dropped(rows)
        repeat_at = chance.randrange(4, len(rows) - 2) if self.has("page break", 0.1) else -1
        adding = self.has("added rows", 0.25)
        breaking = self.has("broken rows", 0.25)
        linking = self.has("links apart", 0.2)
        blanks = self.has("blank rows", 0.2)
        share = self.has("pct as share", 0.15)
        bad = self.has("unreadable cell", 0.15)
        bad_rows = set(chance.sample(range(len(rows)), 2)) if bad else set()
        joined = ""
        for index, row in enumerate(rows):
            if index == repeat_at:
                grid += [list(line) for line in self.page]
            if row.index in dropped:
                continue
            label = self.label(row.label, linking, grid, label_at, columns)
            whole = bool(joined)
            if joined:
                label, joined = f"{joined} {label}", ""
            if not row.field:
                following = rows[index + 1]
                if (
                    following.field
                    and following.index not in dropped
                    and self.form == "2-TCTW"
                    and chance.random() < 0.4
                ):
                    joined = label
                    continue
                self.write(grid, label_at, label, [])
                continue
            values = self.values(row, variant, index in bad_rows, len(grid) + 1, share)
            words = label.split()
            if breaking and not whole and len(words) > 5 and chance.random() < 0.5:
                half = len(words) // 2
                first, second = " ".join(words[:half]), " ".join(words[half:])
                figures_above = chance.random() < 0.5
                self.write(grid, label_at, first, values if figures_above else [], columns)
                self.write(grid, label_at, second, [] if figures_above else values, columns)
                at = len(grid) - (2 if figures_above or not any(value not in ("", None) for value in values) else 1)
            else:
                self.write(grid, label_at, label, values, columns)
                at = len(grid) - 1
            variant.rows[row.field] = at + 1
            if row.field in variant.unreadable:
                figure, _, number = variant.unreadable[row.field]
                variant.unreadable[row.field] = (figure, at, columns[number])
            if adding and chance.random() < 0.12:
                self.write(grid, label_at, chance.choice(ADDED), [7.0, 3.0, ""], columns)
                variant.strays.append(len(grid) - 1)
            if blanks and chance.random() < 0.1:
                grid.append([])

    def dropped(self, rows: Sequence[FormRow]) -> set[int]:
        if not self.has("rows missing", 0.3):
            return set()
        # A row with rows of its own goes with them: without it nobody could tell whose they are.
        parents = {row.parent for row in rows}
        loose = [row.index for row in rows if row.index not in parents]
        return set(self.chance.sample(loose, self.chance.randint(1, max(1, len(loose) // 4))))

    def write(
        self, grid: list[list[Raw]], label_at: int, label: str, values: Sequence[Raw], columns: Sequence[int] = ()
    ) -> None:
        width = max([label_at, *columns, self.extra_column or 0]) + 1
        row: list[Raw] = [""] * width
        row[label_at] = label
        if self.ordinals and label:
            # The numbering stands in a column of its own.
            marker, _, rest = label.partition(" ")
            if rest and len(marker) <= 3 and not marker.isalnum() and not rest[:1].isdigit():
                row[label_at - 1], row[label_at] = marker, rest.lstrip("-–+ ")
        for column, value in zip(columns, values, strict=False):
            row[column] = value
        if self.extra_column is not None and values:
            row[self.extra_column] = float(self.chance.randint(100, 999))
        grid.append(row)

    def label(self, label: str, linking: bool, grid: list[list[Raw]], label_at: int, columns: Sequence[int]) -> str:
        chance = self.chance
        link, colon, rest = label.partition(": ")
        if colon and link in ("Trong đó", "Chia ra"):
            if linking:
                self.write(grid, label_at, self.worded(f"{link}:"), [])
                label = rest
            elif chance.random() < 0.3:
                label = f"{link}:\n{rest}"
        number, separator, words = _numbering(label)
        match self.style:
            case "dots" if number:
                label = f"{number}. {words}"
            case "brackets" if number:
                label = f"{number}) {words}"
            case "dashes" if number:
                label = f"{number} - {words}"
            case "none":
                label = words
            case "plus" if not number and separator:
                label = f"{chance.choice('+–*')} {words}"
        if chance.random() < 0.1:
            label = label.replace(" ", "  ", 1)
        return self.worded(self.misspelt(label))

    def misspelt(self, label: str) -> str:
        """One letter wrong, in a word long enough to be known all the same."""
        if not self.typos or self.chance.random() > 0.15:
            return label
        words = label.split(" ")
        long = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha() and not word.isupper()]
        if not long or len(label) < 12:
            return label
        at = self.chance.choice(long)
        if words[at].casefold() in ("trong", "ngoài", "trên", "chưa", "cuối"):
            return label
        where = self.chance.randrange(1, len(words[at]) - 1)
        words[at] = (
            words[at][:where] + words[at][where + 1 :]
            if self.chance.random() < 0.5
            else (words[at][:where] + words[at][where] + words[at][where:])
        )
        return " ".join(words)

    def worded(self, text: str) -> str:
        if self.upper:
            text = text.upper()
        if self.bare:
            plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
            text = "".join(letter for letter in plain if not unicodedata.combining(letter))
        return text

    def values(self, row: FormRow, variant: OfficialVariant, bad: bool, at: int, share: bool) -> list[Raw]:
        chance = self.chance
        this, last = (chance.choice((None, 0, chance.randint(1, 40), chance.randint(1000, 9000))) for _ in range(2))
        if row.kind == "years":
            this, last = chance.randint(200, 400) / 10, chance.randint(200, 400) / 10
        pct = round(100 * this / last, 2) if this and last else None
        written: list[Raw] = [self.written(this, row.kind), self.written(last, row.kind), self.percent(pct, share)]
        truth = [this, last, pct]
        if bad:
            number = chance.randrange(2)
            written[number] = chance.choice(("hai", "12a", "?", "12-13"))
            truth[number] = None
            variant.unreadable[row.field] = ("this_period" if number == 0 else "same_period_last_year", 0, number)
        variant.truth[row.field] = (truth[0], truth[1], truth[2])
        return written

    def written(self, value: float | None, kind: str) -> Raw:
        chance = self.chance
        if value is None:
            return chance.choice(("", "", None, "x", "X"))
        if value == 0:
            return chance.choice((0.0, "-", "–", "0", 0))
        if kind == "years":
            return chance.choice((float(value), str(value), str(value).replace(".", ",")))
        if value >= 1000:
            return chance.choice((float(value), f"{value:,}".replace(",", ".")))
        return chance.choice((float(value), int(value), f"{value:02d}" if isinstance(value, int) else str(value)))

    def percent(self, value: float | None, share: bool) -> Raw:
        if value is None:
            return self.chance.choice(("", "x"))
        if share:
            return value / 100
        return self.chance.choice((value, f"{value}%", f"{value} %".replace(".", ",")))


def _numbering(label: str) -> tuple[str, str, str]:
    """(number, dash, words) of a label of the forms."""
    first, _, rest = label.partition(" ")
    bare = first.rstrip(".)")
    if bare and len(bare) <= 3 and (bare.isdigit() or (bare.isalpha() and (bare.isupper() or len(bare) == 1))):
        words = rest.removeprefix("- ")
        if bare != "CN" and not words[:1].isdigit() and rest[:3] != "đến":
            return bare, "", words
    if first in ("-", "+"):
        return "", first, rest
    return "", "", label
