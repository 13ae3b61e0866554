"""How the warehouse is, in a few numbers, for whoever watches it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from warehouse.connections import reading_published
from warehouse.failure_states import is_unsettled
from warehouse.settings import Settings


@dataclass(frozen=True)
class VitalSigns:
    """As published: unsettled failures by severity, months with a report, months of communes that are held back, and
    the seconds since the file was published."""

    open_failures: dict[str, int]
    months: int
    held_back: int
    age: float


def vital_signs(settings: Settings) -> VitalSigns:
    """Raises NothingPublished, StoreDamaged."""
    with reading_published(settings) as connection:
        unsettled = connection.execute(
            f"""
            SELECT severity, count(*) FILTER ({is_unsettled("state")})
            FROM warehouse.quality.failures GROUP BY severity
            """
        ).fetchall()
        months = connection.execute(
            "SELECT count(DISTINCT month) FILTER (status <> 'not_reported') FROM warehouse.marts.mart_reporting_rates"
        ).fetchone()
        held_back = connection.execute("SELECT count(*) FROM warehouse.quality.held_back").fetchone()
    return VitalSigns(
        # A severity without failures is none, not unknown.
        dict.fromkeys(("critical", "warning", "info"), 0) | dict(unsettled),
        int(months[0]) if months else 0,
        int(held_back[0]) if held_back else 0,
        datetime.now(UTC).timestamp() - settings.published.stat().st_mtime,
    )
