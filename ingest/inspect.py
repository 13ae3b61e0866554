"""What would be read from workbooks, as JSON objects; touches no store."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.guard import FileToRead, GuardedReaders
from ingest.model import Evidence, FormReading, Line, Problem, Reading
from ingest.monthly.learnt_columns import read_layouts
from ingest.problems import problem
from ingest.reader import Context
from reference.communes import communes_in_scope
from warehouse.settings import Settings


def inspect_files(files: Sequence[Path], settings: Settings) -> Iterator[dict[str, Any]]:
    """One object per file, in the order given and of the shape that CONTRACT promises, for any input whatever.

    Raises UnknownScope for a scope that names nothing.
    """
    communes_in_scope(settings.scope)
    context = Context(settings.scope, settings.current_day(), read_layouts(settings.archive))
    with GuardedReaders(
        min(settings.workers, len(files)), context, settings.read_seconds, settings.read_memory_mb
    ) as readers:
        readable = [file for file in files if file.is_file()]
        readings = readers.read_all(FileToRead(file.absolute(), file.name) for file in readable)
        for file in files:
            reading = next(readings) if file in readable else FileNotFoundError()
            yield _unreadable(file) if isinstance(reading, OSError) else _object(file, reading)


def _unreadable(file: Path) -> dict[str, Any]:
    code = "file_not_found" if not file.exists() else "special_file"
    return _object(file, Reading("", 0, reason=code, problems=(problem(code, found=str(file)),))) | {"sha256": None}


def _object(file: Path, reading: Reading) -> dict[str, Any]:
    known = reading.commune_code is not None
    return {
        "file": str(file),
        "sha256": reading.sha256,
        "status": reading.status,
        "reason": reading.reason,
        "commune": {"code": reading.commune_code, "name": reading.commune_name} if known else None,
        "month": f"{reading.month:%Y-%m}" if reading.month else None,
        "forms": [_form(form) for form in reading.forms],
        "problems": [_problem(found) for found in reading.problems],
    }


def _form(form: FormReading) -> dict[str, Any]:
    figures = [field for line in form.lines[:1] for field in (*line.texts, *line.values)]
    period = {"period": form.period} if form.edition is not None else {}
    columns = {field: letter for field, letter in form.columns.items() if field in figures}
    return {
        "form": form.form,
        **period,
        "sheet": form.sheet,
        "header_rows": list(form.header_rows),
        "columns": columns,
        "inferred": {letter: _evidence(why) for letter, why in form.inferred.items() if why.field in columns},
        "unmapped": form.unmapped,
        "lines": [_line(line) for line in form.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    field = {"field": line.field} if line.field is not None else {}
    return {
        "row": line.row,
        "kind": line.kind,
        "cell_name": line.cell_name,
        **field,
        **({"inferred": _evidence(line.inferred)} if line.inferred else {}),
        "values": line.texts | line.values,
    }


def _evidence(why: Evidence) -> dict[str, str]:
    return {"field": why.field, "evidence_vi": why.vi, "evidence_en": why.en}


def _problem(found: Problem) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        "form": found.form,
        "sheet": found.sheet,
        "cell": found.cell,
        "found": found.found,
        "expected": found.expected,
        "message_vi": found.message_vi,
        "message_en": found.message_en,
    }
