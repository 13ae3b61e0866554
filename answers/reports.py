"""What the terminal shows of the published file: small questions, answered as plain rows."""

import io
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from reference.naming import NoCommuneMeant, meant
from reference.trouble import Trouble
from warehouse.connections import QueryFailed, reading_published
from warehouse.settings import Settings
from warehouse.stored.columns import select_list


@dataclass(frozen=True)
class TermLine:
    """One row of the term review; `attainment` is a ratio."""

    level: str
    name: str
    term: str
    admitted: int | None
    women: int | None
    ethnic_minority: int | None
    mean_per_year: float | None
    term_target: int | None
    attainment: float | None


@dataclass(frozen=True)
class ReportLine:
    """A commune's report for one month."""

    commune_name: str
    month: date
    due_on: date
    received_at: datetime | None
    on_time: bool | None
    version: int | None
    #: The number of a newer version that waits while this one counts.
    pending: int | None
    open_failures: int
    status: str


@dataclass(frozen=True)
class FailureLine:
    """One failure in the stewards' queue."""

    failure_id: str
    case_id: str
    rule_id: str
    severity: str
    form: str
    commune_code: str
    commune_name: str
    month: date
    submission_id: str
    sheet: str | None
    cells: list[str]
    cell_name: str | None
    reported: float | None
    expected: float | None
    difference: float | None
    message_vi: str
    message_en: str
    state: str
    first_seen_at: datetime
    #: What a steward last decided about it; for an open failure, a decision that no longer holds.
    decision: str | None
    decided_by: str | None
    decided_reason: str | None
    cause_id: str | None


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that is not what it was in the version before; `change` is changed, added or removed (the row)."""

    form: str
    sheet: str
    #: None where the column was not found on the sheet.
    cell: str | None
    line_kind: str
    cell_name: str | None
    namesake: int
    type: str
    name_vi: str
    name_en: str
    value_before: float | None
    value_after: float | None
    change: str


@dataclass(frozen=True)
class VersionLine:
    """A version of a commune's report for a month, beside the version before it (of the first, nothing is told)."""

    commune_code: str
    commune_name: str
    month: date
    version: int
    file_name: str
    received_at: datetime
    changes: tuple[ChangedFigure, ...]
    settles: tuple[FailureLine, ...]
    brings: tuple[FailureLine, ...]


def term_review(settings: Settings) -> list[TermLine]:
    """The table of the published article: the city first, then its communes, term after term."""
    with reading_published(settings) as connection:
        rows = connection.execute(
            f"""
            SELECT {select_list(TermLine, "review", name="commune_name")}
            FROM warehouse.marts.mart_term_review AS review
            WHERE admitted IS NOT NULL
            ORDER BY term, level <> 'city', attainment DESC NULLS LAST, commune_name
            """
        ).fetchall()
    return [TermLine(*row) for row in rows]


def held_back(settings: Settings) -> int:
    """How many commune-months the gate keeps out of the figures."""
    with reading_published(settings) as connection:
        row = connection.execute("SELECT count(*) FROM warehouse.quality.held_back").fetchone()
    return int(row[0]) if row else 0


def last_reported_month(settings: Settings) -> date | None:
    """The newest month with a report; while nobody has reported, the newest that is over."""
    with reading_published(settings) as connection:
        row = connection.execute(
            "SELECT coalesce(max(month) FILTER (status <> 'not_reported'), max(month))"
            " FROM warehouse.marts.mart_reporting_rates"
        ).fetchone()
    return row[0] if row else None


def reporting(settings: Settings, month: date) -> list[ReportLine]:
    """Who has reported for `month`, which version, and what is open."""
    with reading_published(settings) as connection:
        rows = connection.execute(
            f"""
            SELECT {select_list(ReportLine, "rates", pending="pending_version")}
            FROM warehouse.marts.mart_reporting_rates AS rates
            WHERE month = ?
            ORDER BY commune_name
            """,
            [month],
        ).fetchall()
    return [ReportLine(*row) for row in rows]


def failures(
    settings: Settings, commune: str | None = None, month: date | None = None, state: str | None = None
) -> list[FailureLine]:
    """The failures, most severe first. `commune` is a code or a part of a name. Raises NoCommuneMeant."""
    return failures_where(
        settings,
        """($communes IS NULL OR list_contains($communes, failures.commune_key))
        AND ($month IS NULL OR failures.month = $month)
        AND ($state IS NULL OR failures.state = $state)""",
        {"communes": communes_meant(settings, commune), "month": month, "state": state},
    )


def communes_meant(settings: Settings, commune: str | None) -> list[str] | None:
    """The keys of the communes that a code, a name or a part of one means; None where none is asked for.

    Raises NoCommuneMeant where it means none of those whose reports we receive.
    """
    if commune is None:
        return None
    with reading_published(settings) as connection:
        # A code is meant before any name, and of the whole country's names none is looked at then.
        of_code = connection.execute(
            "SELECT DISTINCT commune_key FROM warehouse.marts.dim_commune WHERE commune_code = ?", [commune.strip()]
        ).fetchall()
        if of_code:
            return [key for (key,) in of_code]
        rows = connection.execute(
            "SELECT commune_key, commune_code, commune_name FROM warehouse.marts.dim_commune"
        ).fetchall()
    keys = [key for key, _, _ in meant(commune, rows, lambda row: (row[1], row[2]))]
    if not keys:
        raise NoCommuneMeant(commune)
    return keys


def failures_where(settings: Settings, condition: str, values: dict[str, object]) -> list[FailureLine]:
    """The failures for which a condition on `failures` and `communes` holds, most severe first."""
    with reading_published(settings) as connection:
        rows = connection.execute(
            f"""
            SELECT {select_list(FailureLine, "failures", commune_name="communes.commune_name")}
            FROM warehouse.quality.failures AS failures
            LEFT JOIN warehouse.marts.dim_commune AS communes USING (commune_key)
            WHERE {condition}
            ORDER BY
                list_position(['critical', 'warning', 'info'], failures.severity),
                failures.month DESC, failures.commune_code, failures.form, failures.rule_id, failures.cells
            """,
            values,
        ).fetchall()
    return [FailureLine(*row) for row in rows]


def versions(settings: Settings, commune: str, month: date) -> list[VersionLine]:
    """Every accepted version for `month` of the communes that `commune` (a code or a part of a name) means.

    Raises NoCommuneMeant.
    """
    of_month = failures(settings, commune, month)
    keys = communes_meant(settings, commune)
    with reading_published(settings) as connection:
        rows = connection.execute(
            """
            SELECT
                submissions.submission_id, submissions.commune_code, communes.commune_name, submissions.version,
                submissions.file_name, submissions.received_at,
                coalesce(resubmissions.settles, []), coalesce(resubmissions.brings, [])
            FROM warehouse.marts.fct_submissions AS submissions
            JOIN warehouse.marts.dim_commune AS communes USING (commune_key)
            LEFT JOIN warehouse.marts.mart_resubmissions AS resubmissions USING (submission_id)
            WHERE submissions.status = 'accepted' AND submissions.month = $month
                AND list_contains($communes, submissions.commune_key)
            ORDER BY communes.commune_name, submissions.commune_key, submissions.version
            """,
            {"communes": keys, "month": month},
        ).fetchall()
        return [
            VersionLine(
                commune_code=code,
                commune_name=name,
                month=month,
                version=version,
                file_name=file_name,
                received_at=received_at,
                changes=_changes_of(connection, submission_id),
                settles=tuple(failure for failure in of_month if failure.failure_id in settles),
                brings=tuple(failure for failure in of_month if failure.failure_id in brings),
            )
            for submission_id, code, name, version, file_name, received_at, settles, brings in rows
        ]


_CHANGED_FIGURE = select_list(
    ChangedFigure,
    "changes",
    type="indicators.type",
    name_vi="indicators.name_vi",
    name_en="indicators.name_en",
)


def _changes_of(connection: duckdb.DuckDBPyConnection, submission_id: str) -> tuple[ChangedFigure, ...]:
    """What the version changed, in the order of its sheets."""
    rows = connection.execute(
        f"""
        SELECT {_CHANGED_FIGURE}
        FROM warehouse.marts.fct_resubmission_changes AS changes
        JOIN warehouse.marts.dim_indicator AS indicators USING (form, field)
        WHERE changes.submission_id = ?
        ORDER BY
            changes.form, changes.line_number, changes.change, changes.line_kind, changes.cell_name,
            changes.namesake, indicators.position
        """,
        [submission_id],
    ).fetchall()
    return tuple(ChangedFigure(*row) for row in rows)


def known_on(settings: Settings, day: date, width: int) -> str:
    """What was believed at the end of `day`, a row per commune and a last one for all of them, drawn as a table."""
    return ask(
        settings,
        """
        SELECT
            CASE grouping(known.commune_key)
                WHEN 1 THEN (SELECT scope_name FROM raw.run_settings)
                ELSE any_value(communes.commune_name)
            END AS commune_name,
            known.commune_code,
            count(*) AS months, max(known.month) AS newest_month, sum(known.admitted) AS admitted,
            sum(known.women) AS women, sum(known.ethnic_minority) AS ethnic_minority
        FROM marts.as_known_on($day) AS known
        JOIN marts.dim_commune AS communes USING (commune_key)
        GROUP BY GROUPING SETS ((known.commune_key, known.commune_code), ())
        ORDER BY grouping(known.commune_key), known.commune_code, newest_month
        """,
        width,
        day=day,
    )


def changed_since(settings: Settings, day: date, width: int) -> str:
    """What has changed since the report of `day`, summed by reason, commune and measure, drawn as a table."""
    return ask(
        settings,
        """
        SELECT
            reason, commune_name, commune_code, measure, count(*) AS changes, min(month) AS first_month,
            max(month) AS last_month, sum(delta) AS delta
        FROM marts.changed_since($day)
        GROUP BY ALL
        ORDER BY reason, commune_code, commune_name, measure
        """,
        width,
        day=day,
    )


class NotTraced(Trouble, LookupError):
    """A relation cannot be traced to cells; the text names it and those that can."""

    text = "error_not_traced"


def traced(settings: Settings, relation: str, key: str, figure: str | None, width: int) -> str:
    """The workbook cells behind a row of a relation, drawn as a table. Raises NotTraced for an unknown relation."""
    try:
        return ask(
            settings,
            "SELECT * EXCLUDE (submission_id) FROM marts.trace($relation, $key, figure := $figure)",
            width,
            relation=relation,
            key=key,
            figure=figure,
        )
    except QueryFailed as error:
        # The macro says so itself, also to those who ask without us.
        _, refused, known = str(error).partition(" is none of the relations that can be traced: ")
        if not refused:
            raise
        raise NotTraced(f"{relation}: {known}") from error


def ask(settings: Settings, sql: str, width: int, **values: object) -> str:
    """The answer to one statement on the published file, drawn as a table at most `width` characters wide.

    Raises QueryFailed with the store's words.
    """
    with reading_published(settings) as connection:
        try:
            connection.execute("USE warehouse")
            answer = connection.sql(sql, params=values or None)
            drawn = io.StringIO()
            with redirect_stdout(drawn):
                answer.show(max_width=width, max_rows=100)
        except duckdb.Error as error:
            raise QueryFailed(str(error)) from error
    return drawn.getvalue().rstrip()
