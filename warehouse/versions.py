"""Which version of a report counts: the newest that is not held back, unless a decision says otherwise.

`quality.versions` says it for every accepted report. A build has to know it before the gate has spoken, since a month
is compared with the month before: what was not judged yet is taken as right (`expect`). After the check it is known
(`settle`); where it is otherwise than was expected, the months that follow are judged once more.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.last_decision import of_last
from warehouse.stored.columns import columns_of

#: The last decision on which version of a commune's month counts. It chooses among what had come by then: a version
#: that comes later is judged by itself.
_CHOICES = f"""(
    SELECT
        commune_key, month, {of_last("submission_id")} AS submission_id,
        max(decided_at) AS decided_at
    FROM warehouse.quality.decisions
    WHERE decision = 'use'
    GROUP BY commune_key, month
)"""


@dataclass(frozen=True)
class KnownVersion:
    """A version of a commune's month as the store knows it."""

    submission_id: str
    commune_key: str
    version: int
    open_critical: int
    is_judged: bool
    is_set_aside: bool
    is_newest: bool
    is_published: bool


def known_versions(connection: duckdb.DuckDBPyConnection, commune_code: str, month: date) -> tuple[KnownVersion, ...]:
    """The versions of the month, in the order of their arrival; none where none was judged yet."""
    rows = connection.execute(
        f"SELECT {', '.join(columns_of(KnownVersion))} FROM warehouse.quality.versions"
        " WHERE commune_code = ? AND month = ? ORDER BY version",
        [commune_code, month],
    ).fetchall()
    return tuple(KnownVersion(*row) for row in rows)


def expect(connection: duckdb.DuckDBPyConnection) -> None:
    """Before a build: every accepted report has its row; what was not judged counts as right. Remembers what the build
    goes by."""
    _complete(connection)
    _decide_which_counts(connection)
    connection.execute(
        "UPDATE warehouse.quality.versions SET was_published = is_published"
        " WHERE was_published IS DISTINCT FROM is_published"
    )


def settle(connection: duckdb.DuckDBPyConnection) -> int:
    """After a check: count the unsettled critical failures of each version of the months in hand, and say which counts.

    Returns how many commune-months have to be judged once more, because a month before them counts otherwise than the
    build expected (`ledger.months_again` has them).
    """
    _complete(connection)
    connection.execute(
        """
        UPDATE warehouse.quality.versions AS versions
        SET open_critical = coalesce(counted.open_critical, 0), is_judged = true
        FROM warehouse.intermediate.int_touched_months AS touched, (
            SELECT known.submission_id, count(failures.failure_id) AS open_critical
            FROM warehouse.quality.versions AS known
            LEFT JOIN (
                FROM warehouse.quality.version_failures JOIN warehouse.quality.rules USING (rule_id)
                SELECT version_failures.*
                -- What an official form says is no month's business.
                WHERE rules.form LIKE 'KN-%' AND version_failures.severity = 'critical'
                    AND version_failures.is_last_variant AND version_failures.settled_at IS NULL
            ) AS failures
                ON failures.submission_id = known.submission_id
            GROUP BY known.submission_id
        ) AS counted
        WHERE touched.commune_key = versions.commune_key AND touched.month = versions.month
            AND counted.submission_id = versions.submission_id
        """
    )
    _decide_which_counts(connection)
    connection.execute(
        """
        DELETE FROM warehouse.ledger.months_again AS again WHERE EXISTS (
            FROM warehouse.intermediate.int_touched_months AS touched
            WHERE touched.commune_key = again.commune_key AND touched.month = again.month
        )
        """
    )
    # Those that wait because more came than one build takes are built, and judged, after this one is published.
    waiting = months_again(connection)
    connection.execute(
        """
        INSERT INTO warehouse.ledger.months_again
        SELECT otherwise.commune_key, otherwise.month
        FROM warehouse.quality.versions AS otherwise
        WHERE otherwise.was_published <> otherwise.is_published
            -- What looks over all months looks at what counts of them.
            AND EXISTS (
                FROM warehouse.intermediate.reconciliations AS line
                JOIN warehouse.quality.rules AS rule USING (rule_id)
                WHERE rule.looks_over_all_months AND line.commune_key = otherwise.commune_key
                    -- A monthly report that no longer counts takes along its own lines, and nothing else, where none of
                    -- them fails and every cell was known before it.
                    AND (
                        rule.form NOT LIKE 'KN-%'
                        OR otherwise.is_published
                        OR line.month = otherwise.month AND line.difference <> 0
                        OR EXISTS (
                            FROM warehouse.intermediate.int_cells AS cell
                            WHERE cell.commune_key = otherwise.commune_key AND cell.first_month = otherwise.month
                        )
                    )
            )
        UNION
        SELECT later.commune_key, later.month
        FROM warehouse.quality.versions AS otherwise
        JOIN warehouse.quality.versions AS later
            ON later.commune_key = otherwise.commune_key AND later.month > otherwise.month
        WHERE otherwise.was_published <> otherwise.is_published
            -- A build goes on from there by itself.
            AND later.month = (
                SELECT min(next.month) FROM warehouse.quality.versions AS next
                WHERE next.commune_key = otherwise.commune_key AND next.month > otherwise.month
            )
            AND NOT EXISTS (
                FROM warehouse.ledger.months_again AS known
                WHERE known.commune_key = later.commune_key AND known.month = later.month
            )
        """
    )
    connection.execute(
        "UPDATE warehouse.quality.versions SET was_published = is_published"
        " WHERE was_published IS DISTINCT FROM is_published"
    )
    return months_again(connection) - waiting


def months_again(connection: duckdb.DuckDBPyConnection) -> int:
    """How many commune-months wait to be judged once more."""
    row = connection.execute("SELECT count(*) FROM warehouse.ledger.months_again").fetchone()
    return int(row[0]) if row else 0


def take_as_right(connection: duckdb.DuckDBPyConnection, submission_ids: list[str]) -> None:
    """Forget what was found of the other versions of these submissions' months, too: something was decided there."""
    connection.execute(
        """
        UPDATE warehouse.quality.versions AS versions SET open_critical = 0, is_judged = false
        WHERE (versions.commune_key, versions.month) IN (
            SELECT (decided.commune_key, decided.month) FROM warehouse.quality.versions AS decided
            WHERE decided.submission_id IN (SELECT unnest(?))
        )
        """,
        [submission_ids],
    )


def _complete(connection: duckdb.DuckDBPyConnection) -> None:
    """A row for each accepted report, and none for what is no longer one."""
    connection.execute(
        """
        DELETE FROM warehouse.quality.versions AS known WHERE NOT EXISTS (
            FROM warehouse.raw.submissions AS submissions
            WHERE submissions.submission_id = known.submission_id AND submissions.status = 'accepted'
                AND submissions.kind = 'report' AND submissions.commune_key = known.commune_key
                AND submissions.month = known.month AND submissions.version IS NOT DISTINCT FROM known.version
        )
        """
    )
    connection.execute(
        """
        INSERT INTO warehouse.quality.versions
            (submission_id, commune_key, commune_code, month, version, received_at, open_critical, is_judged)
        SELECT submission_id, commune_key, commune_code, month, version, received_at, 0, false
        FROM warehouse.raw.submissions AS submissions
        WHERE status = 'accepted' AND kind = 'report'
            AND NOT EXISTS (
                FROM warehouse.quality.versions AS known WHERE known.submission_id = submissions.submission_id
            )
        """
    )


def _decide_which_counts(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"""
        UPDATE warehouse.quality.versions AS versions
        SET is_set_aside = placed.is_set_aside, is_newest = placed.is_newest, is_published = placed.is_published
        FROM (
            WITH set_aside AS (
                SELECT
                    versions.*,
                    coalesce(
                        versions.version > chosen.version AND versions.received_at <= choices.decided_at, false
                    ) AS is_set_aside_now
                FROM warehouse.quality.versions AS versions
                LEFT JOIN {_CHOICES} AS choices USING (commune_key, month)
                LEFT JOIN warehouse.quality.versions AS chosen
                    ON chosen.submission_id = choices.submission_id
                    AND chosen.commune_key = choices.commune_key AND chosen.month = choices.month
            )
            SELECT
                submission_id,
                is_set_aside_now AS is_set_aside,
                NOT is_set_aside_now AND version = max(version) FILTER (NOT is_set_aside_now) OVER month_of_commune
                    AS is_newest,
                NOT is_set_aside_now AND open_critical = 0
                    AND version = max(version) FILTER (NOT is_set_aside_now AND open_critical = 0)
                        OVER month_of_commune AS is_published
            FROM set_aside
            WINDOW month_of_commune AS (PARTITION BY commune_key, month)
        ) AS placed
        WHERE placed.submission_id = versions.submission_id
            AND (placed.is_set_aside, placed.is_newest, placed.is_published)
                IS DISTINCT FROM (versions.is_set_aside, versions.is_newest, versions.is_published)
        """
    )
