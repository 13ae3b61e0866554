"""One workbook's bytes -> everything that is read from it. Runs in the guarded child process."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.identify import identify
from ingest.lines import read_table
from ingest.model import FormReading, Problem, Reading
from ingest.numbers import shown
from ingest.people import is_list_of_people
from ingest.problems import problem
from ingest.tables import Table, find_tables, rows_left_out
from ingest.targets import TargetsReading, read_targets
from ingest.text import address, clean
from ingest.workbook import EncryptedWorkbook, NotAWorkbook, Sheet, UnreadableWorkbook, open_sheets
from reference.fields import MONTHLY_FORMS, forms

#: On a sheet without a table, this many rows may hold a title (a cover sheet).
_TITLE_ROWS = 30


@dataclass(frozen=True)
class Context:
    """What a file is judged against: whose reports are received, and the day taken as today."""

    scope: str
    today: date


def read_workbook(content: bytes, path_name: str, context: Context) -> Reading:
    """Read a workbook; whatever cannot be read becomes a problem in the result, never an exception.

    `path_name` is the file's path below the landing folder; it helps where the title block is silent.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        sheets = open_sheets(content)
    except NotAWorkbook:
        return _refused(sha256, content, "empty_file" if not content else "not_a_workbook")
    except EncryptedWorkbook:
        return _refused(sha256, content, "encrypted_workbook")
    except UnreadableWorkbook as error:
        return _refused(sha256, content, "unreadable_workbook", found=str(error))
    for sheet in sheets:
        if is_list_of_people(sheet):
            return _refused(sha256, content, "list_of_people")
    tables = [(sheet, find_tables(sheet)) for sheet in sheets]
    if not any(found for _, found in tables):
        for sheet in sheets:
            if targets := read_targets(sheet, context.scope):
                return _targets_reading(sha256, content, targets)
        return _refused(sha256, content, "no_form_found", sheets=sheets)
    return _report(sha256, content, tables, path_name, context)


def _refused(sha256: str, content: bytes, code: str, found: str | None = None, sheets: Sequence[Sheet] = ()) -> Reading:
    if sheets and found is None:
        found = ", ".join(sheet.name for sheet in sheets)
    return Reading(sha256, len(content), reason=code, problems=(problem(code, found=found),))


def _targets_reading(sha256: str, content: bytes, targets: TargetsReading) -> Reading:
    unknown_term = next((found.code for found in targets.problems if found.code == "term_unknown"), None)
    return Reading(
        sha256,
        len(content),
        kind="targets",
        reason=unknown_term,
        forms=(targets.form,),
        targets=targets.targets,
        problems=targets.problems,
    )


def _report(
    sha256: str,
    content: bytes,
    tables: Sequence[tuple[Sheet, list[Table]]],
    path_name: str,
    context: Context,
) -> Reading:
    readings, problems = _read_forms(tables)
    titles = [_title_texts(sheet, found) for sheet, found in tables]
    rows = [row for sheet, found in tables for row in _title_rows(sheet, found)]
    identity = identify(titles, path_name, context.scope, context.today, rows)
    problems = [*identity.problems, *problems]
    reason = next((found.code for found in identity.problems if found.severity == "critical"), None)
    return Reading(
        sha256,
        len(content),
        reason=reason,
        commune_key=identity.commune.key if identity.commune else None,
        commune_code=identity.commune.code if identity.commune else None,
        commune_name=identity.commune.name if identity.commune else None,
        month=identity.month,
        forms=tuple(readings),
        problems=tuple(problems),
    )


def _read_forms(tables: Sequence[tuple[Sheet, list[Table]]]) -> tuple[list[FormReading], list[Problem]]:
    """The first table of each form, in the forms' order; a second one is a problem, a missing one too."""
    readings: dict[str, FormReading] = {}
    problems: list[Problem] = []
    for sheet, found in tables:
        for table in found:
            form = table.mapped.form
            if form in readings:
                places = f"{readings[form].sheet}, {sheet.name}"
                problems.append(problem("form_repeated", form=form, sheet=sheet.name, found=places))
                continue
            readings[form], noticed = read_table(sheet, table)
            problems += noticed
    problems += [
        problem("row_not_read", sheet=sheet.name, cell=address(row, 0), row=row + 1)
        for sheet, found in tables
        for row in rows_left_out(sheet, found)
    ]
    for form in MONTHLY_FORMS:
        if form not in readings:
            title = next(known.sheet_vi for known in forms() if known.form == form)
            problems.append(problem("sheet_missing", form=form, expected=f"{form} ({title})"))
    return [readings[form] for form in MONTHLY_FORMS if form in readings], problems


def _title_texts(sheet: Sheet, tables: Sequence[Table]) -> list[str]:
    """The texts above the sheet's first table."""
    end = tables[0].header_first if tables else _TITLE_ROWS
    return [clean(value) for row in sheet.rows[:end] for value in row if isinstance(value, str) and value]


def _title_rows(sheet: Sheet, tables: Sequence[Table]) -> list[str]:
    """The same by rows, for what is written over several cells (`Tháng | 5 | năm | 2020`)."""
    end = tables[0].header_first if tables else _TITLE_ROWS
    return [" ".join(text for value in row if (text := shown(value))) for row in sheet.rows[:end]]
