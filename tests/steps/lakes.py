"""The sample city in homes of its own, over whatever store."""

from collections.abc import Callable
from datetime import date

import steps
from samples.write import write_samples
from warehouse.compare import differing_tables
from warehouse.settings import Settings

#: Settings of the city in a home of this name; keyword arguments are ADMISSIONS_… values.
MakeOffice = Callable[..., Settings]
#: The last month whose reports have come.
FIRST, SECOND, THIRD = date(2015, 7, 1), date(2015, 8, 1), date(2015, 9, 1)


def run(settings: Settings, until: date) -> list[str]:
    """A run with the reports that have come until then; the names of its steps."""
    write_samples(settings.landing, until=until)
    return [step for step, _ in steps.run(settings)]


def differing(one: Settings, other: Settings) -> list[str]:
    """The published tables whose rows are not the same."""
    return [each.table for each in differing_tables(one.published, other.published)]
