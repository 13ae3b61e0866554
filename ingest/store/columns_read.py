"""What the store knows of the columns of a commune's reports."""

from datetime import date

import duckdb


def unmapped_headers(
    connection: duckdb.DuckDBPyConnection, commune_code: str, form: str, from_month: date
) -> list[tuple[str, date, str]]:
    """(submission_id, month, header) of every column that was not understood, from a month on, first month first."""
    return connection.execute(
        """
        SELECT submissions.submission_id, submissions.month, columns.header
        FROM warehouse.raw.column_map AS columns
        INNER JOIN warehouse.raw.submissions AS submissions USING (submission_id)
        WHERE
            columns.field IS NULL AND columns.form = $form AND submissions.commune_code = $commune
            AND submissions.month >= $month AND submissions.status = 'accepted'
        ORDER BY submissions.month, submissions.version, columns.column_letter
        """,
        {"form": form, "commune": commune_code, "month": from_month},
    ).fetchall()


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
