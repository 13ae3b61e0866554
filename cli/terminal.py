"""How answers look on a terminal: tables and sentences from rows and summaries. No questions are asked here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from answers.reports import ChangedFigure, FailureLine, ReportLine, TermLine, VersionLine
from reference.cell_address import on_sheet
from reference.figures import decimal, month_name
from reference.texts import say
from reference.usage import as_typed
from steps.told import told as in_a_sentence
from warehouse import events, json_lines
from warehouse.doctor import Finding, versions
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ingest.reread import MapReport
    from outbox.blank.issue import Issued, IssuedTargets
    from outbox.filled_forms.issue import IssuedForms
    from outbox.marked.annotate import Annotated
    from outbox.summary.write import Summarised

#: Refused files listed one by one after a load; the rest is counted.
_LONGEST_LIST = 10


class Screen(Console):
    """A terminal on which commands in a text stand as they can be typed in the working folder."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*(as_typed(each) if isinstance(each, str) else each for each in objects), **options)


class _FilesPerSecond(ProgressColumn):
    """Files a second, once there is a speed to tell."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


def table_of(title: str, columns: Sequence[tuple[str, str]], language: str) -> Table:
    """An empty table; `columns` are (text key, alignment): `left`, `right`, or `words` that go on in further lines."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for text, side in columns:
        table.add_column(say(text, language), justify="right" if side == "right" else "left", no_wrap=side == "left")
    return table


def or_dash(value: float | None, language: str, places: int = 0) -> str:
    """The number as people write it; a dash for what is not known."""
    return "–" if value is None else decimal(value, places, language)


def told(month: str, language: str) -> str:
    """A month as it is typed (`2020-05`), in the words of a sentence."""
    return month_name(date.fromisoformat(f"{month}-01"), language)


def span(first: date, last: date, language: str) -> str:
    """`7/2020`, or `5/2020 đến 7/2020`."""
    if first == last:
        return month_name(first, language)
    return say("span", language, first=month_name(first, language), last=month_name(last, language))


def term_review_tables(lines: Sequence[TermLine], language: str) -> Iterator[Table]:
    """The term review, a table a term, the city's row first and bold."""
    for term, of_term in groupby(lines, key=lambda line: line.term):
        table = table_of(
            say("term_review_title", language, term=term.replace("-", "–")),
            [
                ("column_commune", "left"),
                ("column_admitted", "right"),
                ("column_women", "right"),
                ("column_ethnic_minority", "right"),
                ("column_mean_per_year", "right"),
                ("column_term_target", "right"),
                ("column_attainment", "right"),
            ],
            language,
        )
        for line in of_term:
            attainment = "–" if line.attainment is None else f"{decimal(100 * line.attainment, 2, language)} %"
            table.add_row(
                line.name,
                or_dash(line.admitted, language),
                or_dash(line.women, language),
                or_dash(line.ethnic_minority, language),
                or_dash(line.mean_per_year, language, 1),
                or_dash(line.term_target, language),
                attainment,
                style="bold" if line.level == "city" else None,
            )
        yield table


def reporting_table(lines: Sequence[ReportLine], language: str) -> Table:
    """Who has reported for a month."""
    month = month_name(lines[0].month, language) if lines else ""
    table = table_of(
        say("status_title", language, month=month),
        [
            ("column_commune", "left"),
            ("column_due_on", "left"),
            ("column_received", "left"),
            ("column_on_time", "left"),
            ("column_version", "right"),
            ("column_open", "right"),
            ("column_status", "left"),
        ],
        language,
    )
    for line in lines:
        table.add_row(
            line.commune_name,
            f"{line.due_on:%d/%m/%Y}",
            f"{line.received_at:%d/%m/%Y}" if line.received_at else "–",
            "–" if line.on_time is None else say("yes" if line.on_time else "no", language),
            str(line.version or "–")
            + (f" ({say('version_pending', language, version=line.pending)})" if line.pending else ""),
            str(line.open_failures or "–"),
            say(f"status_{line.status}", language),
        )
    return table


def failure_place(line: FailureLine) -> str:
    """`Kết nạp D12 D13 …`: the sheet and the cells of a failure."""
    cells = " ".join(line.cells[:_LONGEST_LIST]) + (" …" if len(line.cells) > _LONGEST_LIST else "")
    return f"{line.sheet or line.form} {cells}".strip()


def _failures(lines: Sequence[FailureLine], language: str) -> Iterator[str]:
    """Where, which rule and state, then the sentence."""
    for line in lines:
        severity = say(f"severity_{line.severity}", language)
        state = say(f"state_{line.state}", language)
        whose = f"{line.commune_name or line.commune_code}, {month_name(line.month, language)}"
        yield f"  {line.failure_id[:8]}  {severity}, {state} · {whose} · {failure_place(line)} · {line.rule_id}"
        yield f"      {line.message_vi if language == 'vi' else line.message_en}"


def version_lines(lines: Sequence[VersionLine], language: str) -> str:
    """The versions of a commune's month: what each changed, cell by cell, which failures it settles and brings."""
    shown: list[str] = []
    for (commune, month), of_month in groupby(lines, key=lambda line: (line.commune_name, line.month)):
        shown.append(say("versions_title", language, commune=commune, month=month_name(month, language)))
        for number, line in enumerate(of_month):
            received = f"{line.received_at:%d/%m/%Y}"
            shown.append(say("version_line", language, version=line.version, received=received, file=line.file_name))
            if number:
                shown += _version_changes(line, language)
    return "\n".join(shown)


def _version_changes(line: VersionLine, language: str) -> Iterator[str]:
    yield say("version_changes" if line.changes else "version_without_changes", language, number=len(line.changes))
    rows = groupby(line.changes, key=lambda each: (each.form, each.line_kind, each.cell_name, each.namesake))
    for _, of_row in rows:
        yield from _changed_row(tuple(of_row), language)
    for text, found in (("version_settles", line.settles), ("version_brings", line.brings)):
        if found:
            yield say(text, language, number=len(found))
            yield from (f"    {failure}" for failure in _failures(found, language))


def _changed_row(figures: Sequence[ChangedFigure], language: str) -> Iterator[str]:
    """A line for each figure; one line for a row that is new or gone as a whole."""
    first, last = figures[0], figures[-1]
    if first.change != "changed":
        cells = "–".join(dict.fromkeys(figure.cell for figure in (first, last) if figure.cell))
        what = say(f"row_{first.change}", language, number=len(figures))
        yield f"      {first.sheet} {cells} · {first.cell_name or '–'} · {what}"
        return
    for figure in figures:
        name = figure.name_vi if language == "vi" else figure.name_en
        values = (_changed_value(value, figure.type, language) for value in (figure.value_before, figure.value_after))
        yield f"      {figure.sheet} {figure.cell or '–'} · {figure.cell_name or '–'} · {name}: {' → '.join(values)}"


def _changed_value(value: float | None, kind: str, language: str) -> str:
    if value is None:
        return say("blank", language)
    if kind == "flag":
        return say("yes" if value else "no", language)
    return decimal(value, 2, language) + (" %" if kind == "percent" else "")


def print_summary(console: Console, step: str, summary: dict[str, Any], settings: Settings) -> None:
    """What a step did, in a sentence or two."""
    language = settings.language
    console.print(in_a_sentence(step, summary, settings), markup=False, highlight=False)
    if aside := summary.get("set_aside"):
        words = say("not_explained", language, number=len(aside), cases=", ".join(aside[:_LONGEST_LIST]))
        console.print("  " + words, markup=False, highlight=False)
    refusals = summary.get("refusals", ())
    for refusal in refusals[:_LONGEST_LIST]:
        message = refusal["message_vi"] if language == "vi" else refusal["message_en"]
        console.print(
            "  " + say("refused_file", language, path=refusal["path"], message=message),
            markup=False,
            highlight=False,
        )
    if len(refusals) > _LONGEST_LIST:
        console.print("  " + say("and_more", language, number=len(refusals) - _LONGEST_LIST))


def inspected(found: dict[str, Any], language: str) -> str:
    """An inspected file for a person."""
    commune = found["commune"]["name"] if found["commune"] else say("unknown", language)
    status = say("read" if found["status"] == "read" else "status_refused", language)
    lines = [
        say(
            "inspect_line",
            language,
            file=found["file"],
            commune=commune,
            month=told(found["month"], language) if found["month"] else say("unknown", language),
            status=status,
        )
    ]
    lines += [
        say(
            "inspect_form",
            language,
            form=form["form"],
            sheet=form["sheet"],
            lines=len(form["lines"]),
            columns=len(form["columns"]),
            inferred=len(form["inferred"]),
            unmapped=len(form["unmapped"]),
        )
        for form in found["forms"]
    ]
    lines += [
        say(
            "inspect_problem",
            language,
            severity=say(f"severity_{problem['severity']}", language),
            place=" ".join(part for part in (problem["sheet"], problem["cell"]) if part) or problem["form"] or "–",
            message=problem["message_vi"] if language == "vi" else problem["message_en"],
        )
        for problem in found["problems"]
    ]
    return "\n".join(lines)


def issued_workbooks(issued: Sequence["Issued"], targets: "IssuedTargets | None", month: str, language: str) -> str:
    """What was issued, and which communes have to fill in more than the month's figures."""
    folder = issued[0].path.parent if issued else "–"
    lines = [say("templates_issued", language, number=len(issued), month=told(month, language), folder=folder)]
    for blank in issued:
        if blank.known_from is None:
            lines.append(say("template_without_report", language, file=blank.path.name, commune=blank.commune_name))
        elif not blank.goes_on:
            known_from = month_name(blank.known_from, language)
            lines.append(
                say(
                    "template_not_carried",
                    language,
                    file=blank.path.name,
                    commune=blank.commune_name,
                    month=known_from,
                )
            )
    if targets is not None:
        lines.append(
            say(
                "template_targets",
                language,
                file=targets.path.name,
                term=targets.term,
                number=targets.communes,
                known=targets.known,
            )
        )
    return "\n".join(lines)


def issued_forms(issued: "IssuedForms", period: str, language: str) -> str:
    """Where the official forms are, and how much of them is filled in."""
    return say(
        "official_issued",
        language,
        forms=", ".join(issued.forms),
        period=period,
        office=issued.office_name,
        path=issued.path,
        known=issued.known,
        figures=issued.figures,
    )


def annotated(done: "Annotated", month: str, language: str) -> str:
    """Where the marked reports are and how many points each has; how many communes have nothing to mark."""
    lines = []
    if done.marked:
        lines.append(say("annotated", language, number=len(done.marked), month=told(month, language)))
    for marked in done.marked:
        severities = ", ".join(
            f"{marked.severities.count(each)} {say(f'severity_{each}', language)}"
            for each in dict.fromkeys(marked.severities)
        )
        commune = marked.commune_name
        lines.append(say("annotated_report", language, commune=commune, severities=severities, path=marked.path))
    if done.clean:
        few = done.clean[:_LONGEST_LIST]
        names = ", ".join(few) + (" …" if len(done.clean) > len(few) else "")
        values = {"number": len(done.clean), "month": told(month, language), "names": names}
        lines.append(say("nothing_to_mark", language, **values))
    return "\n".join(lines)


def summarised(done: "Summarised", month: str, language: str) -> str:
    """Where the month's summary is, and how much of the month it knows."""
    return say("summarised", language, month=told(month, language), **vars(done))


@contextmanager
def progress_of_load(console: Console) -> Iterator[Callable[[int, int], None]]:
    """A bar with files a second and an estimate on a terminal; elsewhere a plain line now and then, or an event."""
    if json_lines.are_written():
        yield lambda done, total: events.tell("progress", done=done, total=total)
        return
    if not console.is_terminal:
        yield lambda done, total: console.print(f"{done}/{total}", highlight=False)
        return
    columns = (BarColumn(), MofNCompleteColumn(), _FilesPerSecond(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, start=True)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def backed_up(made: Mapping[str, Any], language: str) -> str:
    """What is in the backup, and how much of it was new."""
    return say("backed_up", language, **_sizes(made, language))


def restored(done: Mapping[str, Any], language: str) -> str:
    """What was put back, and what a person has to look at."""
    lines = [
        say("restored", language, **_sizes(done, language), then=date.fromisoformat(done["day"]).strftime("%d/%m/%Y"))
    ]
    if done["rebuilt"]:
        lines.append(say("restored_rebuilt", language))
    lines += [say("restored_list", language, path=path) for path in done["lists"]]
    lines += [say("restored_setting", language, setting=each) for each in done["settings"]]
    return "\n".join([*lines, say("restored_next", language)])


def verified(done: Mapping[str, Any], language: str) -> str:
    """How much was read, and how much of it is wrong."""
    text = "verified_wrong" if done["troubles"] else "verified"
    return say(text, language, **_sizes(done, language), number=len(done["troubles"]))


def _sizes(done: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The values of a summary; those of bytes in MB."""
    return {
        name: decimal(value / 1e6, 1, language) if name.endswith("bytes") else value for name, value in done.items()
    }


def print_findings(console: Console, settings: Settings, findings: Sequence[Finding]) -> None:
    """What the doctor found: settings as they are in force, checks, versions."""
    language = settings.language
    console.print(say("doctor_settings", language), style="bold")
    for name, value in settings.as_environment().items():
        console.print(f"  {name}={value}", markup=False, highlight=False)
    console.print(say("doctor_checks", language), style="bold")
    for finding in findings:
        mark = say("doctor_note" if finding.is_note else "doctor_ok" if finding.is_good else "doctor_bad", language)
        console.print(f"  [{mark}] {finding.sentence}", markup=False, highlight=False)
    console.print(say("doctor_versions", language), style="bold")
    for name, version in versions().items():
        console.print(f"  {name} {version}", markup=False, highlight=False)


def _standing(month: date | None) -> str:
    """How each commune stands against its term's target, the best first; at the end of `month`, or of every term."""
    if month is None:
        return "SELECT term, commune_name, admitted, term_target FROM marts.mart_term_review ORDER BY ALL"
    return (
        "SELECT commune_name, admitted_ttd AS admitted, term_target AS target, "
        "round(100 * term_attainment, 1) AS percent, round(gap, 1) AS ahead "
        f"FROM marts.mart_target_attainment WHERE month = DATE '{month:%Y-%m-%d}' ORDER BY percent DESC"
    )


def next_commands(month: date | None, case_id: str | None, settings: Settings) -> str:
    """Commands that show more: who has reported in `month`, the queue or its first case, a question to the figures."""
    # Decisions in the portal are judged as of the day that all else was.
    day = f"ADMISSIONS_TODAY={settings.today} " if settings.today else ""
    commands = (
        (f"admissions status --month {month:%Y-%m}" if month else "admissions status", "next_status"),
        (f"admissions case {case_id}", "next_case") if case_id else ("admissions failures", "next_failures"),
        (f'admissions query "{_standing(month)}"', "next_query"),
        (f"{day}admissions portal", "next_portal"),
    )
    return "\n".join(f"  {command}\n      {say(text, settings.language)}" for command, text in commands)


def learnt(report: "MapReport", field: str, language: str) -> str:
    """What a learnt column has changed: files read again, where it is not read so, and one commune's columns against
    the month before."""
    months = [each.month for each in report.reports]
    values: dict[str, object] = {"files": len(months), "communes": report.communes, "field": field}
    if report.is_of_all:
        lines = [say("map_done_all", language, **values, months=span(min(months), max(months), language))]
    else:
        lines = [say("map_done", language, **values)]
    if report.not_as_said:
        lines.append(say("map_not_as_said", language, number=report.not_as_said, field=field))
    if not report.is_of_all:
        lines.append(say("map_changes", language, month=month_name(min(months), language)))
        lines += [f"  {name}: {before} → {after}" for name, before, after in report.changes]
    return "\n".join(lines)


def rebuilt(summary: dict[str, Any], language: str) -> str:
    """Whether the rebuilt tables are those that are published; each table that is not, with its rows."""
    found = {True: "rebuilt_same", False: "rebuilt_differs", None: "rebuilt_first"}[summary["same"]]
    lines = [say(found, language, workbooks=summary["workbooks"], tables=len(summary["differences"]))]
    for each in summary["differences"]:
        lines.append("  " + say("rebuilt_table", language, **each))
    if summary["replaced"]:
        lines.append(say("rebuilt_replaced", language))
    return "\n".join(lines)


def _correction(decision: dict[str, Any], language: str) -> str:
    """The cell that a decision corrects, as it was and as it is now."""
    if decision["value_after"] is None:
        return ""
    before, after = (_changed_value(decision[name], "", language) for name in ("value_before", "value_after"))
    return f" · {on_sheet(decision['sheet'], decision['cell'])}: {before} → {after}"


def decided(summary: dict[str, Any], language: str) -> str:
    """What was decided, who had decided before, and what the decision has brought."""
    lines = [
        say(
            "decided",
            language,
            decision=say(f"decision_{each['decision']}", language),
            **{name: each[name] for name in ("case_id", "rule_id", "decided_by")},
        )
        + _correction(each, language)
        for each in summary["decisions"]
    ]
    if summary["decided_before"]:
        lines.append(say("decided_before", language, names=", ".join(summary["decided_before"])))
    for what in ("still_open", "brought"):
        if texts := summary[what]:
            lines.append(say(f"decision_{what}", language, number=len(texts)))
            lines += ["  " + text.split("\n")[0 if language == "vi" else 1] for text in texts]
    waits = "decision_kept_busy" if summary["busy"] else "decision_waits"
    lines.append(say("decision_published" if summary["published"] else waits, language))
    return "\n".join(lines)
