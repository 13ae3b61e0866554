"""The figures of a commune's month, consistent in themselves, and how a clerk types them."""

from dataclasses import dataclass, field
from random import Random

from tests.ingest.variant_words import KINDS, ORDER

Truth = int | float | bool | None

_CELL_NAMES = (
    "Chi bộ Tổ dân phố số {n}",
    "Chi bộ TDP số {n}",
    "Chi bộ bản {village}",
    "Chi bộ Trường Mầm non {village}",
    "Chi bộ Trường Tiểu học số {n}",
    "Chi bộ Trạm Y tế",
    "Chi bộ Công an",
    "Chi bộ Quân sự",
    "Chi bộ Hợp tác xã {village}",
    "Chi bộ Cơ quan",
    "Chi bộ Trường THCS {village}",
    "Bản {village}",
    "Tổ dân phố {n}",
    "Chi bộ Doanh nghiệp {village}",
)
_VILLAGES = (
    "Gia Khâu",
    "Nậm Loỏng I",
    "Tả Xin Chải",
    "Sùng Chô",
    "Trung Chải",
    "Lùng Thàng",
    "Séo Xin Chải",
    "Cư Nhà La",
    "Suối Thầu",
    "Hoa Ban",
    "Tả Làn Than",
    "Cắng Đắng",
)
SECTIONS = ("Khối dân cư", "Khối trường học", "Khối cơ quan, doanh nghiệp", "Khối nông thôn")


@dataclass
class CellFigures:
    """A cell's name, kind and figures per form, as they are meant (before blanks and dashes)."""

    name: str
    cell_type: str
    silent: bool = False
    figures: dict[str, dict[str, Truth]] = field(default_factory=dict)


def cells_of_month(rng: Random, number: int, silent: int = -1) -> list[CellFigures]:
    """`number` cells with their figures in all three forms; the one at `silent` has not reported."""
    names: list[str] = []
    while len(names) < number:
        name = rng.choice(_CELL_NAMES).format(n=rng.randint(1, 30), village=rng.choice(_VILLAGES))
        if name not in names:
            names.append(name)
    found = []
    for position, name in enumerate(names):
        cell = CellFigures(name, rng.choice(("TDP", "Bản", "Trường học", "Cơ quan")))
        admitted = rng.choice((0, 0, 0, 1, 1, 2, 3, 12))
        cell.silent = position == silent
        cell.figures = {"KN-1": _kn1(rng, admitted), "KN-2": _kn2(rng), "KN-3": _kn3(rng, admitted)}
        if cell.silent:
            cell.figures = {form: dict.fromkeys(values) for form, values in cell.figures.items()}
        found.append(cell)
    return found


def total_of(form: str, lines: list[dict[str, Truth]]) -> dict[str, Truth]:
    """The sum of lines; blanks count nothing, shares and means are worked out anew, yes/no stays blank."""
    total: dict[str, Truth] = {}
    for name in ORDER[form]:
        kind = KINDS.get(name, "count")
        values = [value for line in lines if (value := line.get(name)) is not None]
        if kind == "count":
            total[name] = int(sum(values))
        elif kind == "years":
            total[name] = round(sum(values) / len(values), 1) if values else None
        elif kind == "percent":
            target = total.get("year_target")
            total[name] = _share(total.get("admitted_ytd"), target)
        else:
            total[name] = None
    return total


def _share(part: Truth, whole: Truth) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _split(rng: Random, whole: int, parts: list[str]) -> dict[str, Truth]:
    found: dict[str, Truth] = dict.fromkeys(parts, 0)
    for _ in range(whole):
        part = rng.choice(parts)
        found[part] = int(found[part] or 0) + 1
    return found


def _kn1(rng: Random, admitted: int) -> dict[str, Truth]:
    ytd = admitted + rng.randint(0, 4)
    target = rng.randint(1, 9)
    subsets = (
        "women",
        "ethnic_minority",
        "religious",
        "youth_union",
        "private_enterprise",
        "demobilised",
        "militia",
        "neighbourhood_head",
    )
    return (
        {"admitted": admitted}
        | {name: rng.randint(0, admitted) for name in subsets}
        | _split(rng, admitted, ["age_18_30", "age_31_40", "age_41_50", "age_over_50"])
        | _split(rng, admitted, [name for name in ORDER["KN-1"] if name.startswith("occupation_")])
        | {"admitted_ytd": ytd, "admitted_ttd": ytd + rng.randint(0, 20)}
        | {"year_target": target, "attainment_pct": _share(ytd, target)}
    )


def _kn2(rng: Random) -> dict[str, Truth]:
    candidates = rng.randint(0, 15)
    attended = rng.randint(0, candidates)
    verified = rng.randint(0, attended)
    return (
        {"candidates": candidates}
        | {name: rng.randint(0, candidates) for name in ("candidates_women", "candidates_ethnic_minority")}
        | _split(rng, candidates, [name for name in ORDER["KN-2"] if name.startswith("introduced_")])
        | {"class_attended": attended, "under_verification": verified, "files_complete": rng.randint(0, verified)}
    )


def _kn3(rng: Random, admitted: int) -> dict[str, Truth]:
    opening = rng.choice((rng.randint(5, 60), rng.randint(20, 180), rng.randint(900, 1600)))
    moves = {name: rng.choice((0, 0, 0, 1)) for name in ORDER["KN-3"] if name.startswith(("increase_", "decrease_"))}
    moves["increase_admitted"] = admitted
    change = sum(value if name.startswith("increase_") else -value for name, value in moves.items())
    ages = [name for name in ORDER["KN-3"] if name.startswith("age_")]
    return (
        {"opening": opening}
        | moves
        | {"closing": opening + change}
        | _split(rng, opening + change, ages)
        | {"mean_age": round(rng.uniform(28, 62), 1), "head_is_member": rng.choice((True, False, None))}
    )


@dataclass(frozen=True)
class Typed:
    """What stands in a cell, whether it is shown as a percentage, and what it says."""

    content: str | int | float
    as_percent: bool
    truth: Truth


def typed(rng: Random, deviations: set[str], name: str, value: Truth) -> Typed:
    """How a clerk with these habits types `value` into the column `name`."""
    kind = KINDS.get(name, "count")
    if value is None:
        return Typed("", False, None)
    if kind == "flag":
        return _flag(rng, deviations, bool(value))
    if kind == "percent":
        return _percent(rng, deviations, float(value))
    if kind == "years":
        text = f"{value:.1f}"
        if "numbers: decimal comma" in deviations and rng.random() < 0.7:
            return Typed(text.replace(".", ","), False, value)
        return Typed(text if "numbers: text" in deviations else value, False, value)
    return _count(rng, deviations, int(value))


def _flag(rng: Random, deviations: set[str], value: bool) -> Typed:
    if "flag: x" in deviations:
        return Typed(rng.choice(("x", "X")), False, True) if value else Typed("", False, None)
    if "flag: upper" in deviations:
        return Typed("CÓ" if value else "KHÔNG", False, value)
    return Typed("có" if value else "không", False, value)


def _percent(rng: Random, deviations: set[str], value: float) -> Typed:
    if "percent: sign" in deviations:
        space = rng.choice(("", " "))
        return Typed(f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",") + f"{space}%", False, value)
    if "percent: formatted" in deviations:
        return Typed(round(value / 100, 6), True, value)
    if "numbers: decimal comma" in deviations:
        return Typed(f"{value:.2f}".replace(".", ","), False, value)
    return Typed(value, False, value)


def _count(rng: Random, deviations: set[str], value: int) -> Typed:
    if value == 0:
        if "zero: dash" in deviations and rng.random() < 0.8:
            return Typed(rng.choice(("-", "–", " - ")), False, 0)
        if "zero: blank" in deviations and rng.random() < 0.7:
            return Typed("", False, None)
    if value >= 1000 and "numbers: grouped" in deviations:
        return Typed(f"{value:,}".replace(",", "."), False, value)
    if value < 10 and "numbers: leading zero" in deviations and rng.random() < 0.6:
        return Typed(f"{value:02d}", False, value)
    if "numbers: no-break space" in deviations and rng.random() < 0.4:
        return Typed(rng.choice(("\u00a0{}", "{} ", "{}\u00a0")).format(value), False, value)
    if "numbers: text" in deviations and rng.random() < 0.7:
        return Typed(str(value), False, value)
    return Typed(value, False, value)
