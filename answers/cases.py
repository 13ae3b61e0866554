"""The stewards' queue, case by case, and one case with what stands around its wrong cells: rows of the published
file."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import duckdb

from answers.reports import FailureLine, communes_meant, failures_where
from reference.cell_address import on_sheet, on_sheet_sql, split
from reference.fields import MONTHLY_FORMS, fields_of
from warehouse.connections import reading_published
from warehouse.corrections import Correction, corrections_in_force
from warehouse.decisions import Decision, noted
from warehouse.failure_states import UNSETTLED, is_unsettled
from warehouse.settings import Settings
from warehouse.stored.columns import columns_of
from warehouse.tables import lines_table

#: Columns that are shown around a wrong cell, at most.
_MOST_COLUMNS = 7


#: A case a row, as QueueLine has it and with what it does to the city's figures; the failures that are counted by
#: severity are those in `$state` (unsettled ones where it is null). `$communes`: keys, or null for all.
QUEUE = f"""
    SELECT
        failures.case_id, failures.commune_key, any_value(failures.commune_code) AS commune_code,
        any_value(communes.commune_name) AS commune_name, failures.month,
        bool_or(held_back.commune_key IS NOT NULL) AS is_held_back,
        count(*) FILTER (asked.is_it AND failures.severity = 'critical') AS critical,
        count(*) FILTER (asked.is_it AND failures.severity = 'warning') AS warning,
        count(*) FILTER (asked.is_it AND failures.severity = 'info') AS info,
        count(*) FILTER (NOT asked.is_it) AS others,
        any_value(queue.admitted_as_sent) AS admitted_as_sent,
        coalesce(bool_or(queue.has_repair), false) AS has_repair,
        any_value(queue.city_admitted) AS city_admitted, any_value(queue.city_admitted_with) AS city_admitted_with,
        any_value(causes.sentences) AS causes, any_value(queue.queue_position) AS queue_position
    FROM warehouse.quality.failures AS failures
    CROSS JOIN LATERAL (
        SELECT CASE WHEN $state IS NULL THEN {is_unsettled("failures.state")}
            ELSE failures.state = $state END AS is_it
    ) AS asked
    LEFT JOIN warehouse.marts.dim_commune AS communes USING (commune_key)
    LEFT JOIN warehouse.quality.held_back AS held_back
        ON held_back.commune_key = failures.commune_key AND held_back.month = failures.month
    LEFT JOIN warehouse.marts.mart_steward_queue AS queue
        ON queue.commune_key = failures.commune_key AND queue.month = failures.month
    LEFT JOIN (
        SELECT commune_key, month, list([message_vi, message_en] ORDER BY position) AS sentences
        FROM warehouse.quality.causes GROUP BY ALL
    ) AS causes ON causes.commune_key = failures.commune_key AND causes.month = failures.month
    WHERE ($communes IS NULL OR list_contains($communes, failures.commune_key))
        AND ($month IS NULL OR failures.month = $month)
    GROUP BY failures.case_id, failures.commune_key, failures.month
    HAVING $state IS NULL OR bool_or(asked.is_it)
"""
QUEUE_ORDER = "queue_position NULLS LAST, month DESC, case_id"


@dataclass(frozen=True)
class QueueLine:
    """A case of the queue: counts of its failures in the state asked for (unsettled ones where none is), how many
    others it has, its causes' sentences (vi, en), and what it keeps out of the city's figures."""

    case_id: str
    commune_name: str
    month: date
    is_held_back: bool
    critical: int
    warning: int
    info: int
    others: int
    admitted_as_sent: int | None
    has_repair: bool
    causes: tuple[tuple[str, str], ...]

    @property
    def waits(self) -> bool:
        """Whether somebody has to settle something that is more than worth a look."""
        return self.critical + self.warning > 0


@dataclass(frozen=True)
class ProposedChange:
    """One cell of a proposed repair, in words."""

    cell: str
    message_vi: str
    message_en: str
    follows: bool


@dataclass(frozen=True)
class ContextRow:
    """A row of the sheet: its number, the cell's name, the values as they were sent, and last month's of that row.
    `is_it` marks the row that the failure is about."""

    sheet_row: int
    name: str
    values: tuple[float | None, ...]
    last_month: tuple[float | None, ...]
    is_it: bool


@dataclass(frozen=True)
class Context:
    """The rows around a wrong cell, with the columns that are involved (letter, Vietnamese and English name)."""

    sheet: str
    columns: tuple[tuple[str, str, str], ...]
    rows: tuple[ContextRow, ...]


@dataclass(frozen=True)
class CauseView:
    """A cause with its failures and what stands around its first cell."""

    severity: str
    message_vi: str
    message_en: str
    failures: tuple[FailureLine, ...]
    context: Context | None
    #: Where stewards' values are the cause: the failures under which they are kept, to be reopened.
    reopen: tuple[str, ...] = ()
    #: The cells that are taken for wrong (`Kết nạp!D27`).
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What the city's published figure of the month, and of the year to date, is without this case and with it.

    `as_sent`: what the report says itself, where stewards have corrected it; `admitted` has their values.
    """

    admitted: int | None
    without: int | None
    with_it: int | None
    year_without: int | None
    year_with_it: int | None
    is_corrected: bool = False
    as_sent: int | None = None


@dataclass(frozen=True)
class DecisionView:
    """What a steward decided at one moment, on how many failures, with the corrected cells (cell, before, after)."""

    decided_at: datetime
    decided_by: str
    decision: str
    reason: str
    failures: int
    corrections: tuple[tuple[str, float | None, float], ...]


@dataclass(frozen=True)
class SentFile:
    """A workbook that a case is about: a version of the month's report, or (`period` set) official forms."""

    file_name: str
    version: int
    received_at: datetime
    period: str | None = None


@dataclass(frozen=True)
class CaseView:
    """A case for the steward who settles it."""

    case_id: str
    commune_code: str
    commune_name: str
    month: date
    #: What is shown is wrong in these.
    files: tuple[SentFile, ...]
    is_held_back: bool
    effect: Effect
    causes: tuple[CauseView, ...]
    #: Failures that are settled already.
    settled: tuple[FailureLine, ...]
    #: Rank -> the cells that the repair changes.
    repairs: Mapping[int, tuple[ProposedChange, ...]]
    #: What this case explains in the month after: (sheet, cell, name of the row).
    shadows: tuple[tuple[str, str, str], ...]
    #: Everything that was decided about it, the oldest first.
    decisions: tuple[DecisionView, ...]
    #: What was decided since and waits to be judged: the figures above do not know of it.
    waiting: tuple[DecisionView, ...] = ()


def queue(
    settings: Settings, commune: str | None = None, month: date | None = None, state: str | None = None
) -> list[QueueLine]:
    """The cases (those with failures in `state`, if asked), in the order in which they are to be settled.

    `commune` is a code or a part of a name. Raises NoCommuneMeant.
    """
    communes = communes_meant(settings, commune)
    with reading_published(settings) as connection:
        rows = connection.execute(
            f"SELECT {', '.join(columns_of(QueueLine))} FROM ({QUEUE}) AS cases ORDER BY {QUEUE_ORDER}",
            {"communes": communes, "month": month, "state": state},
        ).fetchall()
    found = (dict(zip(columns_of(QueueLine), row, strict=True)) for row in rows)
    return [QueueLine(**{**each, "causes": tuple((vi, en) for vi, en in each["causes"] or ())}) for each in found]


class SeveralCases(ValueError):
    """The beginning of an id fits failures of several cases; the text lists them."""


def case_view(settings: Settings, wanted: str) -> CaseView | None:
    """The case of this id, or of the failure whose id begins like this; None when there is none.

    Where two communes of one code have a case of the same id, the one with the gravest failures is shown. Raises
    SeveralCases when failures of more than one case have ids that begin so.
    """
    if not wanted:
        return None
    with reading_published(settings) as connection:
        meant = connection.execute(
            "SELECT case_id, commune_key, month FROM warehouse.quality.failures"
            " WHERE case_id = $wanted OR starts_with(failure_id, $wanted)"
            " ORDER BY list_position(['critical', 'warning', 'info'], severity), month DESC, commune_code, form,"
            " rule_id, cells",
            {"wanted": wanted},
        ).fetchall()
        if not meant:
            return None
        if len(ids := {case_id for case_id, _, _ in meant}) > 1:
            raise SeveralCases(", ".join(sorted(ids)))
        _, key, month = meant[0]
        of_case = failures_where(
            settings, "failures.commune_key = $key AND failures.month = $month", {"key": key, "month": month}
        )
        first = next(failure for failure in of_case if failure.case_id in ids)
        corrections = [each for of_report in corrections_in_force(connection).values() for each in of_report]
        causes = _causes(connection, key, first.month, of_case, corrections)
        shown = {failure.failure_id for cause in causes for failure in cause.failures}
        held = _one(
            connection,
            "SELECT count(*) > 0 FROM warehouse.quality.held_back WHERE commune_key = ? AND month = ?",
            [key, first.month],
        )
        return CaseView(
            case_id=first.case_id,
            commune_code=first.commune_code,
            commune_name=first.commune_name or first.commune_code,
            month=first.month,
            files=_files(connection, of_case),
            is_held_back=held[0],
            effect=_effect(connection, key, first.month, {each.submission_id for each in corrections}),
            causes=causes,
            settled=tuple(failure for failure in of_case if failure.failure_id not in shown),
            repairs=_repairs(connection, key, first.month),
            shadows=_shadows(connection, key, first.month),
            decisions=_decisions(connection, key, first.month),
            waiting=_waiting(noted(connection, settings.archive), key, first.month),
        )


def _files(connection: duckdb.DuckDBPyConnection, of_case: Sequence[FailureLine]) -> tuple[SentFile, ...]:
    """The files in which something is unsettled; for a case that is settled, all that it was about."""
    unsettled = [failure for failure in of_case if failure.state in UNSETTLED] or of_case
    rows = connection.execute(
        "SELECT file_name, version, received_at, period FROM warehouse.raw.submissions"
        " WHERE list_contains($ids, submission_id) ORDER BY period NULLS FIRST, version, file_name",
        {"ids": sorted({failure.submission_id for failure in unsettled})},
    ).fetchall()
    return tuple(SentFile(*row) for row in rows)


def _one(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object]) -> tuple[Any, ...]:
    row = connection.execute(sql, list(values)).fetchone()
    return row if row is not None else ()


def _effect(connection: duckdb.DuckDBPyConnection, key: str, month: date, corrected: Collection[str]) -> Effect:
    row = _one(
        connection,
        "SELECT admitted_as_sent, city_admitted, city_admitted_with, city_admitted_ytd, city_admitted_ytd_with"
        " FROM warehouse.marts.mart_steward_queue WHERE commune_key = ? AND month = ?",
        [key, month],
    )
    if not row:
        return Effect(None, None, None, None, None)
    newest, as_sent = _one(
        connection,
        f"SELECT any_value(submission_id), CAST(sum(admitted) AS BIGINT) FROM warehouse.raw.{lines_table('KN-1')}"
        f" WHERE kind = 'cell' AND submission_id = {_NEWEST}",
        [key, month, 0],
    )
    return replace(Effect(*row), is_corrected=newest in corrected, as_sent=as_sent)


def _repairs(
    connection: duckdb.DuckDBPyConnection, key: str, month: date
) -> dict[int, tuple[ProposedChange, ...]]:  # fmt: skip
    rows = connection.execute(
        f"SELECT rank, {on_sheet_sql()}, message_vi, message_en, slip = 'follows' FROM warehouse.quality.proposals"
        " WHERE commune_key = ? AND month = ? ORDER BY rank, slip = 'follows', sheet, length(cell), cell",
        [key, month],
    ).fetchall()
    found: dict[int, tuple[ProposedChange, ...]] = {}
    for rank, *change in rows:
        found[rank] = (*found.get(rank, ()), ProposedChange(*change))
    return found


def _shadows(connection: duckdb.DuckDBPyConnection, key: str, month: date) -> tuple[tuple[str, str, str], ...]:
    rows = connection.execute(
        "SELECT sheet, cell, cell_name FROM warehouse.quality.shadows"
        " WHERE commune_key = ? AND month = CAST(? + INTERVAL 1 MONTH AS DATE) ORDER BY ALL",
        [key, month],
    ).fetchall()
    return tuple((sheet, cell, name) for sheet, cell, name in rows)


def _decisions(connection: duckdb.DuckDBPyConnection, key: str, month: date) -> tuple[DecisionView, ...]:
    rows = connection.execute(
        f"""
        SELECT
            decided_at, decided_by, decision, reason, count(DISTINCT failure_id),
            list(({on_sheet_sql()}, value_before, value_after) ORDER BY sheet, length(cell), cell)
                FILTER (decision = 'correct' AND value_after IS NOT NULL)
        FROM warehouse.quality.decisions
        WHERE commune_key = ? AND month = ?
        GROUP BY decided_at, decided_by, decision, reason
        ORDER BY decided_at, decision
        """,
        [key, month],
    ).fetchall()
    return tuple(
        DecisionView(
            at, by, decision, reason, failures, tuple((cell, before, after) for cell, before, after in cells or ())
        )
        for at, by, decision, reason, failures, cells in rows
    )


def _waiting(noted_since: Iterable[Decision], key: str, month: date) -> tuple[DecisionView, ...]:
    """The decisions about the case that the journal has and the published file lacks."""
    moments: defaultdict[tuple[datetime, str, str, str], list[Decision]] = defaultdict(list)
    for each in noted_since:
        if (each.commune_key, each.month) == (key, month):
            moments[each.decided_at, each.decided_by, each.decision, each.reason].append(each)
    return tuple(
        DecisionView(
            *moment,
            failures=len({each.failure_id for each in decided}),
            corrections=tuple(
                (on_sheet(each.sheet, each.cell or ""), each.value_before, each.value_after)
                for each in decided
                if each.value_after is not None
            ),
        )
        for moment, decided in sorted(moments.items())
    )


def _causes(
    connection: duckdb.DuckDBPyConnection,
    key: str,
    month: date,
    of_case: Sequence[FailureLine],
    corrections: Sequence[Correction],
) -> tuple[CauseView, ...]:
    by_id = {failure.failure_id: failure for failure in of_case}
    rows = connection.execute(
        "SELECT severity, message_vi, message_en, cells, failures, reopen FROM warehouse.quality.causes"
        " WHERE commune_key = ? AND month = ? ORDER BY position",
        [key, month],
    ).fetchall()
    lines = _Lines(connection, key, month)
    found = []
    # What was reopened since is taken back already.
    kept = {each.failure_id for each in corrections}
    for severity, vi, en, cells, ids, reopen in rows:
        failures = tuple(by_id[each] for each in ids if each in by_id)
        context = _context(lines, failures, cells)
        taken_back = tuple(each for each in reopen or () if each in kept)
        sheet = failures[0].sheet if failures else None
        wrong = tuple(on_sheet(sheet, cell) for cell in cells)
        found.append(CauseView(severity, vi, en, failures, context, taken_back, wrong))
    return tuple(found)


# --- What stands around a cell ----------------------------------------------------------------------


class _Lines:
    """The lines of the newest report of a month and of the month before, as they were sent, read when asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, commune_key: str, month: date) -> None:
        self._connection = connection
        self._key = commune_key
        self._month = month

    def form_of(self, sheet: str) -> str | None:
        """The monthly form on a sheet."""
        rows = self._connection.execute(
            f"SELECT form FROM warehouse.raw.sheets WHERE sheet = ? AND list_contains(?, form)"
            f" AND submission_id = {_NEWEST}",
            [sheet, list(MONTHLY_FORMS), self._key, self._month, 0],
        ).fetchall()
        return rows[0][0] if rows else None

    def of_form(self, form: str) -> list[dict[str, Any]]:
        return self._read(form, 0)

    def month_before(self, form: str) -> list[dict[str, Any]]:
        return self._read(form, 1)

    def columns(self, form: str) -> dict[str, str]:
        """Letter -> field."""
        rows = self._connection.execute(
            f"SELECT column_letter, field FROM warehouse.raw.column_map WHERE form = ? AND field IS NOT NULL"
            f" AND submission_id = {_NEWEST}",
            [form, self._key, self._month, 0],
        ).fetchall()
        return dict(rows)

    def _read(self, form: str, months_back: int) -> list[dict[str, Any]]:
        rows = self._connection.execute(
            f"SELECT CAST(to_json(lines) AS VARCHAR) FROM warehouse.raw.{lines_table(form)} AS lines"
            f" WHERE submission_id = {_NEWEST} ORDER BY line_number",
            [self._key, self._month, months_back],
        ).fetchall()
        return [json.loads(line) for (line,) in rows]


_NEWEST = """(
    SELECT submission_id FROM warehouse.quality.versions
    WHERE is_newest AND commune_key = ? AND month = CAST(? - to_months(?) AS DATE)
)"""


def _context(lines: _Lines, failures: Sequence[FailureLine], cells: Sequence[str]) -> Context | None:
    """The row of the first wrong cell with the rows above and below it; None where no figure's cell is known."""
    named = (*cells, *(cell for failure in failures[:1] for cell in failure.cells))
    places = [_place(cell, failures[0].sheet) for cell in named]
    if not places:
        return None
    sheet, _, row = places[0]
    form = lines.form_of(sheet)
    if form is None:
        return None
    of_form = lines.of_form(form)
    at = next((at for at, line in enumerate(of_form) if line["sheet_row"] == row), None)
    if at is None:
        return None
    field_of = lines.columns(form)
    letters = dict.fromkeys(letter for where, letter, _ in places if where == sheet and letter in field_of)
    names = {field.name: (field.name_vi, field.name_en) for field in fields_of(form) if field.is_number}
    shown = [letter for letter in list(letters)[:_MOST_COLUMNS] if field_of[letter] in names]
    shown.sort(key=lambda letter: (len(letter), letter))
    if not shown:
        return None
    before = {_name(line): line for line in lines.month_before(form)}
    return Context(
        sheet=sheet,
        columns=tuple((letter, *names[field_of[letter]]) for letter in shown),
        rows=tuple(
            ContextRow(
                sheet_row=line["sheet_row"],
                name=line["cell_name"] or "",
                values=tuple(_figure(line.get(field_of[letter])) for letter in shown),
                last_month=tuple(_figure(before.get(_name(line), {}).get(field_of[letter])) for letter in shown),
                is_it=line["sheet_row"] == row,
            )
            for line in of_form[max(0, at - 1) : at + 2]
        ),
    )


def _place(cell: str, sheet: str | None) -> tuple[str, str, int]:
    """Sheet, column letter and row of `B14` or `Sheet!B14`."""
    other, address = split(cell)
    matched = re.fullmatch(r"([A-Z]+)([0-9]+)", address)
    return (other or sheet or "", matched[1] if matched else "", int(matched[2]) if matched else 0)


def _name(line: Mapping[str, Any]) -> tuple[str, str]:
    return (line["kind"], (line["cell_name"] or "").strip().lower())


def _figure(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
