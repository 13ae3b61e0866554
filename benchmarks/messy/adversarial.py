"""Sheets on which words, figures or both say too little or contradict each other."""

from dataclasses import dataclass, replace
from random import Random

from benchmarks.messy.figures import Cell, Row
from benchmarks.messy.plan import Plan, Planned

VARIANTS = ("equal", "equal_unclear", "all_zeros", "one_row", "total_only", "swapped", "decoy_fits")


@dataclass(frozen=True)
class Twisted:
    plan: Plan
    cells: list[Cell]
    rows: list[Row]
    only_total: bool = False


def twist(rng: Random, variant: str, plan: Plan, cells: list[Cell], rows: list[Row]) -> Twisted:
    """A tidy KN-1 made into one of the variants."""
    columns, rows = list(plan.columns), [dict(row) for row in rows]
    if variant == "equal":
        # The words tell them apart: each is to be read.
        for row in rows:
            row["women"] = row["ethnic_minority"]
        columns = _with_pair(columns, ("Nữ", "DTTS"), known=True)
    elif variant == "equal_unclear":
        # Nothing tells them apart: neither is to be read.
        for row in rows:
            row["women"] = row["ethnic_minority"]
        columns = _with_pair(columns, ("Trong đó (1)", "Trong đó (2)"), known=False)
    elif variant == "all_zeros":
        rows = [{name: None if name in ("year_target", "attainment_pct") else 0 for name in row} for row in rows]
        columns.append(Planned(("SL",), "unclear", near="admitted"))
    elif variant == "one_row":
        cells, rows = cells[:1], rows[:1]
    elif variant == "swapped":
        # What stands below "women" can only be the total, and the other way round.
        for row in rows:
            row["women"] = rng.randint(0, int(str(row["admitted"])))
        if all(row["women"] == row["admitted"] for row in rows):
            rows[0]["women"] = max(0, int(str(rows[0]["admitted"])) - 1)
        columns = [column for column in columns if column.field not in ("admitted", "women", "ethnic_minority")]
        wrong = [
            Planned(("Tổng số kết nạp trong tháng",), "field", "women", ambiguous=True),
            Planned(("Trong đó nữ",), "field", "admitted", ambiguous=True),
        ]
        columns = _after_name(columns, wrong)
    elif variant == "decoy_fits":
        # Last year's figures happen to be what the share was reckoned from.
        columns = [
            column for column in columns if column.field not in ("year_target", "admitted_ytd", "attainment_pct")
        ]
        columns += [
            Planned(("Lũy kế từ đầu năm",), "field", "admitted_ytd"),
            Planned(("Thực hiện năm trước",), "unclear", near="year_target"),
            Planned(("Tỷ lệ hoàn thành chỉ tiêu (%)",), "field", "attainment_pct"),
        ]
    style = replace(plan.style, total="below" if variant == "total_only" else plan.style.total)
    return Twisted(replace(plan, columns=tuple(columns), style=style), cells, rows, variant == "total_only")


def _with_pair(columns: list[Planned], wordings: tuple[str, str], known: bool) -> list[Planned]:
    columns = [column for column in columns if column.field not in ("women", "ethnic_minority")]
    fields = ("women", "ethnic_minority")
    pair = [
        Planned((wording,), "field", name) if known else Planned((wording,), "unclear", near=name, ambiguous=True)
        for wording, name in zip(wordings, fields, strict=True)
    ]
    at = 1 + next(place for place, column in enumerate(columns) if column.field == "admitted")
    return columns[:at] + pair + columns[at:]


def _after_name(columns: list[Planned], more: list[Planned]) -> list[Planned]:
    at = 1 + next(place for place, column in enumerate(columns) if column.source == "name")
    return columns[:at] + more + columns[at:]
