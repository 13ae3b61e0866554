"""The header wordings that are in no list, as the published file has them: not understood, or only inferred."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb

from reference.fields import MONTHLY_FORMS, TRAINING_FORM
from reference.trouble import Trouble
from warehouse.connections import reading_published
from warehouse.settings import Settings


class PublishedBefore(Trouble):
    """The published file was made before columns had evidence; the text is its name."""

    text = "error_published_before"


@dataclass(frozen=True)
class Likely:
    """What speaks for one or several fields (parted by commas) under these words, in the newest of its reports."""

    fields: str
    evidence_vi: str
    evidence_en: str


@dataclass(frozen=True)
class SeenAt:
    """Where the words stand: the column's letter on a sheet of a report, the rows of its header (from 1), and the
    column in which the cells are named (None: not known)."""

    submission_id: str
    commune_code: str
    commune_name: str
    month: date
    sheet: str
    letter: str
    first_row: int
    last_row: int
    names_letter: str | None


@dataclass(frozen=True)
class Wording:
    """Words over a column that are in no list, over the newest version of each report: the header as it stands on the
    newest of them, how many there are and in how many the column is not understood, of how many communes, what
    speaks for a field, the most frequent first; and one column (submission, sheet, letter), of the newest report in
    which it is not understood, if any. `may_hold_figures` where figures stand under them somewhere."""

    form: str
    header: str
    reports: int
    not_understood: int
    communes: int
    first_month: date
    last_month: date
    may_hold_figures: bool
    likely: tuple[Likely, ...]
    column: tuple[str, str, str]


#: The columns whose words are in no list: there are few, among all that there are.
_UNLISTED = """
    CREATE TEMP TABLE unlisted AS
    SELECT * FROM warehouse.raw.column_map WHERE header IS NOT NULL AND (field IS NULL OR evidence_vi IS NOT NULL)
"""
#: Those of the newest version of every report, with the words that make them one.
_SEEN = """
    WITH seen AS (
        SELECT
            columns_of.*, same.words, versions.commune_key, versions.month
        FROM unlisted AS columns_of
        JOIN warehouse.quality.versions AS versions USING (submission_id)
        JOIN same ON same.header = columns_of.header
        WHERE versions.is_newest AND list_contains($forms, columns_of.form)
            AND ($month IS NULL OR versions.month = $month)
    )
"""


def wordings(settings: Settings, same_words: Callable[[str], str], month: date | None = None) -> list[Wording]:
    """Every wording (of the reports of `month` alone); headers of one form with the same `same_words` are one.

    Raises NothingPublished before the first publishing.
    """
    values = {"forms": [*MONTHLY_FORMS, TRAINING_FORM], "month": month}
    with reading_published(settings) as connection:
        try:
            _enter_words(connection, same_words)
        except duckdb.BinderException as error:
            raise PublishedBefore(str(settings.published)) from error
        likely = connection.execute(
            f"""
            {_SEEN}
            SELECT form, words, likely_field, arg_max(evidence_vi, month), arg_max(evidence_en, month)
            FROM seen WHERE likely_field IS NOT NULL
            GROUP BY form, words, likely_field ORDER BY count(DISTINCT submission_id) DESC, likely_field
            """,
            values,
        ).fetchall()
        rows = connection.execute(
            f"""
            {_SEEN}
            SELECT
                form, words, max({{'month': month, 'header': header}}).header AS header,
                count(DISTINCT submission_id) AS reports,
                count(DISTINCT submission_id) FILTER (field IS NULL) AS not_understood,
                count(DISTINCT commune_key) AS communes, min(month) AS first_month, max(month) AS last_month,
                bool_or(coalesce(may_hold_figures, true)) AS may_hold_figures,
                max({{
                    'is_in_doubt': field IS NULL, 'month': month, 'submission_id': submission_id, 'sheet': sheet,
                    'letter': column_letter
                }}) AS newest
            FROM seen GROUP BY form, words ORDER BY form, words
            """,
            values,
        ).fetchall()
    by_words: dict[tuple[str, str], list[Likely]] = {}
    for form, words, *why in likely:
        by_words.setdefault((form, words), []).append(Likely(*why))
    return [
        Wording(*(form, header, *counts, tuple(by_words.get((form, words), ())), tuple(newest.values())[2:]))
        for form, words, header, *counts, newest in rows
    ]


def seen_at(settings: Settings, wording: Wording) -> SeenAt | None:
    """Where the words are seen. None where the published file does not have that sheet."""
    submission, sheet, letter = wording.column
    with reading_published(settings) as connection:
        found = connection.execute(
            """
            SELECT
                versions.commune_code, communes.commune_name, versions.month, $sheet, $letter,
                sheets.header_first_row, sheets.header_last_row,
                (
                    SELECT min(column_letter) FROM warehouse.raw.column_map
                    WHERE submission_id = $submission AND form = $form AND sheet = $sheet AND field = 'cell_name'
                )
            FROM warehouse.quality.versions AS versions
            JOIN warehouse.raw.sheets AS sheets USING (submission_id)
            JOIN warehouse.marts.dim_commune AS communes USING (commune_key)
            WHERE versions.submission_id = $submission AND sheets.form = $form AND sheets.sheet = $sheet
            """,
            {"submission": submission, "form": wording.form, "sheet": sheet, "letter": letter},
        ).fetchone()
    return SeenAt(submission, *found) if found else None


def _enter_words(connection: duckdb.DuckDBPyConnection, same_words: Callable[[str], str]) -> None:
    """The tables `unlisted`, and `same`: each header with the words that make it one with others."""
    connection.execute(_UNLISTED)
    headers = [header for (header,) in connection.execute("SELECT DISTINCT header FROM unlisted").fetchall()]
    connection.execute(
        "CREATE TEMP TABLE same AS SELECT unnest($headers) AS header, unnest($words) AS words",
        {"headers": headers, "words": [same_words(header) for header in headers]},
    )
