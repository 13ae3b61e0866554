"""What goes back to the communes of a month: their newest reports, what is unsettled in them, what is proposed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

import duckdb

from reference.cell_address import on_sheet
from warehouse.connections import reading_published
from warehouse.failure_states import is_unsettled
from warehouse.settings import Settings
from warehouse.stored.columns import select_list

_Row = TypeVar("_Row")


@dataclass(frozen=True)
class SentReport:
    """A workbook as it was received (naive UTC): a commune's newest one for the month, or official forms (`period`
    set) in which something of that month is unsettled."""

    submission_id: str
    commune_code: str
    commune_name: str
    month: date
    period: str | None
    version: int
    file_name: str
    received_at: datetime


#: Causes that say what kind of failure it is, not which slip it comes from: each failure is a point of its own.
_OF_A_KIND = frozenset(
    {
        *("unexplained", "unusual", "late", "official", "cell_in_two_communes", "sheet_missing"),
        *("not_read", "sheet_unread", "column_unread", "correction"),
    }
)


@dataclass(frozen=True)
class Point:
    """Something unsettled in a report: a failure, or all those that one slip has brought (`is_slip`).

    The first of `cells` is where it is seen, or, for a slip, where it was made; another sheet's are `Sheet!B14`.
    `reported` and `expected` are the figures of that cell, None where there is none, and where nobody can say what is
    right. `found` and `wanted` describe a value that could not be read as a number.
    """

    failures: tuple[str, ...]
    severity: str
    form: str
    sheet: str | None
    cells: tuple[str, ...]
    cell_name: str | None
    field: str | None
    reported: float | None
    expected: float | None
    found: str | None
    wanted: str | None
    message: str
    is_slip: bool = False


@dataclass(frozen=True)
class Change:
    """A cell that a proposed repair changes, and the failures that go with it.

    `follows`: a total or percentage that changes with another cell; `or_else`: part of a repair that is about as
    likely as the first, where that one is not clear.
    """

    sheet: str
    cell: str
    value_before: float | None
    value_after: float | None
    settles: tuple[str, ...]
    follows: bool = False
    or_else: bool = False
    #: Whether there is no second repair that is about as likely.
    is_clear: bool = False
    form: str | None = None
    field: str | None = None
    cell_name: str | None = None


@dataclass(frozen=True)
class ToReturn:
    """A workbook with its points, the most severe first, and the changes that are proposed. Without a point there is
    nothing to return."""

    report: SentReport
    points: tuple[Point, ...]
    changes: tuple[Change, ...]


def reports_of_month(settings: Settings, month: date) -> list[ToReturn]:
    """The newest accepted report of each commune for `month`, and the official forms with something unsettled.

    Raises NothingPublished before the first publishing.
    """
    with reading_published(settings) as connection:
        reports = _rows(connection, SentReport, _REPORTS, month)
        points = _by_submission(connection, _point, _POINTS, month)
        changes = _by_submission(connection, _change, _CHANGES, month)
        causes = _rows(connection, _cause, _CAUSES, month)
    slip_of = {failure_id: cause for cause in causes for failure_id in cause.failures}
    return [
        ToReturn(
            report,
            _points(points[report.submission_id], changes[report.submission_id], slip_of),
            tuple(changes[report.submission_id]),
        )
        for report in reports
    ]


def scope_name_of(settings: Settings) -> str:
    """What our commission's whole is called. Raises NothingPublished before the first publishing."""
    with reading_published(settings) as connection:
        row = connection.execute("SELECT scope_name FROM warehouse.raw.run_settings").fetchone()
    return str(row[0]) if row else ""


#: What is unsettled in an official form goes with that form, everything else (a sheet that never came, too) with the
#: commune's newest report of the month: in an older version nothing is open any more.
_UNSETTLED = f"""
    FROM (
        SELECT failures.* REPLACE (coalesce(official.submission_id, newest.submission_id) AS submission_id)
        FROM warehouse.quality.failures AS failures
        LEFT JOIN warehouse.raw.submissions AS official
            ON failures.submission_id = official.submission_id AND official.kind = 'official'
        LEFT JOIN newest ON failures.commune_key = newest.commune_key
        WHERE failures.month = $month AND {is_unsettled("failures.state")}
            -- What only stewards' values have brought is no fault of the sender's.
            AND failures.failure_id NOT IN (
                SELECT version.failure_id
                FROM warehouse.quality.version_failures AS version
                JOIN warehouse.quality.failures AS kept
                    ON kept.failure_id = version.failure_id AND kept.submission_id = version.submission_id
                WHERE version.month = $month
                GROUP BY version.failure_id HAVING bool_and(version.variant = 'corrected')
            )
    ) AS failures
"""
_NEWEST = """
    WITH newest AS (
        SELECT commune_key, submission_id
        FROM warehouse.quality.versions
        WHERE month = $month AND is_newest
    )
"""
_REPORTS = f"""
    {_NEWEST}
    SELECT
        {select_list(SentReport, "submissions", month="coalesce(submissions.month, $month)")}
    FROM warehouse.raw.submissions AS submissions
    WHERE submission_id IN (FROM (SELECT submission_id FROM newest))
        OR (kind = 'official' AND submission_id IN (SELECT submission_id {_UNSETTLED}))
    ORDER BY commune_code, commune_name, period NULLS FIRST, submission_id
"""
_POINTS = f"""
    {_NEWEST}
    SELECT
        failures.submission_id, failures.failure_id, failures.severity, failures.form, failures.sheet, failures.cells,
        failures.cell_name, failures.field, failures.reported, failures.expected, unread.found, unread.expected,
        failures.message_vi
    {_UNSETTLED}
    LEFT JOIN (
        SELECT submission_id, sheet, cell, any_value(found) AS found, any_value(expected) AS expected
        FROM warehouse.raw.problems
        GROUP BY submission_id, sheet, cell
        HAVING count(*) = 1
    ) AS unread
        ON failures.reported IS NULL
        AND unread.submission_id = failures.submission_id
        AND unread.sheet = failures.sheet
        AND unread.cell = failures.cells[1]
    ORDER BY
        list_position(['critical', 'warning', 'info'], failures.severity), failures.form, failures.line_number
        NULLS FIRST, failures.rule_id, failures.failure_id
"""
_CHANGES = """
    WITH first AS (FROM warehouse.quality.proposals WHERE month = $month AND rank = 1)
    SELECT
        submission_id, sheet, cell, value_before, value_after, settles, slip = 'follows', FALSE,
        coalesce(is_clear, FALSE), form, field, cell_name
    FROM first
    UNION ALL
    SELECT
        submission_id, sheet, cell, value_before, value_after, settles, FALSE, TRUE, FALSE, form, field, cell_name
    FROM warehouse.quality.proposals AS second
    WHERE month = $month AND rank = 2 AND slip <> 'follows' AND NOT EXISTS (
        FROM first WHERE first.case_id = second.case_id AND first.sheet = second.sheet
            AND first.cell = second.cell AND first.value_after IS NOT DISTINCT FROM second.value_after
    ) AND EXISTS (
        FROM first WHERE first.case_id = second.case_id AND NOT first.is_clear AND first.slip <> 'follows'
            AND list_has_any(first.settles, second.settles)
    )
    ORDER BY ALL
"""


_CAUSES = """
    SELECT kind, severity, cells, failures, message_vi FROM warehouse.quality.causes
    WHERE month = $month ORDER BY commune_key, position
"""


@dataclass(frozen=True)
class _Cause:
    kind: str
    severity: str
    cells: tuple[str, ...]
    failures: tuple[str, ...]
    message: str


def _points(failures: Sequence[Point], changes: Sequence[Change], cause_of: Mapping[str, _Cause]) -> tuple[Point, ...]:
    """The points of a report in the order of its failures; what one slip has brought is one point, told of the cell in
    which it was made: the others are right as they stand."""
    together: dict[object, list[Point]] = {}
    for failure in failures:
        cause = cause_of.get(failure.failures[0])
        if cause is not None and cause.kind not in _OF_A_KIND:
            together.setdefault(cause, []).append(failure)
        elif cause is not None and cause.kind.endswith("read") and failure.cells:
            # The reason why one cell is not read is told once.
            together.setdefault((cause, failure.sheet, failure.cells), []).append(failure)
        else:
            together[failure] = [failure]
    return tuple(
        _of_slip(slip, found, changes) if isinstance(slip, _Cause) else _alone(found[0], cause_of)
        for slip, found in together.items()
    )


def _alone(failure: Point, cause_of: Mapping[str, _Cause]) -> Point:
    """A failure that no slip explains. Where several cells contradict one another nobody can say which is to change."""
    cause = cause_of.get(failure.failures[0])
    is_open = cause is not None and cause.kind == "unexplained" and len(failure.cells) > 1
    return replace(failure, expected=None) if is_open else failure


def _of_slip(slip: _Cause, failures: Sequence[Point], changes: Sequence[Change]) -> Point:
    ids = tuple(failure.failures[0] for failure in failures)
    first, change = failures[0], None
    if slip.cells:
        in_its_cell = (each for each in changes if on_sheet(each.sheet, each.cell) == slip.cells[0])
        change = next((each for each in in_its_cell if set(ids) & set(each.settles)), None)
    if change is None and len(failures) == 1:
        # Its own sentence says more, and what to do.
        return first
    cells = dict.fromkeys((*slip.cells, *(on_sheet(each.sheet, cell) for each in failures for cell in each.cells)))
    found = [each.found for each in failures if each.found and each.cells and slip.cells[:1] == (_first_cell(each),)]
    return Point(
        failures=ids,
        severity=slip.severity,
        form=(change and change.form) or first.form,
        sheet=change.sheet if change else first.sheet,
        cells=tuple(cells),
        cell_name=change.cell_name if change else first.cell_name,
        field=change.field if change else None,
        reported=change.value_before if change else None,
        expected=change.value_after if change and change.is_clear else None,
        found=found[0] if found else None,
        wanted=None,
        message=slip.message,
        is_slip=True,
    )


def _first_cell(failure: Point) -> str:
    return on_sheet(failure.sheet, failure.cells[0])


def _rows(connection: duckdb.DuckDBPyConnection, made_of: Callable[..., _Row], sql: str, month: date) -> Sequence[_Row]:
    return [made_of(*row) for row in connection.execute(sql, {"month": month}).fetchall()]


def _by_submission(
    connection: duckdb.DuckDBPyConnection, made_of: Callable[..., _Row], sql: str, month: date
) -> defaultdict[str, list[_Row]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for submission_id, *values in connection.execute(sql, {"month": month}).fetchall():
        found[submission_id].append(made_of(*values))
    return found


def _point(failure_id: str, severity: str, form: str, sheet: str, cells: Iterable[str] | None, *rest: Any) -> Point:
    return Point((failure_id,), severity, form, sheet or None, tuple(cells or ()), *rest)


def _cause(kind: str, severity: str, cells: Iterable[str], failures: Iterable[str], message: str) -> _Cause:
    return _Cause(kind, severity, tuple(cells or ()), tuple(failures or ()), message)


def _change(
    sheet: str, cell: str, before: float | None, after: float | None, settles: Iterable[str] | None, *rest: Any
) -> Change:
    return Change(sheet, cell, before, after, tuple(settles or ()), *rest)
