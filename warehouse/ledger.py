"""The ledger of builds: what the store was built with and from, so that the next build touches what differs.

A month that is not in the ledger, or stands in it otherwise than in `raw.submissions`, is built again
(`int_months_to_build` works that out). Months are entered when everything of them is built: a run that is killed
before leaves them for the next one. What is entered is what the build saw when it began, so that nothing that came
meanwhile counts as built; and nothing is published before what is there was built and judged.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.connections import transaction
from warehouse.versions import take_as_right

#: Schemas that hold nothing but what dbt and the gate make of the rest.
DERIVED = ("marts", "intermediate", "staging", "reference")
_BUILT = ("built_submissions", "built_periods", "built_sums", "built_nodes", "built_with", "months_again", "recipe")
_JUDGED = ("failures", "version_failures", "judgements", "held_back", "versions")


def start_afresh_unless(connection: duckdb.DuckDBPyConnection, recipe: str) -> bool:
    """Forget all that was derived when it was made by another recipe (SQL, rules, reference data, scope).

    Returns True when it did. Submissions, decisions and the results of earlier runs stay.
    """
    known = connection.execute("SELECT recipe FROM warehouse.ledger.recipe").fetchone()
    if known == (recipe,):
        return False
    with transaction(connection):
        for schema in DERIVED:
            connection.execute(f"DROP SCHEMA IF EXISTS warehouse.{schema} CASCADE")
        for table in _JUDGED:
            connection.execute(f"DELETE FROM warehouse.quality.{table}")
        for table in _BUILT:
            connection.execute(f"DELETE FROM warehouse.ledger.{table}")
        connection.execute("INSERT INTO warehouse.ledger.recipe VALUES (?)", [recipe])
    return True


def begin_build(connection: duckdb.DuckDBPyConnection, made_by: str) -> None:
    """Remember what the build that begins now sees and is made by; from here on nothing of it is judged yet."""
    with transaction(connection):
        connection.execute("DELETE FROM warehouse.ledger.made_by")
        connection.execute("INSERT INTO warehouse.ledger.made_by VALUES (?)", [made_by])
        connection.execute("DELETE FROM warehouse.ledger.reconciled")
        connection.execute("DELETE FROM warehouse.ledger.judged")
        connection.execute("DELETE FROM warehouse.ledger.seen_submissions")
        connection.execute(
            "INSERT INTO warehouse.ledger.seen_submissions"
            " SELECT submission_id, version, commune_key, month, kind"
            " FROM warehouse.raw.submissions WHERE status = 'accepted'"
        )


def enter_reconciled(connection: duckdb.DuckDBPyConnection) -> None:
    """The build that began last has come to its end: what the gate judges is all of it."""
    _enter(connection, "reconciled")


def is_broken_off(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a build was begun that has not come to its end."""
    row = connection.execute(
        "SELECT EXISTS (FROM warehouse.ledger.made_by) AND NOT EXISTS (FROM warehouse.ledger.reconciled)"
    ).fetchone()
    return bool(row and row[0])


def enter_judged(connection: duckdb.DuckDBPyConnection) -> None:
    """The gate has judged what the last build made."""
    _enter(connection, "judged")


def _enter(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """That something holds of the last build, until the next one begins."""
    connection.execute(f"DELETE FROM warehouse.ledger.{table}")
    connection.execute(f"INSERT INTO warehouse.ledger.{table} VALUES (true)")


def is_judged(connection: duckdb.DuckDBPyConnection, made_by: str) -> bool:
    """Whether everything that was accepted and decided is built by just this code, these rules and settings, on this
    day, and judged since."""
    row = connection.execute(
        """
        SELECT
            EXISTS (FROM warehouse.ledger.judged)
            AND EXISTS (FROM warehouse.ledger.made_by WHERE made_by = ?)
            AND NOT EXISTS (
                FROM warehouse.ledger.seen_submissions AS seen
                FULL JOIN (
                    FROM warehouse.raw.submissions WHERE status = 'accepted'
                ) AS accepted USING (submission_id)
                WHERE seen.kind IS NULL OR accepted.kind IS NULL OR seen.version IS DISTINCT FROM accepted.version
            )
        """,
        [made_by],
    ).fetchone()
    return bool(row and row[0])


def enter_built_months(connection: duckdb.DuckDBPyConnection) -> int:
    """Enter months, periods and sums of the build that has just ended. Returns how many commune-months wait for the
    next one."""
    with transaction(connection):
        # What was affected but had to wait is no longer in the ledger, so that the next build finds it.
        connection.execute(
            """
            DELETE FROM warehouse.ledger.built_submissions AS built
            WHERE month IS NULL OR EXISTS (
                FROM warehouse.intermediate.int_months_to_build AS affected
                WHERE affected.commune_key = built.commune_key AND affected.month = built.month
            )
            """
        )
        connection.execute(
            """
            INSERT INTO warehouse.ledger.built_submissions
            SELECT submission_id, version, commune_key, month
            FROM warehouse.ledger.seen_submissions AS submissions
            WHERE kind = 'targets'
                OR kind = 'report' AND EXISTS (
                    FROM warehouse.intermediate.int_touched_months AS touched
                    WHERE touched.commune_key = submissions.commune_key AND touched.month = submissions.month
                )
            """
        )
        connection.execute(
            """
            DELETE FROM warehouse.ledger.built_periods
            WHERE period IN (SELECT period FROM warehouse.intermediate.int_touched_periods)
                OR period NOT IN (SELECT period FROM warehouse.intermediate.int_official_periods)
            """
        )
        connection.execute(
            "INSERT INTO warehouse.ledger.built_periods"
            " SELECT period, made_of FROM warehouse.intermediate.int_touched_periods"
        )
        connection.execute("DELETE FROM warehouse.ledger.built_sums")
        connection.execute(
            "INSERT INTO warehouse.ledger.built_sums"
            " SELECT period_kind, period, month, made_of FROM warehouse.intermediate.int_summed_months"
        )
        row = connection.execute(
            "SELECT count(*) FROM warehouse.intermediate.int_months_to_build WHERE NOT is_in_this_build"
        ).fetchone()
    return int(row[0]) if row else 0


def forget_months_of(connection: duckdb.DuckDBPyConnection, submission_ids: list[str]) -> None:
    """Have the months of these submissions built again, though what was submitted is the same."""
    for table in ("built_submissions", "seen_submissions"):
        connection.execute(
            f"DELETE FROM warehouse.ledger.{table} WHERE submission_id IN (SELECT unnest(?))", [submission_ids]
        )
    take_as_right(connection, submission_ids)


def reports_between(
    connection: duckdb.DuckDBPyConnection, first: date, last: date, rules: Sequence[str] = ()
) -> list[str]:
    """The accepted reports of the months from `first` to `last`; of those months of communes in which one of `rules`
    has a failure, where any are named."""
    rows = connection.execute(
        """
        SELECT submission_id
        FROM warehouse.raw.submissions AS submissions
        WHERE status = 'accepted' AND kind = 'report' AND month BETWEEN $1 AND $2
            AND (
                len($3::VARCHAR[]) = 0
                OR EXISTS (
                    FROM warehouse.quality.failures AS failures
                    WHERE failures.commune_key = submissions.commune_key AND failures.month = submissions.month
                        AND failures.rule_id IN (SELECT unnest($3::VARCHAR[]))
                )
            )
        ORDER BY month, commune_code, version
        """,
        [first, last, list(rules)],
    ).fetchall()
    return [submission_id for (submission_id,) in rows]


@dataclass(frozen=True)
class Built:
    """What a table of dbt's was made of when it was built (`key`), and what came of it (`mark`)."""

    key: str
    mark: str


def built_nodes(connection: duckdb.DuckDBPyConnection) -> dict[str, Built]:
    """What stands of dbt's, by the name of its node."""
    rows = connection.execute("SELECT node, key, mark FROM warehouse.ledger.built_nodes").fetchall()
    return {node: Built(key, mark or "") for node, key, mark in rows}


def forget_nodes(connection: duckdb.DuckDBPyConnection, nodes: Iterable[str] | None = None) -> None:
    """These (or all) are about to be built: until they are, nobody takes them for built."""
    if nodes is None:
        connection.execute("DELETE FROM warehouse.ledger.built_nodes")
        return
    connection.execute(
        "DELETE FROM warehouse.ledger.built_nodes WHERE node IN (SELECT unnest($1::VARCHAR[]))", [list(nodes)]
    )


def enter_nodes(connection: duckdb.DuckDBPyConnection, built: Mapping[str, Built]) -> None:
    with transaction(connection):
        forget_nodes(connection, built)
        connection.execute(
            "INSERT INTO warehouse.ledger.built_nodes (node, key, mark)"
            " SELECT unnest($1::VARCHAR[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[])",
            [list(built), [each.key for each in built.values()], [each.mark for each in built.values()]],
        )


def is_built_with(connection: duckdb.DuckDBPyConnection, build: str, project: str) -> bool:
    """Whether `build` was last done in full with exactly this project of dbt's."""
    return connection.execute(
        "SELECT project FROM warehouse.ledger.built_with WHERE build = ?", [build]
    ).fetchall() == [(project,)]


def enter_built_with(connection: duckdb.DuckDBPyConnection, build: str, project: str | None) -> None:
    """`build` was done in full with this project; None: one begins that is yet to be done."""
    with transaction(connection):
        connection.execute("DELETE FROM warehouse.ledger.built_with WHERE build = ?", [build])
        if project is not None:
            connection.execute("INSERT INTO warehouse.ledger.built_with VALUES (?, ?)", [build, project])
