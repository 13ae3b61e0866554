"""What the quality gate keeps: results, failures and their causes, judgements, held-back months."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from warehouse.failure_states import is_unsettled
from warehouse.rows import insert
from warehouse.stored.columns import select_list
from warehouse.stored.quality import CauseRow, FailureRow, ResultRow, VersionFailureRow


@dataclass(frozen=True)
class OpenFailures:
    """What is unsettled of a rule: how many failures, and the newest of them."""

    number: int
    newest: tuple["OpenFailure", ...]


@dataclass(frozen=True)
class OpenFailure:
    """An unsettled failure and its sentence."""

    case_id: str
    commune_key: str
    commune_code: str
    month: date
    message_vi: str
    message_en: str


#: What is judged anew: the months of this build, and what looks over all months.
_IN_HAND = """(EXISTS (
    FROM warehouse.intermediate.int_touched_months AS touched
    WHERE touched.commune_key = judged.commune_key AND touched.month = judged.month
) OR judged.rule_id IN (SELECT rule_id FROM warehouse.quality.rules WHERE looks_over_all_months))"""


def append_results(connection: duckdb.DuckDBPyConnection, rows: Sequence[ResultRow]) -> None:
    """Add the results of a run; those of earlier runs stay."""
    insert(connection, "warehouse.quality.results", ResultRow, rows)


def replace_failures(connection: duckdb.DuckDBPyConnection, rows: Sequence[FailureRow]) -> None:
    """Of the months in hand, quality.failures has exactly `rows`."""
    connection.execute(f"DELETE FROM warehouse.quality.failures AS judged WHERE {_IN_HAND}")
    insert(connection, "warehouse.quality.failures", FailureRow, rows)


def replace_causes(connection: duckdb.DuckDBPyConnection, rows: Sequence[CauseRow]) -> None:
    """quality.causes is exactly `rows` for the cases that they are about, and has none for cases without failures."""
    connection.execute(
        "DELETE FROM warehouse.quality.causes AS kept WHERE list_contains($cases, case_id) OR case_id NOT IN"
        f" (SELECT case_id FROM warehouse.quality.failures WHERE {is_unsettled('state')})",
        {"cases": sorted({row.case_id for row in rows})},
    )
    insert(connection, "warehouse.quality.causes", CauseRow, rows)


def replace_version_failures(connection: duckdb.DuckDBPyConnection) -> None:
    """Of the months in hand, quality.version_failures has exactly the marked lines: each failure once per version
    and variant in which it fails."""
    connection.execute(f"DELETE FROM warehouse.quality.version_failures AS judged WHERE {_IN_HAND}")
    connection.execute(
        f"""
        INSERT INTO warehouse.quality.version_failures BY NAME
        SELECT {select_list(VersionFailureRow, "line")}
        FROM marked_lines AS line
        QUALIFY row_number() OVER (PARTITION BY failure_id, submission_id, variant ORDER BY line_number, cells) = 1
        ORDER BY month, commune_key, version, rule_id, failure_id
        """
    )


def replace_judgements(connection: duckdb.DuckDBPyConnection) -> None:
    """Of the months in hand, quality.judgements has how many lines each rule has looked at and how many fail.

    `warehouse.versions.settle` comes before it.
    """
    connection.execute(f"DELETE FROM warehouse.quality.judgements AS judged WHERE {_IN_HAND}")
    connection.execute(
        """
        INSERT INTO warehouse.quality.judgements
        SELECT line.rule_id, line.commune_key, line.month, count(*), count(failing.source_row)
        FROM judged AS line
        LEFT JOIN failing USING (source_row)
        -- A report that stewards have corrected is judged twice and counted once.
        WHERE line.beyond IS NOT NULL AND line.variant = 'sent'
            -- Over all months are looked at the reports that count; of some it is known only now that they do not.
            AND NOT EXISTS (
                FROM warehouse.quality.versions AS version, warehouse.quality.rules AS rule
                WHERE version.submission_id = line.submission_id AND NOT version.is_published
                    AND rule.rule_id = line.rule_id AND rule.looks_over_all_months
            )
        GROUP BY line.rule_id, line.commune_key, line.month
        ORDER BY line.month, line.commune_key, line.rule_id
        """
    )


def judged_lines(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """rule_id -> lines looked at and lines that fail, over everything in the store."""
    rows = connection.execute(
        "SELECT rule_id, CAST(sum(looked_at) AS BIGINT), CAST(sum(failed) AS BIGINT)"
        " FROM warehouse.quality.judgements GROUP BY rule_id"
    ).fetchall()
    return {rule_id: (looked_at, failed) for rule_id, looked_at, failed in rows}


def failures_by_state(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """(state, severity) -> number of failures, over everything in the store."""
    rows = connection.execute(
        "SELECT state, severity, count(*) FROM warehouse.quality.failures GROUP BY ALL"
    ).fetchall()
    return {(state, severity): number for state, severity, number in rows}


def open_failures(connection: duckdb.DuckDBPyConnection, at_most: int) -> dict[str, OpenFailures]:
    """rule_id -> what is unsettled of it, with the newest `at_most`."""
    rows = connection.execute(
        f"""
        SELECT
            rule_id, count(*) OVER (PARTITION BY rule_id),
            case_id, commune_key, commune_code, month, message_vi, message_en
        FROM warehouse.quality.failures
        WHERE {is_unsettled("state")}
        QUALIFY row_number() OVER (PARTITION BY rule_id ORDER BY month DESC, commune_code, failure_id) <= $at_most
        ORDER BY rule_id, month DESC, commune_code, failure_id
        """,
        {"at_most": at_most},
    ).fetchall()
    found: dict[str, OpenFailures] = {}
    for rule_id, number, *values in rows:
        known = found.get(rule_id, OpenFailures(number, ()))
        found[rule_id] = replace(known, newest=(*known.newest, OpenFailure(*values)))
    return found


def replace_held_back(connection: duckdb.DuckDBPyConnection) -> int:
    """The gate: a commune and month of which every version has unsettled critical failures is held back.

    Returns how many are. `warehouse.versions.settle` comes before it.
    """
    connection.execute("DELETE FROM warehouse.quality.held_back")
    connection.execute(
        """
        INSERT INTO warehouse.quality.held_back BY NAME
        SELECT commune_key, any_value(commune_code) AS commune_code, month,
            max(open_critical) FILTER (is_newest) AS open_critical
        FROM warehouse.quality.versions
        GROUP BY commune_key, month
        HAVING NOT bool_or(is_published)
        ORDER BY month, commune_key
        """
    )
    row = connection.execute("SELECT count(*) FROM warehouse.quality.held_back").fetchone()
    return int(row[0]) if row else 0
