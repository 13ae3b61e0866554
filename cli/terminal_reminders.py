"""Who got which reminder, or would, as a table."""

from cli.terminal import Screen, table_of, told
from reference.texts import say
from steps import Summary

#: Stands for every month of which something is due on this day, and for what is due to stewards.
TODAY = "today"


def print_reminders(screen: Screen, summary: Summary, month: str, language: str) -> None:
    """A row for each mail, and the communes that have no address."""
    outcomes, nowhere = summary["outcomes"], summary["without_address"]
    if outcomes:
        title = "remind_title_dry" if summary["dry_run"] else "remind_title"
        columns = [
            ("column_commune", "left"),
            ("column_to", "left"),
            ("column_kind", "left"),
            ("column_outcome", "words"),
        ]
        of = say("remind_of_today", language) if month == TODAY else told(month, language)
        table = table_of(say(title, language, month=of), columns, language)
        for each in outcomes:
            kind, outcome = say(f"kind_{each['kind']}", language), say(f"outcome_{each['outcome']}", language)
            table.add_row(each["commune_name"], each["address"], kind, outcome)
        screen.print(table)
    elif not summary["is_set_up"]:
        screen.print(say("remind_not_set_up", language))
    elif not nowhere:
        screen.print(say("remind_nothing", language))
    if nowhere:
        screen.print(say("remind_no_address", language, communes=", ".join(nowhere)), markup=False, highlight=False)
