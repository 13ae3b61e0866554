"""Months once more: judged again as they were read, or read again from the archive."""

from collections.abc import Sequence
from datetime import date

from steps.monthly import Progress, Summary, silent
from steps.troubles import holding_the_store
from warehouse.connections import writing
from warehouse.ledger import forget_months_of, reports_between
from warehouse.settings import Settings
from warehouse.tables import create_tables


def again(
    settings: Settings,
    first: date,
    last: date,
    rules: Sequence[str] = (),
    read: bool = False,
    progress: Progress = silent,
) -> Summary:
    """Have the accepted reports of the months from `first` to `last` (first days) built and judged by the next build,
    as if they had just come; those in which one of `rules` has found something, where any are named. `read`: their
    archived files are read again first, by today's reader and lists.

    What is published stays as it is until the build, the check and the publishing that follow. Done again after it
    was interrupted, it goes on.
    """
    from ingest.reread import read_again

    with holding_the_store(settings, "admissions load"), writing(settings) as connection:
        create_tables(connection)
        reports = reports_between(connection, first, last, rules)
        if read:
            read_again(settings, connection, reports, progress)
        else:
            forget_months_of(connection, reports)
    return {"reports": len(reports), "read": read}
