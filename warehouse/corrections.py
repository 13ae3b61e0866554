"""The stewards' values that stand in the place of what was sent: whose each is, and with which decision it goes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pyarrow as pa

from reference.cell_address import on_sheet
from reference.fields import MONTHLY_FORMS
from warehouse.last_decision import NEWEST_FIRST, OLDEST_FIRST
from warehouse.stored.columns import columns_of
from warehouse.tables import lines_table


@dataclass(frozen=True)
class Correction:
    """A steward's value for a cell: what was sent is `value_before` (None: blank, or no number). `failure_id` is the
    failure under which it is kept: reopening that takes it back."""

    submission_id: str
    sheet: str
    cell: str
    value_before: float | None
    value_after: float
    failure_id: str
    month: date
    decided_by: str
    decided_at: datetime

    @property
    def address(self) -> str:
        """`Kết nạp!D14`."""
        return on_sheet(self.sheet, self.cell)


#: Commune (key), month, form, field, kind and name of the row: what a month is carried on from.
Carried = tuple[str, date, str, str, str, str]


def carried_corrections(
    connection: duckdb.DuckDBPyConnection, in_force: Mapping[str, Sequence[Correction]]
) -> dict[Carried, Correction]:
    """The corrections by the figures that they are, of versions that the build went by: the next month goes on from
    them."""
    corrections = [each for of_report in in_force.values() for each in of_report]
    if not corrections:
        return {}
    standing = pa.table(
        {
            "at": pa.array(range(len(corrections)), pa.int32()),
            "submission_id": [each.submission_id for each in corrections],
            "sheet": [each.sheet for each in corrections],
            "cell": [each.cell for each in corrections],
        }
    )
    found: dict[Carried, Correction] = {}
    connection.register("standing", standing)
    for form in MONTHLY_FORMS:
        rows = connection.execute(
            f"""
            SELECT standing.at, versions.commune_key, versions.month, '{form}', columns_of.field, lines.kind,
                lower(coalesce(lines.cell_name, ''))
            FROM standing
            JOIN warehouse.quality.versions AS versions USING (submission_id)
            JOIN warehouse.raw.{lines_table(form)} AS lines
                ON lines.submission_id = standing.submission_id AND lines.sheet = standing.sheet
            JOIN warehouse.raw.column_map AS columns_of
                ON columns_of.submission_id = standing.submission_id AND columns_of.form = '{form}'
                AND columns_of.column_letter || lines.sheet_row = standing.cell
            WHERE versions.was_published AND columns_of.field IS NOT NULL
            """
        ).fetchall()
        found |= {(key, month, *place): corrections[at] for at, key, month, *place in rows}
    connection.unregister("standing")
    return found


def corrections_in_force(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Correction, ...]]:
    """submission_id -> its corrections, sheet by sheet: those that the build takes (`int_corrections` says which)."""
    rows = connection.execute(
        f"""
        WITH followed AS (
            SELECT
                * EXCLUDE (value_before),
                -- A second value for a cell follows a first one: what was sent is what stood before that.
                first_value(value_before) OVER (
                    PARTITION BY decision, submission_id, sheet, cell ORDER BY {OLDEST_FIRST}
                ) AS value_before,
                max(decided_at) FILTER (decision <> 'correct') OVER (PARTITION BY failure_id) AS taken_back_at
            FROM warehouse.quality.decisions
        )
        SELECT {", ".join(columns_of(Correction))}
        FROM followed
        WHERE decision = 'correct' AND value_after IS NOT NULL
            AND (taken_back_at IS NULL OR decided_at > taken_back_at)
        QUALIFY row_number() OVER (
            PARTITION BY submission_id, sheet, cell ORDER BY {NEWEST_FIRST}
        ) = 1
        ORDER BY submission_id, sheet, length(cell), cell
        """
    ).fetchall()
    found: defaultdict[str, list[Correction]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(Correction(*row))
    return {submission_id: tuple(corrections) for submission_id, corrections in found.items()}
