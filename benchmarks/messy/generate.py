"""Workbooks with their truth: `FOLDER/CLASS/0001/….xlsx` beside `truth.json`; the same seed, the same files."""

from datetime import date
from pathlib import Path
from random import Random

from benchmarks.messy import truth
from benchmarks.messy.adversarial import VARIANTS, twist
from benchmarks.messy.figures import Cell, Month, make_cells, make_months
from benchmarks.messy.mangle import without_accents
from benchmarks.messy.plan import Plan, plan
from benchmarks.messy.sheets import Office, Sheet, render
from benchmarks.messy.words import FORMS, PUBLISHED, load_words
from benchmarks.messy.write import write

KINDS = ("usual", "hard", "tidy", "adversarial")

# The communes of Lai Châu city until June 2025, with their official codes.
_OFFICES = (
    Office("03386", "Quyết Thắng", "Phường"),
    Office("03387", "Tân Phong", "Phường"),
    Office("03388", "Quyết Tiến", "Phường"),
    Office("03389", "Đoàn Kết", "Phường"),
    Office("03403", "Sùng Phài", "Xã"),
    Office("03408", "Đông Phong", "Phường"),
    Office("03409", "San Thàng", "Xã"),
)
_SENT = {"KN-1": 1.0, "KN-2": 0.7, "KN-3": 0.7, "BD-1": 0.4}


def generate(folder: Path, kind: str, count: int, seed: int, words_file: Path = PUBLISHED) -> None:
    """So many workbooks of one class; a commune sends one to three consecutive months in one layout."""
    rng = Random(f"{kind} {seed}")
    words = load_words(words_file)
    written = 0
    while written < count:
        office = rng.choice(_OFFICES)
        cells = make_cells(rng, rng.randint(6, 28), office.unit == "Phường")
        first = date(rng.randint(2021, 2024), rng.randint(1, 12), 1)
        sequence = min(count - written, rng.choice((1, 1, 2, 3)))
        forms = [form for form in FORMS if rng.random() < _SENT[form]] if kind != "adversarial" else ["KN-1"]
        plans = [plan(rng, form, kind, words) for form in forms]
        for month in make_months(rng, cells, first, sequence):
            written += 1
            variant = VARIANTS[written % len(VARIANTS)] if kind == "adversarial" else ""
            place = folder / kind / f"{written:04}"
            _workbook(rng, place, (kind, variant), office, month, cells, plans)


def _workbook(
    rng: Random,
    place: Path,
    what: tuple[str, str],
    office: Office,
    month: Month,
    cells: list[Cell],
    plans: list[Plan],
) -> None:
    kind, variant = what
    sheets: list[Sheet] = []
    forms: list[truth.Form] = []
    for layout in plans:
        rows, only_total, listed = month.rows[layout.form], False, cells
        if variant:
            twisted = twist(rng, variant, layout, cells, rows)
            layout, listed, rows, only_total = twisted.plan, twisted.cells, twisted.rows, twisted.only_total
        sheet, form = render(rng, layout, office, month.first, listed, rows, only_total)
        sheets.append(sheet)
        forms.append(form)
    place.mkdir(parents=True, exist_ok=True)
    old = kind in ("usual", "hard") and rng.random() < 0.08
    name = _file_name(rng, office, month.first) + (".xls" if old else ".xlsx")
    write(sheets, place / name)
    known = truth.Workbook(name, kind, variant, office.code, office.full_name, f"{month.first:%Y-%m}", tuple(forms))
    truth.save(known, place / "truth.json")


def _file_name(rng: Random, office: Office, month: date) -> str:
    plain = without_accents(office.full_name)
    return rng.choice(
        (
            f"{plain.replace(' ', '')}_KN_{month:%Y-%m}",
            f"BC ket nap {plain} thang {month.month}.{month.year}",
            f"{plain} {month:%m-%Y}",
        )
    )
