"""The Vietnamese of all catalogues calls a thing by one name, and writes a month in one way.

| thing | word |
|---|---|
| what a rule finds wrong in a report (failure) | sai lệch |
| what a program does wrong, and a spreadsheet's `#N/A` (error) | lỗi |
| commune or ward | xã, phường |
| a letter that goes with a marked report | thư |
| what is no longer open | đã giải quyết |
| a month in a sentence | tháng 5/2020 (May 2020) |
"""

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from reference.figures import month_name, month_of

ROOT = Path(__file__).parents[2]
CATALOGUES = (
    "reference/texts.csv",
    "reference/commands.csv",
    "reference/official_reasons.csv",
    "ingest/problems.csv",
    "outbox/words.csv",
    "dbt_project/dictionary_vi.csv",
    "expectations/rules.yml",
    "expectations/kinds.yml",
    "expectations/causes.yml",
    *(path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("portal/texts/*.csv"))),
)
#: Texts that speak of a program's error, or of an error cell.
OF_PROGRAMS = frozenset({"error_store", "error_catalogue", "formulas_not_checked"})
DISCARDED = (
    (re.compile(r"\blỗi\b(?! của chương trình)", re.IGNORECASE), "sai lệch"),
    (re.compile(r"sai sót", re.IGNORECASE), "sai lệch"),
    (re.compile(r"xã/phường", re.IGNORECASE), "xã, phường"),
    (re.compile(r"công văn", re.IGNORECASE), "thư"),
    (re.compile(r"chưa xử lý|đã xử lý", re.IGNORECASE), "chưa giải quyết, đã giải quyết"),
    (re.compile(r"(?<!/)\b0\d/20\d\d"), "5/2020"),
    (re.compile(r"(?<!ngày \{day\} )tháng (\{month\}|\d+) năm (\{\w+\}|\d{4})"), "tháng 5/2020"),
)


def texts_in(name: str) -> Iterator[tuple[str, str]]:
    """Key and Vietnamese text of each entry."""
    path = ROOT / name
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines), start=2):
                column = "vi" if "vi" in row else list(row)[-1]
                yield row.get("key") or row.get("code") or f"line {number}", row[column]
        return
    yield from _vietnamese("", yaml.safe_load(path.read_text(encoding="utf-8")))


def _vietnamese(place: str, found: Any) -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for name, value in found.items():
            if name == "vi" and isinstance(value, str):
                yield place, value
            else:
                yield from _vietnamese(f"{place}.{name}", value)
    elif isinstance(found, list):
        for each in found:
            yield from _vietnamese(place, each)


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_catalogue_uses_the_words_that_were_chosen(name: str) -> None:
    texts = list(texts_in(name))
    assert len(texts) >= 5
    for key, text in texts:
        if key in OF_PROGRAMS:
            continue
        for discarded, chosen in DISCARDED:
            assert not discarded.search(text), f"{name}, {key}: write “{chosen}”: {text}"


def test_no_code_writes_a_month_in_another_way() -> None:
    """Days are `%d/%m/%Y`, months in commands and names of files `%Y-%m`."""
    for path in ROOT.glob("**/*.py"):
        if path.relative_to(ROOT).parts[0] in (".venv", "build", "tests", "samples", "benchmarks", "var"):
            continue
        assert not re.search(r"(?<!%d/)%m/%Y", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("month", "vietnamese", "english"),
    [(date(2020, 5, 1), "5/2020", "May 2020"), (date(2019, 12, 1), "12/2019", "December 2019")],
)
def test_a_month_is_written_in_one_way(month: date, vietnamese: str, english: str) -> None:
    assert (month_name(month, "vi"), month_name(month, "en")) == (vietnamese, english)
    assert month_of(vietnamese) == month
