"""What became of the files of a load: which commune, month and version each is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.literals import quoted


@dataclass(frozen=True)
class Received:
    """A file that was accepted. `month` reads YYYY-MM (of official forms: the period; None for targets); `version` is
    its number among the `versions` that there are of this month now (None for targets)."""

    path: str
    kind: str
    commune_code: str | None
    commune_name: str | None
    month: str | None
    version: int | None
    versions: int
    submission_id: str


@dataclass(frozen=True)
class CameAgain:
    """A file whose content is an older version of a month: as long as nobody decides otherwise, it changes nothing."""

    path: str
    commune_code: str
    commune_name: str
    month: str
    version: int
    newest: int


def received_reports(connection: duckdb.DuckDBPyConnection, submissions: Mapping[str, str]) -> tuple[Received, ...]:
    """What the files (path -> submission id) became, in the order given."""
    rows = _of(
        connection,
        submissions,
        """
        SELECT
            asked.path, submissions.kind, submissions.commune_code, submissions.commune_name,
            coalesce(strftime(submissions.month, '%Y-%m'), submissions.period), submissions.version,
            (
                SELECT count(*) FROM warehouse.raw.submissions AS others
                WHERE others.status = 'accepted' AND others.kind = submissions.kind
                    AND others.commune_key IS NOT DISTINCT FROM submissions.commune_key
                    AND others.month IS NOT DISTINCT FROM submissions.month
                    AND others.period IS NOT DISTINCT FROM submissions.period
            ),
            submissions.submission_id
        FROM asked JOIN warehouse.raw.submissions AS submissions USING (submission_id)
        WHERE submissions.status = 'accepted'
        ORDER BY asked.position
        """,
    )
    return tuple(Received(*row) for row in rows)


def reports_that_came_again(
    connection: duckdb.DuckDBPyConnection, submissions: Mapping[str, str]
) -> tuple[CameAgain, ...]:  # fmt: skip
    """Those of the files (path -> submission id) that a newer version of their month has replaced."""
    rows = _of(
        connection,
        submissions,
        """
        SELECT
            asked.path, older.commune_code, older.commune_name, strftime(older.month, '%Y-%m'), older.version,
            newest.version
        FROM asked JOIN warehouse.raw.submissions AS older USING (submission_id)
        JOIN (
            SELECT commune_key, month, max(version) AS version FROM warehouse.raw.submissions
            WHERE status = 'accepted' AND kind = 'report' GROUP BY commune_key, month
        ) AS newest
            ON newest.commune_key = older.commune_key AND newest.month = older.month
        WHERE older.status = 'accepted' AND older.kind = 'report' AND older.version < newest.version
        ORDER BY asked.position
        """,
    )
    return tuple(CameAgain(*row) for row in rows)


def _of(
    connection: duckdb.DuckDBPyConnection, submissions: Mapping[str, str], sql: str
) -> list[tuple[Any, ...]]:  # fmt: skip
    """The answer for the files in `asked`."""
    if not submissions:
        return []
    files = ", ".join(
        f"({quoted(path)}, {quoted(submission_id)}, {position})"
        for position, (path, submission_id) in enumerate(submissions.items())
    )
    return connection.execute(f"WITH asked (path, submission_id, position) AS (VALUES {files}) {sql}").fetchall()
