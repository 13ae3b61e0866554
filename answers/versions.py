"""The versions of a commune's month as the published file has them: which one counts, which waits, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from answers.reports import communes_meant
from warehouse.connections import reading_published
from warehouse.last_decision import of_last
from warehouse.settings import Settings

#: What a version is: it counts; it waits for the stewards (newer than what counts, or nothing counts); a decision has
#: set it aside; a newer one that counts has replaced it.
STATES = ("counts", "waits", "set_aside", "replaced")


@dataclass(frozen=True)
class Choice:
    """The last decision on which version counts."""

    version: int
    decided_by: str
    decided_at: datetime
    reason: str


@dataclass(frozen=True)
class ReportVersion:
    """A version: its file, when it came (naive UTC), its sums over the cells, what is unsettled in it, its state."""

    commune_code: str
    commune_name: str
    month: date
    version: int
    file_name: str
    received_at: datetime
    admitted: int | None
    women: int | None
    ethnic_minority: int | None
    open_critical: int
    state: str
    #: The decision that has set it aside, or had it count.
    choice: Choice | None = None


def report_versions(settings: Settings, commune: str, month: date) -> list[ReportVersion]:
    """Every version for `month` of the communes that `commune` (a code or a part of a name) means, oldest first.

    Raises NothingPublished before the first publishing, NoCommuneMeant.
    """
    keys = communes_meant(settings, commune)
    with reading_published(settings) as connection:
        rows = connection.execute(
            f"""
            WITH choices AS (
                SELECT
                    commune_key, month, {of_last("value_after")} AS version,
                    {of_last("decided_by")} AS decided_by, max(decided_at) AS decided_at,
                    {of_last("reason")} AS reason
                FROM warehouse.quality.decisions WHERE decision = 'use' AND month = $month
                GROUP BY commune_key, month
            ), figures AS (
                SELECT submission_id, admitted, women, ethnic_minority
                FROM warehouse.marts.fct_commune_month_versions
                WHERE month = $month
                -- `corrected` comes before `sent`.
                QUALIFY row_number() OVER (PARTITION BY submission_id ORDER BY variant, reign DESC) = 1
            )
            SELECT
                versions.commune_code, communes.commune_name, versions.month, versions.version, submissions.file_name,
                versions.received_at, figures.admitted, figures.women, figures.ethnic_minority, versions.open_critical,
                CASE
                    WHEN versions.is_published THEN 'counts'
                    WHEN versions.is_set_aside THEN 'set_aside'
                    WHEN versions.version < max(versions.version) FILTER (versions.is_published) OVER (
                        PARTITION BY versions.commune_key
                    ) THEN 'replaced'
                    WHEN versions.is_newest THEN 'waits'
                    ELSE 'replaced'
                END,
                choices.version, choices.decided_by, choices.decided_at, choices.reason
            FROM warehouse.quality.versions AS versions
            JOIN warehouse.raw.submissions AS submissions USING (submission_id)
            JOIN warehouse.marts.dim_commune AS communes ON communes.commune_key = versions.commune_key
            LEFT JOIN figures ON figures.submission_id = versions.submission_id
            LEFT JOIN choices ON choices.commune_key = versions.commune_key AND choices.month = versions.month
                AND (versions.is_set_aside OR versions.version = choices.version)
            WHERE versions.month = $month AND list_contains($communes, versions.commune_key)
            ORDER BY communes.commune_name, versions.commune_key, versions.version
            """,
            {"communes": keys, "month": month},
        ).fetchall()
    return [_version(row) for row in rows]


def _version(row: Sequence[Any]) -> ReportVersion:
    *version, number, by, at, why = row
    choice = Choice(int(number), by, at, why) if number is not None else None
    return replace(ReportVersion(*version), choice=choice)
