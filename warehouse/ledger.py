"""The ledger of builds: what the store was built with and from, so that the next build touches what differs.

A month that is not in the ledger, or stands in it otherwise than in `raw.submissions`, is built again
(`int_months_to_build` works that out). Months are entered when everything of them is built: a run that is killed
before leaves them for the next one.
"""

import duckdb

from warehouse.connections import transaction

#: Schemas that hold nothing but what dbt and the gate make of the rest.
_DERIVED = ("marts", "intermediate", "staging", "reference")
_JUDGED = ("failures", "version_failures", "judgements", "held_back")


def start_afresh_unless(connection: duckdb.DuckDBPyConnection, recipe: str) -> bool:
    """Forget all that was derived when it was made by another recipe (SQL, rules, reference data, scope).

    Returns True when it did. Submissions, decisions and the results of earlier runs stay.
    """
    known = connection.execute("SELECT recipe FROM warehouse.ledger.recipe").fetchone()
    if known == (recipe,):
        return False
    with transaction(connection):
        for schema in _DERIVED:
            connection.execute(f"DROP SCHEMA IF EXISTS warehouse.{schema} CASCADE")
        for table in _JUDGED:
            connection.execute(f"DELETE FROM warehouse.quality.{table}")
        connection.execute("DELETE FROM warehouse.ledger.built_submissions")
        connection.execute("DELETE FROM warehouse.ledger.recipe")
        connection.execute("INSERT INTO warehouse.ledger.recipe VALUES (?)", [recipe])
    return True


def enter_built_months(connection: duckdb.DuckDBPyConnection) -> int:
    """Enter the months of the build that has just ended. Returns how many commune-months wait for the next one."""
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
            FROM warehouse.raw.submissions AS submissions
            WHERE status = 'accepted' AND (
                kind = 'targets'
                OR kind = 'report' AND EXISTS (
                    FROM warehouse.intermediate.int_touched_months AS touched
                    WHERE touched.commune_key = submissions.commune_key AND touched.month = submissions.month
                )
            )
            """
        )
        row = connection.execute(
            "SELECT count(*) FROM warehouse.intermediate.int_months_to_build WHERE NOT is_in_this_build"
        ).fetchone()
    return int(row[0]) if row else 0


def forget_months_of(connection: duckdb.DuckDBPyConnection, submission_ids: list[str]) -> None:
    """Have the months of these submissions built again, though what was submitted is the same."""
    connection.execute(
        "DELETE FROM warehouse.ledger.built_submissions WHERE submission_id IN (SELECT unnest(?))", [submission_ids]
    )
