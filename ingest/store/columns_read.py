"""What the store knows of the columns of the communes' reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

#: A column whose words are in no list and that nobody has explained: not understood, or only inferred.
_UNLISTED = "(columns.field IS NULL OR columns.evidence_vi IS NOT NULL)"


@dataclass(frozen=True)
class Reach:
    """What a word about a header may be about: the accepted reports with that form of a commune, or (None) of all, from
    a month on."""

    commune_code: str | None
    form: str
    from_month: date

    def where(self, *, unlisted: bool) -> str:
        return f"""
            submissions.status = 'accepted' AND submissions.month >= $from_month AND columns.form = $form
            AND ($commune_code IS NULL OR submissions.commune_code = $commune_code)
            AND {_UNLISTED if unlisted else True}
        """


@dataclass(frozen=True)
class Touched:
    """A report that is read again."""

    submission_id: str
    commune_code: str
    month: date


def headers_of(connection: duckdb.DuckDBPyConnection, reach: Reach, *, unlisted: bool = False) -> list[str]:
    """The headers over the columns of these reports (the `unlisted` ones alone), the most frequent first."""
    rows = connection.execute(
        f"""
        SELECT columns.header
        FROM warehouse.raw.column_map AS columns
        INNER JOIN warehouse.raw.submissions AS submissions USING (submission_id)
        WHERE columns.header IS NOT NULL AND {reach.where(unlisted=unlisted)}
        GROUP BY columns.header ORDER BY count(*) DESC, columns.header
        """,
        vars(reach),
    ).fetchall()
    return [header for (header,) in rows]


def reports_with(
    connection: duckdb.DuckDBPyConnection, reach: Reach, headers: Sequence[str] | None = None, *, unlisted: bool = False
) -> tuple[Touched, ...]:
    """These reports, those of the first month first; only those with one of `headers` (over an `unlisted` column)."""
    rows = connection.execute(
        f"""
        SELECT submissions.submission_id, submissions.commune_code, submissions.month
        FROM warehouse.raw.submissions AS submissions
        WHERE EXISTS (
            FROM warehouse.raw.column_map AS columns
            WHERE columns.submission_id = submissions.submission_id AND {reach.where(unlisted=unlisted)}
                AND ($headers IS NULL OR list_contains($headers, columns.header))
        )
        ORDER BY submissions.month, submissions.commune_code, submissions.version, submissions.submission_id
        """,
        vars(reach) | {"headers": headers},
    ).fetchall()
    return tuple(Touched(*row) for row in rows)


def not_read_as(
    connection: duckdb.DuckDBPyConnection, form: str, headers: Sequence[str], field: str | None, reports: Sequence[str]
) -> int:
    """How many of these reports have a column under one of `headers` that is not read as `field` (None: as nothing)."""
    row = connection.execute(
        """
        SELECT count(DISTINCT submission_id) FROM warehouse.raw.column_map
        WHERE form = $form AND list_contains($headers, header) AND list_contains($reports, submission_id)
            AND ($field IS NULL OR field IS DISTINCT FROM $field)
        """,
        {"form": form, "headers": headers, "field": field, "reports": reports},
    ).fetchone()
    return int(row[0]) if row else 0


def columns_of(
    connection: duckdb.DuckDBPyConnection, commune_code: str, form: str, month: date, submission_id: str
) -> tuple[dict[str, str], dict[str, str]]:
    """Field -> column letter in the commune's newest report before `month`, and in `submission_id`."""
    before = connection.execute(
        """
        SELECT columns.field, columns.column_letter
        FROM warehouse.raw.column_map AS columns
        WHERE columns.form = $form AND columns.field IS NOT NULL AND columns.submission_id = (
            SELECT submission_id FROM warehouse.raw.submissions
            WHERE commune_code = $commune AND month < $month AND status = 'accepted' AND kind = 'report'
            ORDER BY month DESC, version DESC
            LIMIT 1
        )
        """,
        {"form": form, "commune": commune_code, "month": month},
    ).fetchall()
    after = connection.execute(
        "SELECT field, column_letter FROM warehouse.raw.column_map"
        " WHERE form = $form AND field IS NOT NULL AND submission_id = $submission",
        {"form": form, "submission": submission_id},
    ).fetchall()
    return dict(before), dict(after)
