"""From a tool's tables to the shape in which readings are scored: columns by their wording, rows that are cells."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.messy import truth

# An analyst's rule: a share below this is a ratio.
_LARGEST_RATIO = 10
_NO_CELL = re.compile(r"(tổng|cộng|toàn đảng bộ|[ivx]+(\.|$)|người lập|t/m|bí thư)", re.IGNORECASE)
_TEXTS = {"class_type", "cell_name"}


@dataclass(frozen=True)
class Table:
    """What a tool found on a sheet: a header for each column's letter, and rows by the row of the sheet."""

    headers: dict[str, str]
    rows: list[tuple[int, dict[str, Any]]]


def reader(tables: Callable[[Path], list[Table]]) -> Callable[[list[Path]], Iterator[dict[str, Any]]]:
    """A reader from a tool that turns a file into tables; a file that it cannot open is one that it cannot read."""

    def read(files: list[Path]) -> Iterator[dict[str, Any]]:
        for file in files:
            try:
                found = tables(file)
            except Exception as refusal:  # whatever a tool raises
                yield {"forms": [], "problems": [{"code": type(refusal).__name__}]}
                continue
            forms: dict[str, dict[str, Any]] = {}
            for table in found:
                form = as_form(table)
                if form is not None:
                    forms.setdefault(form["form"], form)
            yield given(file) | {"forms": list(forms.values())}

    return read


def given(file: Path) -> dict[str, Any]:
    """The commune and the month, which these tools are told."""
    known = truth.load(file.parent / "truth.json")
    return {"commune": {"code": known.commune_code}, "month": known.month}


@cache
def template() -> dict[str, dict[str, str]]:
    """By form, the issued wording of each field."""
    path = Path(__file__).parent.with_name("template.yaml")
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def as_form(table: Table) -> dict[str, Any] | None:
    """The form whose wordings the table has most of, at least two; None when there is none."""
    columns = {form: _matched(table.headers, wordings) for form, wordings in template().items()}
    form = max(columns, key=lambda name: len(columns[name]))
    if len(columns[form]) < 2:
        return None
    return of_columns(form, columns[form], [(row, values) for row, values in table.rows if _is_cell(values)])


def of_columns(form: str, columns: dict[str, str], rows: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    """A form in the scored shape, from the letter of each field and the rows of the cells."""
    shares = [figure(values.get(columns.get("attainment_pct", ""))) for _, values in rows]
    ratios = all(share <= _LARGEST_RATIO for share in shares if isinstance(share, float | int))
    lines = []
    for row, values in rows:
        read = {name: figure(values.get(letter), name in _TEXTS) for name, letter in columns.items()}
        share = read.get("attainment_pct")
        if ratios and isinstance(share, int | float):
            read["attainment_pct"] = share * 100
        name = read.pop("cell_name", None)
        lines.append({"row": row, "kind": "cell", "cell_name": name, "values": read})
    return {"form": form, "columns": columns, "lines": lines}


def _matched(headers: dict[str, str], wordings: dict[str, str]) -> dict[str, str]:
    """The letter of each field whose wording a header equals, with its group or, where that is enough, without."""
    by_wording = {_plain(wording): field for field, wording in wordings.items()}
    ends = [_plain(wording.split(" / ")[-1]) for wording in wordings.values()]
    for field, wording in wordings.items():
        end = _plain(wording.split(" / ")[-1])
        if ends.count(end) == 1:
            by_wording.setdefault(end, field)
    found: dict[str, str] = {}
    for letter, header in headers.items():
        for text in (header, header.split(" / ")[-1]):
            field_found = by_wording.get(_plain(text))
            if field_found is not None:
                found.setdefault(field_found, letter)
                break
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\s.:–-]+", " ", text).strip().casefold()


def _is_cell(values: dict[str, Any]) -> bool:
    """Not a total's row, a section's or a signature's: some figures, and a first text that names none of these."""
    texts = [value.strip() for value in values.values() if isinstance(value, str) and re.search(r"[^\W\d]", value)]
    figures = [value for value in values.values() if isinstance(figure(value), int | float)]
    return len(figures) > 1 and not (texts and _NO_CELL.match(texts[0]))


def figure(value: Any, is_text: bool = False) -> Any:
    """What a cell says: a number, yes or no, a day as text; None when it is blank."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}" if value == value else None
    if not isinstance(value, str) or is_text:
        return str(value).strip() if is_text else value
    text = value.strip()
    if text in ("-", "–"):
        return 0
    if text.casefold() in ("có", "x", "không"):
        return text.casefold() != "không"
    number = text.removesuffix("%").replace(",", ".")
    try:
        return float(number)
    except ValueError:
        return text or None
