"""What the published file knows of a commune's cells before a month: for the blank workbooks that are issued."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb

from reference.fields import MONTHLY_FORMS, number_fields_of
from warehouse.connections import reading_published
from warehouse.settings import Settings
from warehouse.tables import lines_table

#: What a report's figure is: a number of people, a mean age, yes or no; None where it is left blank.
Figure = int | float | bool | None

#: The figures of a report that the next one goes on from, by form.
_GOES_ON = {"KN-1": ("admitted_ytd", "admitted_ttd", "year_target"), "KN-2": (), "KN-3": ("closing",)}
#: Those that mostly stay as they are while nothing happens in a cell.
_STAYS = {
    "KN-1": (),
    "KN-2": tuple(field.name for field in number_fields_of("KN-2")),
    "KN-3": ("age_to_30", "age_31_40", "age_41_50", "age_51_60", "age_over_60", "mean_age", "head_is_member"),
}
#: Where the figures stand that count: as they were sent or as a steward has corrected them.
_FACTS = {"KN-1": "fct_admissions", "KN-2": "fct_candidates", "KN-3": "fct_membership"}


@dataclass(frozen=True)
class KnownCell:
    """A cell as the report has it: its section (None without one) and the figures that the next report goes on from.

    `stays` holds those that mostly stay as they are (who is a candidate, how old the members are), by field. A figure
    is None where the report leaves it blank.
    """

    name: str
    cell_type: str | None
    section: str | None
    admitted_ytd: int | None = None
    admitted_ttd: int | None = None
    year_target: int | None = None
    closing: int | None = None
    stays: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class KnownReport:
    """A commune's newest published report before some month: its cells in their order."""

    commune_key: str
    month: date
    version: int
    submission_id: str
    cells: tuple[KnownCell, ...]


@dataclass(frozen=True)
class _Place:
    """A cell's name, and which of the rows of that name it is: what a cell is known by from sheet to sheet."""

    name: str
    nth: int


@dataclass(frozen=True)
class _Row:
    place: _Place
    name: str
    cell_type: str | None
    section: str | None
    figures: dict[str, Figure]


def known_reports(settings: Settings, month: date, commune_keys: Iterable[str]) -> dict[str, KnownReport]:
    """The newest published report before `month` of each of the communes; none for those that have none yet.

    Raises NothingPublished before the first publishing.
    """
    keys = list(commune_keys)
    with reading_published(settings) as connection:
        newest: list[tuple[str, str, date, int]] = connection.execute(
            """
            SELECT commune_key, submission_id, month, version
            FROM warehouse.quality.versions
            WHERE is_published AND month < $month AND list_contains($keys, commune_key)
            QUALIFY row_number() OVER (PARTITION BY commune_key ORDER BY month DESC) = 1
            ORDER BY commune_key
            """,
            {"month": month, "keys": keys},
        ).fetchall()
        submissions = [submission for _, submission, _, _ in newest]
        rows = {form: _rows(connection, form, submissions) for form in MONTHLY_FORMS}
    return {
        key: KnownReport(key, reported, version, submission, _cells([rows[form][submission] for form in MONTHLY_FORMS]))
        for key, submission, reported, version in newest
    }


def _rows(connection: duckdb.DuckDBPyConnection, form: str, submissions: list[str]) -> dict[str, list[_Row]]:
    """The rows of the cells in each submission's form, in the sheet's order."""
    figures = (*_GOES_ON[form], *_STAYS[form])
    columns = "".join(f", facts.{figure}" for figure in figures)
    table = f"warehouse.raw.{lines_table(form)}"
    answer = connection.execute(
        f"""
        SELECT lines.submission_id, lines.cell_name, lines.cell_type, sections.cell_name {columns}
        FROM {table} AS lines
        LEFT JOIN {table} AS sections
            ON lines.submission_id = sections.submission_id AND lines.section_line = sections.line_number
        LEFT JOIN warehouse.marts.{_FACTS[form]} AS facts
            ON lines.submission_id = facts.submission_id AND lines.line_number = facts.line_number
        WHERE lines.kind = 'cell' AND list_contains($submissions, lines.submission_id)
        ORDER BY lines.submission_id, lines.line_number
        """,
        {"submissions": submissions},
    ).fetchall()
    found: dict[str, list[_Row]] = defaultdict(list)
    times: Counter[tuple[str, str]] = Counter()
    for submission, name, cell_type, section, *values in answer:
        same = name.lower()
        times[submission, same] += 1
        place = _Place(same, times[submission, same])
        found[submission].append(_Row(place, name, cell_type, section, dict(zip(figures, values, strict=True))))
    return found


def _cells(forms: list[list[_Row]]) -> tuple[KnownCell, ...]:
    """One list of cells from the forms' rows: the first form's order; cells that stand only in a later one come last
    in their section."""
    merged: dict[_Place, _Row] = {}
    for rows in forms:
        for row in rows:
            before = merged.get(row.place)
            if before is None:
                merged[row.place] = row
            else:
                merged[row.place] = _Row(
                    row.place,
                    before.name,
                    before.cell_type or row.cell_type,
                    before.section or row.section,
                    before.figures | row.figures,
                )
    sections = list(dict.fromkeys(row.section for row in merged.values()))
    ordered = sorted(merged.values(), key=lambda row: sections.index(row.section))
    return tuple(_known(row) for row in ordered)


def _known(row: _Row) -> KnownCell:
    goes_on = {name: row.figures.get(name) for names in _GOES_ON.values() for name in names}
    stays = {name: figure for name, figure in row.figures.items() if name not in goes_on and figure is not None}
    return KnownCell(row.name, row.cell_type, row.section, **goes_on, stays=stays)  # type: ignore[arg-type]


def year_targets(settings: Settings, month: date) -> dict[str, int]:
    """Commune key -> the target of the calendar year that is in force at the end of `month` (form CT-1)."""
    with reading_published(settings) as connection:
        rows: list[tuple[str, int]] = connection.execute(
            """
            SELECT commune_key, target
            FROM warehouse.marts.fct_targets
            WHERE
                period_kind = 'year' AND year = year($month::DATE) AND target IS NOT NULL
                AND effective_on <= last_day($month::DATE) AND last_day($month::DATE) < effective_until
            ORDER BY commune_key
            """,
            {"month": month},
        ).fetchall()
    return dict(rows)


def term_targets(settings: Settings, month: date, term: str) -> dict[tuple[str, int | None], int]:
    """(Commune key, year or None for the whole term) -> the target of `term` in force at the end of `month`."""
    with reading_published(settings) as connection:
        rows: list[tuple[str, int | None, int]] = connection.execute(
            """
            SELECT commune_key, year, target
            FROM warehouse.marts.fct_targets
            WHERE
                term = $term AND target IS NOT NULL
                AND effective_on <= last_day($month::DATE) AND last_day($month::DATE) < effective_until
            ORDER BY commune_key, year
            """,
            {"month": month, "term": term},
        ).fetchall()
    return {(key, year): target for key, year, target in rows}
