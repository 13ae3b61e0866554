"""One workbook's bytes -> everything that is read from it. Runs in the guarded child process."""

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from ingest.container.prepare import as_seen, is_list_of_points, prepared
from ingest.container.reasons import sentence_for
from ingest.container.workbook import (
    EncryptedWorkbook,
    NotAWorkbook,
    RefusedWorkbook,
    Sheet,
    UnreadableWorkbook,
    open_workbook,
)
from ingest.identity.identify import Identity, identify, unit_of_its_own
from ingest.identity.issued import issued_otherwise
from ingest.model import FormReading, Problem, Reading
from ingest.monthly.days_of_the_month import with_days_of_the_month
from ingest.monthly.few_columns import with_few_columns
from ingest.monthly.forms_together import forms_together
from ingest.monthly.inference import with_figures
from ingest.monthly.learnt_columns import LearntColumn, with_learnt
from ingest.monthly.lines import read_table
from ingest.monthly.other_times import with_other_times
from ingest.monthly.people import is_list_of_people
from ingest.monthly.sheets_left import form_called, has_a_table_of_figures
from ingest.monthly.side_by_side import side_by_side
from ingest.monthly.sums import with_sums
from ingest.monthly.tables import Table, find_tables, rows_left_out
from ingest.official_forms.report import OfficialReport, place_official
from ingest.official_forms.sheet import OfficialReading, read_official, without_official
from ingest.plans.targets import TargetsReading, read_targets
from ingest.plans.training import classes_outside, find_training, looks_unread, read_training, without_training
from ingest.problems import problem
from ingest.values.numbers import shown
from ingest.values.text import address, key
from reference.communes import successors_of
from reference.fields import MONTHLY_FORMS, TRAINING_FORM, forms

#: On a sheet without a table, this many rows may hold a title (a cover sheet).
_TITLE_ROWS = 30


#: Problems of the tables that refuse a monthly report; the others are those of the title.
_REFUSING = ("training_alone", "successor_in_older_month")
#: Problems that refuse a table of targets.
_BAD_TERM = ("term_unknown", "term_overlaps", "term_not_listed", "targets_empty")
#: Problems of the title that name the commune or its code: where that stands is looked for afterwards.
_OF_A_NAME = ("commune_not_in_month", "commune_not_yet", "commune_outside_scope", "code_of_another_commune")


@dataclass(frozen=True)
class Context:
    """What a file is judged against: whose reports are received, the day taken as today, and what stewards have said
    of columns that could not be understood."""

    scope: str
    today: date
    layouts: tuple[LearntColumn, ...] = ()


def read_workbook(content: bytes, path_name: str, context: Context) -> Reading:
    """Read a workbook; whatever cannot be read becomes a problem in the result, never an exception.

    `path_name` is the file's path below the landing folder; it helps where the title block is silent.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        opened = open_workbook(content)
    except NotAWorkbook as error:
        if not content:
            return _refused(sha256, content, "empty_file")
        return _refused(sha256, content, "not_a_workbook", found=str(error))
    except EncryptedWorkbook:
        return _refused(sha256, content, "encrypted_workbook")
    except RefusedWorkbook as error:
        return _refused(sha256, content, error.code, found=error.found)
    except UnreadableWorkbook as error:
        said = problem("unreadable_workbook", found=str(error), sentence=sentence_for(str(error), content))
        return Reading(sha256, len(content), reason=said.code, problems=(said,))
    sheets, noticed = prepared(opened)
    # A report that comes back corrected may still have the list that was sent with it.
    sheets = [sheet for sheet in sheets if not is_list_of_points(sheet)]
    for sheet in sheets:
        if is_list_of_people(sheet):
            return _refused(sha256, content, "list_of_people")
    every_sheet = sheets = [as_seen(sheet) for sheet in sheets]
    hidden = [sheet for sheet in sheets if sheet.is_hidden]
    if hidden:
        # What nobody sees is no part of a report: mostly last month's, from which this month's was made.
        sheets = [sheet for sheet in sheets if not sheet.is_hidden]
        noticed += [
            problem("hidden_sheet", form=form, sheet=sheet.name) for sheet in hidden if (form := _form_on(sheet))
        ]
    tables = [table for sheet in sheets for table in side_by_side(sheet, _has_table)]
    reading = _read_sheets(sha256, content, tables, path_name, context)
    if contradiction := issued_otherwise(reading, every_sheet):
        noticed = [*noticed, contradiction]
    if noticed or any(found.code in _OF_A_NAME for found in reading.problems):
        placed = (_with_place(found, sheets) for found in reading.problems)
        reading = replace(reading, problems=(*placed, *noticed))
    return reading


def _read_sheets(sha256: str, content: bytes, sheets: Sequence[Sheet], path_name: str, context: Context) -> Reading:
    training = [(sheet, table) for sheet in sheets for table in find_training(sheet)]
    if training:
        sheets = [without_training(sheet, [table for owner, table in training if owner is sheet]) for sheet in sheets]
    official, tables = _official_and_monthly(sheets)
    tables = with_few_columns(tables)
    if not any(found for _, found in tables):
        if any(found for _, found in official):
            reading = _official_reading(sha256, content, official, tables, path_name, context)
            left_out = (problem("training_alone", form=TRAINING_FORM),) if training else ()
            return replace(reading, problems=(*reading.problems, *left_out))
        for sheet in sheets:
            if targets := read_targets(sheet, context.scope):
                return _targets_reading(sha256, content, targets)
        if not training:
            return _refused(sha256, content, "no_form_found", sheets=sheets)
    report = _report(sha256, content, _without_official_sheets(tables, official), training, path_name, context)
    if any(found for _, found in official):
        return _with_official(report, official, tables, path_name, context)
    return report


def _official_and_monthly(
    sheets: Sequence[Sheet],
) -> tuple[list[tuple[Sheet, list[OfficialReading]]], list[tuple[Sheet, list[Table]]]]:
    """The official forms and the monthly tables of each sheet; a sheet whose table holds several forms is there once
    for each of them."""
    official: list[tuple[Sheet, list[OfficialReading]]] = []
    tables: list[tuple[Sheet, list[Table]]] = []
    for sheet in sheets:
        found = read_official(sheet)
        parts = forms_together(sheet, find_tables(without_official(sheet, found)))
        tables += parts
        official += [(part, [] if place else found) for place, (part, _) in enumerate(parts)]
    return official, tables


def _has_table(sheet: Sheet) -> bool:
    return bool(find_tables(sheet) or find_training(sheet))


def _form_on(sheet: Sheet) -> str | None:
    """The form that would be read from a sheet; None when there is none."""
    if tables := find_tables(sheet):
        return tables[0].mapped.form
    if find_training(sheet):
        return TRAINING_FORM
    return next((found.form.form for found in read_official(sheet) if found.form), None)


def _with_place(found: Problem, sheets: Sequence[Sheet]) -> Problem:
    """A problem of the title with the sheet and cell in which the commune's name or code stands."""
    if found.code not in _OF_A_NAME or found.sheet or not found.found:
        return found
    name = key(found.found.split(",")[0])
    bare = name.split(" ", 1)[-1]
    for words in (name, bare):
        for sheet in sheets:
            for row, column, text in sheet.texts:
                if words in key(text):
                    place = address(row, column)
                    return problem(found.code, sheet=sheet.name, cell=place, found=found.found, expected=found.expected)
    return found


def _refused(sha256: str, content: bytes, code: str, found: str | None = None, sheets: Sequence[Sheet] = ()) -> Reading:
    if sheets and found is None:
        found = ", ".join(sheet.name for sheet in sheets)
    return Reading(sha256, len(content), reason=code, problems=(problem(code, found=found),))


def _targets_reading(sha256: str, content: bytes, targets: TargetsReading) -> Reading:
    bad_term = next((found.code for found in targets.problems if found.code in _BAD_TERM), None)
    return Reading(
        sha256,
        len(content),
        kind="targets",
        reason=bad_term,
        forms=(targets.form,),
        targets=targets.targets,
        problems=targets.problems,
    )


def _official_reading(
    sha256: str,
    content: bytes,
    official: Sequence[tuple[Sheet, list[OfficialReading]]],
    tables: Sequence[tuple[Sheet, list[Table]]],
    path_name: str,
    context: Context,
) -> Reading:
    """A workbook of official forms and nothing monthly. Without a form that is read it is refused."""
    report = _placed(official, tables, path_name, context)
    reason = report.reason
    problems = list(report.problems)
    if not report.forms and reason is None:
        reason = "no_form_found"
        problems.insert(0, problem("no_form_found", found=", ".join(sheet.name for sheet, _ in official)))
    return Reading(
        sha256,
        len(content),
        kind="official",
        reason=reason,
        commune_key=report.commune.key if report.commune else None,
        commune_code=report.commune.code if report.commune else None,
        commune_name=report.commune.name if report.commune else None,
        forms=report.forms,
        problems=tuple(problems),
    )


def _with_official(
    reading: Reading,
    official: Sequence[tuple[Sheet, list[OfficialReading]]],
    tables: Sequence[tuple[Sheet, list[Table]]],
    path_name: str,
    context: Context,
) -> Reading:
    """A monthly report that holds official forms, too: they must be the same commune's.

    The titles of official forms that name nobody (`commune_unknown`) go with the monthly ones.
    """
    report = _placed(official, tables, path_name, context)
    silent = "commune_unknown" in (found.code for found in report.problems)
    problems = [found for found in report.problems if found.code != "commune_unknown"]
    reason = reading.reason
    own = report.commune.name if report.commune else None
    if report.forms and not silent and own != reading.commune_name and reading.commune_name and reason is None:
        names = f"{reading.commune_name}, {own or context.scope}"
        problems.insert(0, problem("commune_ambiguous", found=names))
        reason = "commune_ambiguous"
    return replace(
        reading,
        reason=reason,
        forms=(*reading.forms, *report.forms),
        problems=(*reading.problems, *problems),
    )


def _placed(
    official: Sequence[tuple[Sheet, list[OfficialReading]]],
    tables: Sequence[tuple[Sheet, list[Table]]],
    path_name: str,
    context: Context,
) -> OfficialReport:
    others = [
        text
        for (sheet, found), (_, monthly) in zip(official, tables, strict=True)
        if not found
        for text in _title_texts(sheet, monthly)
    ]
    readings = [reading for _, found in official for reading in found]
    return place_official(readings, others, path_name, context.scope, context.today)


def _without_official_sheets(
    tables: Sequence[tuple[Sheet, list[Table]]], official: Sequence[tuple[Sheet, list[OfficialReading]]]
) -> list[tuple[Sheet, list[Table]]]:
    """The sheets whose titles say whose the monthly report is: not those that hold official forms only."""
    return [pair for pair, (_, found) in zip(tables, official, strict=True) if pair[1] or not found]


def _report(
    sha256: str,
    content: bytes,
    tables: Sequence[tuple[Sheet, list[Table]]],
    training: Sequence[tuple[Sheet, Table]],
    path_name: str,
    context: Context,
) -> Reading:
    titles = [_title_texts(sheet, found) for sheet, found in tables]
    identity = identify(titles, path_name, context.scope, context.today, _title_rows(tables))
    if context.layouts:
        tables = [(sheet, [_with_learnt(table, identity, context) for table in found]) for sheet, found in tables]
        training = [(sheet, _with_learnt(table, identity, context)) for sheet, table in training]
    tables = [(sheet, [_in_its_month(table, identity.month) for table in found]) for sheet, found in tables]
    tables = [(sheet, [with_sums(sheet, with_figures(sheet, table)) for table in found]) for sheet, found in tables]
    training = [(sheet, with_sums(sheet, table, "class")) for sheet, table in training]
    classes, class_problems = _read_training(training, identity.month)
    if identity.month is not None:
        class_problems += [found for each in classes for found in classes_outside(each, identity.month)]
    if any(found for _, found in tables):
        readings, problems = _read_forms(tables)
    else:
        # A version of a commune's month is a whole report: classes alone must not take the place of one.
        readings, problems = [], [problem("training_alone", form=TRAINING_FORM)]
    problems += _sections_of_others(readings, identity, context.scope)
    refusing = [*identity.problems, *(found for found in problems if found.code in _REFUSING)]
    problems = [*identity.problems, *problems, *class_problems]
    problems += [
        problem("training_not_read", form=TRAINING_FORM, sheet=sheet.name)
        for sheet, found in tables
        if not found and not training and looks_unread(sheet)
    ]
    reason = next((found.code for found in refusing if found.severity == "critical"), None)
    return Reading(
        sha256,
        len(content),
        reason=reason,
        commune_key=identity.commune.key if identity.commune else None,
        commune_code=identity.commune.code if identity.commune else None,
        commune_name=identity.commune.name if identity.commune else None,
        month=identity.month,
        forms=(*readings, *classes),
        problems=tuple(problems),
    )


def _read_training(
    training: Sequence[tuple[Sheet, Table]], month: date | None
) -> tuple[list[FormReading], list[Problem]]:
    """The first table of classes; a second one is a problem, none is not: the form is optional."""
    if not training:
        return [], []
    first, *others = training
    reading, problems = read_training(*first, month)
    problems += [
        problem("form_repeated", form=TRAINING_FORM, sheet=sheet.name, found=f"{reading.sheet}, {sheet.name}")
        for sheet, _ in others
    ]
    return [reading], problems


def _sections_of_others(readings: Sequence[FormReading], identity: Identity, scope: str) -> list[Problem]:
    """A section that is another commune's of that month: the report is its successor's, or of several communes."""
    commune, month = identity.commune, identity.month
    if commune is None or month is None:
        return []
    for form in readings:
        for line in form.lines:
            if line.kind == "section" and (other := unit_of_its_own(line.cell_name, commune, month, scope)):
                later = sorted(
                    {each.name for each in successors_of(commune)} & {each.name for each in successors_of(other)}
                )
                return [
                    problem(
                        "successor_in_older_month",
                        form=form.form,
                        sheet=form.sheet,
                        cell=f"{form.columns.get('cell_name', 'A')}{line.row}",
                        found=line.cell_name,
                        expected=", ".join(later) or commune.name,
                    )
                ]
    return []


def _in_its_month(table: Table, month: date | None) -> Table:
    return with_days_of_the_month(with_other_times(table, month), month)


def _with_learnt(table: Table, identity: Identity, context: Context) -> Table:
    code = identity.commune.code if identity.commune else None
    return replace(table, mapped=with_learnt(table.mapped, table.header_texts, context.layouts, code, identity.month))


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
    unread = [sheet for sheet, found in tables if not found and has_a_table_of_figures(sheet)]
    for form in MONTHLY_FORMS:
        if form not in readings:
            problems.append(_without_form(form, unread))
    return [readings[form] for form in MONTHLY_FORMS if form in readings], problems


def _without_form(form: str, unread: Sequence[Sheet]) -> Problem:
    """What is said of a form that was not found: that a sheet is there and not understood which calls itself that form,
    or none at all, or else that it is missing."""
    titles = {known.form: known.sheet_vi for known in forms() if known.form in MONTHLY_FORMS}
    expected = f"{form} ({titles[form]})"
    called = {sheet.name: form_called(sheet, titles) for sheet in unread}
    for wanted in (form, None):
        for sheet in unread:
            if called[sheet.name] == wanted:
                return problem("sheet_not_understood", form=form, sheet=sheet.name, expected=expected)
    return problem("sheet_missing", form=form, expected=expected)


def _title_texts(sheet: Sheet, tables: Sequence[Table]) -> list[str]:
    """The texts above the sheet's first table, and those between its tables; their blanks as they are."""
    parts = [range(tables[0].header_first if tables else _TITLE_ROWS)]
    for above, below in pairwise(tables):
        last = above.rows[-1].row if above.rows else above.header_last
        parts.append(range(last + 1, below.header_first))
    found = []
    end = parts[-1].stop
    for row, column, text in sheet.texts:
        if row >= end:
            break
        if (row in parts[0] or any(row in part for part in parts)) and (row, column) not in sheet.unsolved:
            found.append(unicodedata.normalize("NFC", text))
    shown_months = sorted(place for place in sheet.months if any(place[0] in part for part in parts))
    return found + [text for place in shown_months if (text := _month_at(sheet, *place))]


def _title_rows(tables: Sequence[tuple[Sheet, list[Table]]]) -> Iterator[str]:
    """The rows above the sheets' first tables, for what is written over several cells (`Tháng | 5 | năm | 2020`)."""
    for sheet, found in tables:
        for index, row in enumerate(sheet.rows[: found[0].header_first if found else _TITLE_ROWS]):
            filled = [
                (column, value)
                for column, value in enumerate(row)
                if value not in ("", None) and (index, column) not in sheet.unsolved
            ]
            yield " ".join(
                unicodedata.normalize("NFC", value)
                if isinstance(value, str)
                else _month_at(sheet, index, column) or shown(value)
                for column, value in filled
            )


def _month_at(sheet: Sheet, row: int, column: int) -> str:
    """The month that a date is shown as, in words; empty for any other cell. (A date that is shown as a day may be
    the day of anything.)"""
    if (row, column) not in sheet.months:
        return ""
    value = sheet.rows[row][column] if row < len(sheet.rows) and column < len(sheet.rows[row]) else None
    return f"Tháng {value.month} năm {value.year}" if isinstance(value, date) else ""
