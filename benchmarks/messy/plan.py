"""Which columns a sheet has, in which order and under which wordings, and how its office writes figures."""

from dataclasses import dataclass, replace
from random import Random

from benchmarks.messy.mangle import broken, misspelt, shortened, without_accents
from benchmarks.messy.words import Block, Field, Wordings, Words

# Without these a sheet is not the form any more.
_NEEDED = {"total", "opening", "increase", "closing", "type", "people"}
_MAIN = {"KN-1": "admitted", "KN-2": "candidates", "KN-3": "closing", "BD-1": "participants"}
# The figure to which a `near` decoy is close; a `larger` one is close to the main one.
_NEAR = _MAIN | {"KN-3": "increase_admitted", "BD-1": "days"}

# By class: the share of sheets with a row number, of blocks under a group, and how many columns are none of the form's.
_NUMBERED = {"usual": 0.9, "hard": 0.4, "tidy": 0.5, "adversarial": 0.5}
_GROUPED = {"usual": 0.8, "hard": 0.85, "tidy": 0.25, "adversarial": 0.25}
_DECOYS = {"usual": (0, 0, 1, 1, 2), "hard": (0, 1, 1), "tidy": (2, 3, 4, 5), "adversarial": (1, 2)}

_SHEETS = {
    "KN-1": ("Kết nạp", "KN", "Biểu 1", "Ket nap DV", "KN đảng viên", "Phát triển ĐV", "Biểu 01-KN"),
    "KN-2": ("Nguồn", "Nguồn KN", "Biểu 2", "QCƯT", "Nguon", "Tạo nguồn", "Biểu 02-Nguồn"),
    "KN-3": ("Đảng viên", "ĐV", "Biểu 3", "Biến động", "Tăng giảm ĐV", "Dang vien", "Biểu 03-ĐV"),
    "BD-1": ("Bồi dưỡng", "BD", "Biểu 4", "Lớp BD", "Boi duong", "Mở lớp", "Biểu 04-BD"),
}
_TITLE_STYLES = {
    "usual": ("block",),
    "hard": ("block", "lines"),
    "tidy": ("line", "none"),
    "adversarial": ("line",),
}
_TITLES = {
    "KN-1": (
        "Báo cáo kết quả kết nạp đảng viên", "Tình hình kết nạp đảng viên mới", "Biểu tổng hợp kết nạp đảng viên",
        "Biểu số 01: Kết nạp đảng viên", "Tổng hợp công tác phát triển đảng viên", "Kết quả phát triển đảng viên mới",
    ),
    "KN-2": (
        "Báo cáo nguồn kết nạp đảng viên", "Tình hình tạo nguồn kết nạp Đảng", "Tổng hợp quần chúng ưu tú",
        "Biểu số 02: Nguồn kết nạp", "Biểu theo dõi nguồn quần chúng ưu tú",
    ),
    "KN-3": (
        "Báo cáo biến động đảng viên", "Tình hình tăng, giảm đảng viên", "Tổng hợp đội ngũ đảng viên",
        "Biểu số 03: Đảng viên", "Thống kê số lượng đảng viên",
    ),
    "BD-1": (
        "Kết quả mở lớp bồi dưỡng", "Báo cáo công tác bồi dưỡng", "Các lớp bồi dưỡng đã mở trong tháng",
        "Biểu số 04: Bồi dưỡng",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Planned:
    """A column: its headers from above, and what stands in it.

    `source` is `field`, `stt`, `name`, `type`, `note` or the kind of a decoy, whose `near` is the real field beside it.
    """

    path: tuple[str, ...]
    source: str
    field: str | None = None
    near: str | None = None
    ambiguous: bool = False


@dataclass(frozen=True)
class Style:
    """An office's way with a sheet."""

    zero: str
    percent: str
    yes_no: str
    text_numbers: bool
    merged: bool
    split_rows: bool
    number_row: str | None
    sections: str | None
    total: str | None
    title: str
    signature: bool
    blanks: float


@dataclass(frozen=True)
class Plan:
    form: str
    sheet: str
    title: str
    columns: tuple[Planned, ...]
    style: Style


def plan(rng: Random, form: str, kind: str, words: Words) -> Plan:
    """A layout of this form, of the class `usual`, `hard`, `tidy` or `adversarial` (tidy without odd wordings).

    No two columns bear the same headers.
    """
    while True:
        columns = _columns(rng, form, kind, words)
        if len({column.path for column in columns}) == len(columns):
            break
    if kind == "hard":
        columns = _mangled(rng, columns, words.short)
    sheet, title = rng.choice(_SHEETS[form]), rng.choice(_TITLES[form])
    return Plan(form, sheet, title, tuple(columns), _style(rng, kind))


def _style(rng: Random, kind: str) -> Style:
    usual, hard = kind == "usual", kind == "hard"
    return Style(
        zero=rng.choice(("0", "0", "-")),
        percent=rng.choice(("ratio", "points", "points", "text", "comma")),
        yes_no=rng.choice(("Có/Không", "có/không", "x/")),
        text_numbers=hard and rng.random() < 0.4,
        merged=not hard or rng.random() < 0.4,
        split_rows=hard and rng.random() < 0.3,
        number_row=rng.choice(("(1)", "(1)", "A", None)) if usual else None,
        sections=rng.choice((None, "bare", "sums")) if usual or (hard and rng.random() < 0.4) else None,
        total=rng.choice(("below", "below", "below", "above", None)) if usual or hard else rng.choice((None, "below")),
        title=rng.choice(_TITLE_STYLES[kind]),
        signature=(usual or hard) and rng.random() < 0.7,
        blanks=0.01,
    )


def _columns(rng: Random, form: str, kind: str, words: Words) -> list[Planned]:
    labels = words.labels
    blocks = _blocks(rng, form, kind, words)
    groups = [_block_columns(rng, block, kind) for block in blocks]
    if form == "KN-1" and kind in ("usual", "hard") and rng.random() < 0.35:
        groups = _joined(rng, groups)
    # "Of which" is of what stands before it: nothing comes between.
    first_free = 2 if "of_which" in {block.name for block in blocks} else 1
    for extra in _decoys(rng, form, kind, words.decoys[form]):
        groups.insert(rng.randint(min(first_free, len(groups)), len(groups)), extra)
    has_number = rng.random() < _NUMBERED[kind]
    first = [Planned((rng.choice(labels["STT"]),), "stt")] if has_number else []
    if form != "BD-1":
        first.append(Planned((rng.choice(labels["cell_name"]),), "name", "cell_name"))
    if form == "KN-1" and rng.random() < 0.4:
        first.append(Planned((rng.choice(labels["cell_type"]),), "type"))
    last = [Planned((rng.choice(labels["note"]),), "note")] if rng.random() < 0.5 else []
    return first + [column for group in groups for column in group] + last


def _blocks(rng: Random, form: str, kind: str, words: Words) -> list[Block]:
    """The form's blocks without those that this office leaves out; the later ones perhaps in another order."""
    left_out = 0.15 if kind in ("usual", "hard") else 0.25
    blocks = [block for block in words.forms[form] if block.name in _NEEDED or rng.random() > left_out]
    stay = 2 if form == "KN-1" else 1
    if form != "BD-1" and rng.random() < 0.4:
        later = blocks[stay:]
        rng.shuffle(later)
        blocks[stay:] = later
    return blocks


def _block_columns(rng: Random, block: Block, kind: str) -> list[Planned]:
    fields = list(block.fields)
    if not block.is_whole:
        main = [field for field in fields if field.name in _MAIN.values() or block.name == "increase"]
        fields = [field for field in fields if field in main or rng.random() > 0.12]
        if len(fields) > 2 and rng.random() < 0.3:
            at = rng.randrange(1, len(fields) - 1)
            fields[at], fields[at + 1] = fields[at + 1], fields[at]
    elif block.name != "age" and rng.random() < 0.2:
        fields[0], fields[1] = fields[1], fields[0]
    is_grouped = bool(block.group) and rng.random() < _GROUPED[kind]
    if is_grouped and not (len(fields) == 1 and block.name != "total"):
        group = rng.choice(block.group)
        return [Planned((group, _differing(rng, field, group)), "field", field.name) for field in fields]
    return [Planned((rng.choice(_alone(rng, field, kind)),), "field", field.name) for field in fields]


def _differing(rng: Random, field: Field, group: str) -> str:
    return rng.choice([wording for wording in field.under if wording != group])


def _alone(rng: Random, field: Field, kind: str) -> Wordings:
    return field.odd if kind == "tidy" and rng.random() < 1 / 3 else field.alone


def _joined(rng: Random, groups: list[list[Planned]]) -> list[list[Planned]]:
    """The total and what it is made of under one heading; three rows of headers, or two."""
    if len(groups) < 2 or len(groups[0][0].path) < 2:
        return groups
    # An office may have left out every column of the second block.
    if not groups[1] or groups[1][0].field not in ("women", "ethnic_minority"):
        return groups
    above = groups[0][0].path[0]
    deep = rng.random() < 0.6 and len(groups[1][0].path) > 1
    below = [replace(column, path=(above, *column.path[0 if deep else -1 :])) for column in groups[1]]
    return [groups[0] + below, *groups[2:]]


def _decoys(rng: Random, form: str, kind: str, wordings: dict[str, Wordings]) -> list[list[Planned]]:
    extra = []
    for _ in range(rng.choice(_DECOYS[kind])):
        decoy = rng.choice(("near", "near", "larger", "score", "mark", "meetings", "text", "person"))
        close_to = (_NEAR if decoy == "near" else _MAIN)[form]
        extra.append([Planned((rng.choice(wordings[decoy]),), decoy, near=close_to)])
    if kind == "hard" and form in ("KN-1", "KN-2") and rng.random() < 0.5:
        group = rng.choice(("Cùng kỳ năm trước", "Dự kiến tháng sau", "Năm trước"))
        extra.append([Planned((group, text), "near", near=_MAIN[form]) for text in ("Tổng số", "Nữ")])
    return extra


def _mangled(rng: Random, columns: list[Planned], abbreviations: dict[str, str]) -> list[Planned]:
    """Headers written in haste; a group's wording is written once."""
    plain, short = rng.random() < 0.25, rng.random() < 0.35
    seen: dict[str, str] = {}

    def written(text: str) -> str:
        if text not in seen:
            hasty = shortened(text, abbreviations) if short else text
            hasty = misspelt(rng, hasty) if rng.random() < 0.15 else hasty
            hasty = without_accents(hasty) if plain else hasty
            seen[text] = broken(rng, hasty) if rng.random() < 0.2 else hasty
        return seen[text]

    return [replace(column, path=tuple(written(text) for text in column.path)) for column in columns]
