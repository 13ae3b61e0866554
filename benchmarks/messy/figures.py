"""Cells of a commune and their figures, month after month, such that the forms' identities hold."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

Value = int | float | bool | str | date | None
Row = dict[str, Value]

AGES_NEW = ("age_18_30", "age_31_40", "age_41_50", "age_over_50")
AGES = ("age_to_30", "age_31_40", "age_41_50", "age_51_60", "age_over_60")
OCCUPATIONS = tuple(
    f"occupation_{name}" for name in ("farmer", "worker", "official", "armed_forces", "student", "other")
)
INTRODUCERS = tuple(
    f"introduced_{name}" for name in ("youth_union", "womens_union", "farmers", "veterans", "trade_union", "other")
)
CLASSES = ("nhận thức về Đảng", "đảng viên mới", "nghiệp vụ công tác đảng cho cấp ủy, bí thư, phó bí thư chi bộ")

_SECTIONS = {
    "residents": "Khối dân cư",
    "schools": "Khối trường học",
    "offices": "Khối cơ quan, đơn vị",
    "enterprises": "Khối doanh nghiệp, HTX",
}
_TYPES = {"schools": "Trường học", "offices": "Cơ quan", "enterprises": "Doanh nghiệp"}
_VILLAGES = (
    "Nậm Cung", "Tả Xin Chải", "Gia Khâu", "Suối Thầu", "Lùng Thàng", "Phan Lìn", "Nà Đon", "Hồi Lùng", "Sùng Chô",
    "Cắng Đắng", "Tả Chải", "Lò Suối Tủng", "Thành Công", "Căn Câu", "Trung Chải", "Màng", "Xéo Xin", "Làng Giảng",
)  # fmt: skip
_SCHOOLS = (
    "Trường Mầm non Hoa Ban", "Trường Mầm non số 2", "Trường Tiểu học số 1", "Trường Tiểu học số 2", "Trường THCS",
    "Trường THPT", "Trường PTDT Nội trú", "Trung tâm GDTX",
)  # fmt: skip
_OFFICES = (
    "Cơ quan UBND", "Công an", "Quân sự", "Trạm Y tế", "Khối đoàn thể", "Văn phòng Đảng ủy", "Bưu điện", "Kiểm lâm",
)  # fmt: skip
_ENTERPRISES = ("HTX Nông nghiệp", "Công ty TNHH Hoàng Nhâm", "Doanh nghiệp Chè", "Quỹ Tín dụng", "Công ty Môi trường")


@dataclass(frozen=True)
class Cell:
    name: str
    section: str
    cell_type: str

    @property
    def section_label(self) -> str:
        return _SECTIONS[self.section]


@dataclass
class _Standing:
    """What a cell carries from month to month."""

    members: list[int]
    mean_age: float
    target: int | None
    year: int
    term: int
    candidates: int
    head: bool | None


@dataclass(frozen=True)
class Month:
    """The figures of one month: for each form its rows, those of the cells in the cells' order."""

    first: date
    rows: dict[str, list[Row]] = field(default_factory=dict)


def make_cells(rng: Random, count: int, is_ward: bool) -> list[Cell]:
    """So many cells of a commune, in the order in which it lists them: section after section."""
    prefix = rng.choice(("Chi bộ ", "Chi bộ ", "CB ", ""))
    residents = max(2, round(count * rng.uniform(0.5, 0.75)))
    if is_ward:
        spelt = rng.choice(("Tổ dân phố số {}", "TDP số {}", "Tổ {}", "tổ dân phố {}"))
        numbers = sorted(rng.sample(range(1, 40), residents))
        homes = [spelt.format(number) for number in numbers]
    else:
        spelt = rng.choice(("bản {}", "Bản {}", "thôn {}"))
        homes = [spelt.format(name) for name in rng.sample(_VILLAGES, min(residents, len(_VILLAGES)))]
    kind = "Tổ dân phố" if is_ward else "Bản"
    cells = [Cell(prefix + name, "residents", kind) for name in homes]
    rest = max(0, count - len(cells))
    others = [("schools", name) for name in rng.sample(_SCHOOLS, min(len(_SCHOOLS), (rest + 1) // 2))]
    others += [("offices", name) for name in rng.sample(_OFFICES, min(len(_OFFICES), rest // 3))]
    others += [("enterprises", name) for name in rng.sample(_ENTERPRISES, min(len(_ENTERPRISES), rest // 4))]
    return cells + [Cell((prefix or "Chi bộ ") + name, section, _TYPES[section]) for section, name in others]


def make_months(rng: Random, cells: list[Cell], first: date, count: int) -> list[Month]:
    """Consecutive months of these cells."""
    standings = [_standing(rng, cell, first) for cell in cells]
    months = []
    for number in range(count):
        later = first.month - 1 + number
        month = Month(date(first.year + later // 12, later % 12 + 1, 1))
        if number and month.first.month == 1:
            for standing in standings:
                standing.year = 0
        admitted = [_admitted(rng, standing) for standing in standings]
        month.rows["KN-1"] = admitted
        month.rows["KN-2"] = [_candidates(rng, standing) for standing in standings]
        month.rows["KN-3"] = [
            _members(rng, standing, row, cell) for standing, row, cell in zip(standings, admitted, cells, strict=True)
        ]
        month.rows["BD-1"] = [_training(rng, month.first) for _ in range(rng.randint(2, 6))]
        months.append(month)
    return months


def decoy(rng: Random, kind: str, real: int) -> Value:
    """A figure of a column that is none of the form's; `near` ones are often the real figure itself."""
    if kind == "near":
        return max(0, real + rng.choice((0, 0, 0, 1, -1, 1, 2)))
    if kind == "larger":
        return real + rng.randint(0, 6)
    if kind == "score":
        return rng.randint(70, 100)
    if kind == "mark":
        return round(rng.uniform(7, 10), 1)
    if kind == "meetings":
        return rng.choice((1, 1, 1, 2, 2, 3))
    if kind == "person":
        return rng.choice(("đ/c Lan", "đ/c Páo", "đ/c Hùng", "đ/c Sì"))
    return rng.choice(("", "Khá", "Tốt", "HTTNV", "HTXSNV"))


def _standing(rng: Random, cell: Cell, first: date) -> _Standing:
    size = rng.randint(9, 60)
    year = sum(_count(rng) for _ in range(first.month - 1))
    is_home = cell.section == "residents"
    return _Standing(
        members=_split(rng, size, (1, 2, 2, 2, 2)),
        mean_age=round(rng.uniform(34, 58), 1),
        target=rng.choice((2, 3, 4, 5, 6, 7, 8)),
        year=year,
        term=year + rng.randint(0, 14),
        candidates=rng.randint(2, 14),
        head=rng.random() < 0.8 if is_home else None,
    )


def _count(rng: Random) -> int:
    return rng.choices((0, 1, 2, 3), (60, 25, 11, 4))[0]


def _split(rng: Random, total: int, weights: tuple[int, ...]) -> list[int]:
    parts = [0] * len(weights)
    for place in rng.choices(range(len(weights)), weights, k=total):
        parts[place] += 1
    return parts


def _some(rng: Random, of: int, share: float) -> int:
    return sum(rng.random() < share for _ in range(of))


def _admitted(rng: Random, standing: _Standing) -> Row:
    count = _count(rng)
    standing.year += count
    standing.term += count
    row: Row = {"admitted": count}
    for name, share in (("women", 0.5), ("ethnic_minority", 0.35), ("religious", 0.08), ("youth_union", 0.6)):
        row[name] = _some(rng, count, share)
    row |= zip(AGES_NEW, _split(rng, count, (6, 4, 2, 1)), strict=True)
    row |= zip(OCCUPATIONS, _split(rng, count, (5, 2, 4, 2, 1, 1)), strict=True)
    for name, share in (
        ("private_enterprise", 0.15),
        ("demobilised", 0.2),
        ("militia", 0.25),
        ("neighbourhood_head", 0.12),
    ):
        row[name] = _some(rng, count, share)
    target = standing.target
    row |= {"admitted_ytd": standing.year, "admitted_ttd": standing.term, "year_target": target}
    row["attainment_pct"] = round(100 * standing.year / target, 1) if target else None
    return row


def _candidates(rng: Random, standing: _Standing) -> Row:
    total = standing.candidates = max(0, standing.candidates + rng.randint(-2, 2))
    row: Row = {
        "candidates": total,
        "candidates_women": _some(rng, total, 0.5),
        "candidates_ethnic_minority": _some(rng, total, 0.35),
    }
    row |= zip(INTRODUCERS, _split(rng, total, (6, 4, 3, 2, 2, 1)), strict=True)
    learnt = _some(rng, total, 0.6)
    verified = _some(rng, learnt, 0.6)
    return row | {
        "class_attended": learnt,
        "under_verification": verified,
        "files_complete": _some(rng, verified, 0.5),
    }


def _members(rng: Random, standing: _Standing, admitted: Row, cell: Cell) -> Row:
    opening = sum(standing.members)
    new = [admitted[name] for name in AGES_NEW]
    gained = [value if isinstance(value, int) else 0 for value in new] + [0]
    moved_in, reinstated = _some(rng, 3, 0.18), _some(rng, 1, 0.02)
    left = {
        "decrease_transferred_out": _some(rng, 3, 0.15),
        "decrease_deceased": _some(rng, 1, 0.12),
        "decrease_expelled": _some(rng, 1, 0.03),
        "decrease_struck_off": _some(rng, 1, 0.05),
        "decrease_resigned": _some(rng, 1, 0.03),
    }
    ages = [before + more for before, more in zip(standing.members, gained, strict=True)]
    for _ in range(moved_in + reinstated):
        ages[rng.randrange(5)] += 1
    for _ in range(sum(left.values())):
        ages[rng.choice([place for place, held in enumerate(ages) if held])] -= 1
    standing.members = ages
    standing.mean_age = round(standing.mean_age + rng.uniform(-0.4, 0.4), 1)
    row: Row = {
        "opening": opening,
        "increase_admitted": admitted["admitted"],
        "increase_transferred_in": moved_in,
        "increase_reinstated": reinstated,
    }
    row |= left
    row["closing"] = sum(ages)
    row |= zip(AGES, ages, strict=True)
    return row | {"mean_age": standing.mean_age, "head_is_member": standing.head}


def _training(rng: Random, month: date) -> Row:
    people = rng.randint(15, 80)
    return {
        "class_type": rng.choice(CLASSES),
        "started_on": month + timedelta(days=rng.randint(0, 27)),
        "days": rng.choice((1, 2, 3, 5, 7)),
        "participants": people,
        "participants_women": _some(rng, people, 0.45),
        "participants_ethnic_minority": _some(rng, people, 0.4),
    }
