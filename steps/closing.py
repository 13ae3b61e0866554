"""The close of a month, on the day after its reports were due: the summary for those above, and who is missing."""

from dateutil.relativedelta import relativedelta

from steps.monthly import Summary
from steps.troubles import failures_in_words
from warehouse.settings import Settings


def close_month(settings: Settings) -> Summary:
    """Write the summary of the month before this one into the outbox, from what is published.

    Returns the month, the files' paths, how many communes have figures of how many, how many reports are held back, and
    the names of the communes that have not reported. Raises StepFailed where nothing is published.
    """
    from answers.reports import reporting
    from outbox.summary.write import summarise

    month = settings.current_day().replace(day=1) - relativedelta(months=1)
    with failures_in_words(settings):
        written = summarise(settings, month)
        missing = [line.commune_name for line in reporting(settings, month) if line.status == "not_reported"]
    return {
        "month": f"{month:%Y-%m}",
        "files": [str(written.document), str(written.workbook)],
        "known": written.known,
        "expected": written.expected,
        "held_back": written.held_back,
        "missing": missing,
    }
