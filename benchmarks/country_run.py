"""A month of the whole country from workbooks to the published file, beside opening the same files with pandas.

Every commune there is since July 2025 sends one workbook with the three monthly forms; the month after it sends the
next one, whose figures go on from the first.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from benchmarks.measure import run
from ingest.values.numbers import Raw
from outbox.blank.workbook import superior_of
from reference.communes import Commune, communes_expected
from reference.fields import MONTHLY_FORMS
from tests.ingest.sheets import SIGNATURE, cell_row, sheet, workbook

#: As in `country`, where the lines are written straight.
CELLS = 30
MONTHS = (date(2025, 8, 1), date(2025, 9, 1))

#: One admission, ten candidates, forty members a cell. What is not named is nought.
_FIGURES: Mapping[str, Mapping[str, int]] = {
    "KN-1": {"admitted": 1, "women": 1, "youth_union": 1, "age_18_30": 1, "occupation_farmer": 1, "year_target": 10},
    "KN-2": {
        **{"candidates": 10, "candidates_women": 4, "candidates_ethnic_minority": 2, "introduced_youth_union": 10},
        **{"class_attended": 6, "under_verification": 4, "files_complete": 2},
    },
    "KN-3": {
        **{"opening": 40, "increase_admitted": 1, "decrease_transferred_out": 1, "closing": 40, "age_to_30": 10},
        **{"age_31_40": 10, "age_41_50": 10, "age_51_60": 10},
    },
}


def compare(folder: Path, communes: int | None = None) -> dict[str, float]:
    """Seconds, memory and ratio of the first month of `communes` communes (all of them) and of the month after it."""
    home = folder / "country_run"
    chosen = [each for each in communes_expected("country") if each.is_valid_in(MONTHS[0])][:communes]
    figures: dict[str, float] = {"workbooks": len(chosen)}
    for name, month in zip(("first", "following"), MONTHS, strict=True):
        landing = home / "landing" / f"{month:%Y-%m}"
        write_month(landing, chosen, month)
        ours = run(["-m", "cli", "run"], environment_of(home, month, "country"))
        peer = run(["-m", "benchmarks.peers", "pandas", str(landing)])
        figures |= {
            f"{name}_wall": ours.wall,
            f"{name}_cpu": ours.cpu,
            f"{name}_peak_mb": ours.peak_mb,
            f"{name}_pandas_wall": peer.wall,
            f"{name}_ratio_wall": ours.wall / peer.wall,
        }
    return figures


def write_month(landing: Path, communes: Sequence[Commune], month: date) -> None:
    """The workbooks of a month, which came on the third of the month after it."""
    landing.mkdir(parents=True)
    came = datetime(month.year, month.month + 1, 3, 1).timestamp()
    for commune in communes:
        path = landing / f"{commune.code} {month:%Y-%m}.xlsx"
        path.write_bytes(_report(commune, month))
        os.utime(path, (came, came))


def environment_of(home: Path, month: date, scope: str) -> dict[str, str]:
    """Of a run over `scope` three days after the workbooks of `month` came."""
    return {
        "ADMISSIONS_HOME": str(home),
        "ADMISSIONS_LANDING": str(home / "landing"),
        "ADMISSIONS_SCOPE": scope,
        "ADMISSIONS_TODAY": f"{month.year}-{month.month + 1:02}-06",
        "ADMISSIONS_ARRIVAL": "modified",
    }


def _report(commune: Commune, month: date) -> bytes:
    title = (superior_of(commune), f"ĐẢNG ỦY {commune.name.upper()}", "", f"Tháng {month.month} năm {month.year}")
    return workbook([sheet(form, _rows(form, month), title, SIGNATURE) for form in MONTHLY_FORMS])


def _rows(form: str, month: date) -> list[list[Raw]]:
    cell: dict[str, Raw] = {**_FIGURES[form]}
    total: dict[str, Raw] = {field: CELLS * value for field, value in _FIGURES[form].items()}
    if form == "KN-1":
        so_far = MONTHS.index(month) + 1
        cell |= {"admitted_ytd": so_far, "admitted_ttd": so_far, "attainment_pct": 10 * so_far}
        total |= {"admitted_ytd": CELLS * so_far, "admitted_ttd": CELLS * so_far, "attainment_pct": 10 * so_far}
    if form == "KN-3":
        cell |= {"mean_age": 41.5, "head_is_member": "có"}
        total |= {"mean_age": 41.5}
    return [
        *(cell_row(form, number, f"Chi bộ Bản {number}", **cell) for number in range(1, CELLS + 1)),
        cell_row(form, "", "TỔNG CỘNG", **total),
    ]
