"""What each proposed repair of a case would do: the failures that it settles, and the city's figures after it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from answers.cases import CaseView
from warehouse.connections import reading_published
from warehouse.failure_states import UNSETTLED
from warehouse.settings import Settings
from warehouse.tables import lines_table


@dataclass(frozen=True)
class Preview:
    """A proposal's effect: ids of the unsettled failures that it settles, how many critical ones are left, and what the
    city's figures of the month and of the year to date become (None: not known)."""

    settles: frozenset[str]
    critical_left: int
    admitted: int | None
    admitted_ytd: int | None


def previews(settings: Settings, case: CaseView) -> dict[int, Preview]:
    """Rank -> what the proposal would do, as the published file has it."""
    failures = [failure for cause in case.causes for failure in cause.failures] + list(case.settled)
    unsettled = {failure.failure_id: failure for failure in failures if failure.state in UNSETTLED}
    found = {}
    for rank, (settles, added) in _proposed(settings, case).items():
        settled = frozenset(settles) & unsettled.keys()
        left = [each for key, each in unsettled.items() if key not in settled and each.severity == "critical"]
        effect = case.effect
        is_counted = not (case.is_held_back and left)
        found[rank] = Preview(
            frozenset(settled),
            len(left),
            _after(effect.without, effect.with_it, added, is_counted),
            _after(effect.year_without, effect.year_with_it, added, is_counted),
        )
    return found


def city_figures(settings: Settings, month: date) -> tuple[int | None, int | None]:
    """What is published of the city: admitted in the month, and in the year to date."""
    with reading_published(settings) as connection:
        row = connection.execute(
            "SELECT admitted, admitted_ytd FROM warehouse.marts.mart_city_attainment WHERE month = ?", [month]
        ).fetchone()
    return (row[0], row[1]) if row else (None, None)


def _after(without: int | None, with_it: int | None, added: float, is_counted: bool) -> int | None:
    """A report that stays held back changes nothing."""
    if not is_counted:
        return without
    return None if with_it is None else with_it + round(added)


def _proposed(settings: Settings, case: CaseView) -> dict[int, tuple[Collection[str], float]]:
    """Rank -> the failures that go with it, and by how much it changes the admissions of the commune's cells."""
    with reading_published(settings) as connection:
        rows = connection.execute(
            f"""
            SELECT
                proposals.rank, list_distinct(flatten(list(proposals.settles))),
                coalesce(sum(proposals.value_after - coalesce(proposals.value_before, 0)) FILTER (
                    proposals.form = 'KN-1' AND proposals.field = 'admitted' AND lines.kind = 'cell'
                ), 0)
            FROM warehouse.quality.proposals AS proposals
            LEFT JOIN warehouse.raw.{lines_table("KN-1")} AS lines
                ON lines.submission_id = proposals.submission_id AND lines.sheet = proposals.sheet
                AND lines.sheet_row = TRY_CAST(regexp_extract(proposals.cell, '[0-9]+$') AS INTEGER)
            WHERE proposals.case_id = $case_id AND proposals.month = $month
            GROUP BY proposals.rank ORDER BY proposals.rank
            """,
            {"case_id": case.case_id, "month": case.month},
        ).fetchall()
    return {rank: (settles, added) for rank, settles, added in rows}
