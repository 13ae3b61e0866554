"""Valentine's COMA, a schema matcher, which is told where the headers and the rows are, and the form.

`schema` matches the headers' wordings to the issued ones; `figures` lets it compare the columns with the very figures
that belong to each field, as no reader of a new report could.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
from valentine import valentine_match
from valentine.algorithms import Coma
from valentine.algorithms.coma.similarity import tfidf

from benchmarks.messy import truth
from benchmarks.messy.peers.tables import figure, given, of_columns, template
from benchmarks.messy.sheets import letter


def schema(files: list[Path]) -> Iterator[dict[str, Any]]:
    return _read(files, with_figures=False)


def figures(files: list[Path]) -> Iterator[dict[str, Any]]:
    return _read(files, with_figures=True)


def _read(files: list[Path], with_figures: bool) -> Iterator[dict[str, Any]]:
    for file in files:
        known = truth.load(file.parent / "truth.json")
        sheets = pd.read_excel(file, sheet_name=None, header=None, engine="calamine")
        forms = [_form(form, sheets[form.sheet].to_numpy().tolist(), with_figures) for form in known.forms]
        yield given(file) | {"forms": forms}


def _form(form: truth.Form, rows: list[list[Any]], with_figures: bool) -> dict[str, Any]:
    cells = [
        (line.row, {letter(place): value for place, value in enumerate(rows[line.row - 1], 1)}) for line in form.lines
    ]
    sheet = pd.DataFrame(
        {column.header: [_text(values.get(column.letter)) for _, values in cells] for column in form.columns}
    )
    wordings = template()[form.form]
    issued = pd.DataFrame({wording: [_said(line, field) for line in form.lines] for field, wording in wordings.items()})
    # Its English stop words would be downloaded; there are none in the figures.
    with patch.object(tfidf, "_english_stopwords", frozenset):
        matches = valentine_match([sheet, issued], Coma(use_instances=with_figures))
    # Its default, the median of all scores, leaves half of the pairs out, whatever they are worth.
    found = matches.one_to_one_hungarian(threshold=0)
    letters = {column.header: column.letter for column in form.columns}
    fields = {wording: field for field, wording in wordings.items()}
    columns = {fields[pair.target_column]: letters[pair.source_column] for pair in found}
    return of_columns(form.form, columns, cells)


def _said(line: truth.Line, field: str) -> str:
    if field == "cell_name":
        return str(line.name)
    return _text(line.values[field].value) if field in line.values else ""


def _text(value: Any) -> str:
    said = figure(value)
    return f"{said:g}" if isinstance(said, int | float) else str(said or "")
