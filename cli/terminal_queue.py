"""How the stewards' queue and a single case look on a terminal."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from answers.cases import CaseView, CauseView, Context, DecisionView, QueueLine, SentFile
from answers.reports import FailureLine
from cli.terminal import failure_place
from reference.cell_address import on_sheet
from reference.figures import decimal, month_name
from reference.naming import listed
from reference.texts import say
from reference.usage import as_typed

#: Causes that a row of the queue names; the rest is counted.
_NAMED = 2
#: Cells of a repair that are named; the rest is counted.
_CELLS = 6
_COLOURS = {"critical": "red", "warning": "yellow", "info": "cyan"}


def queue_table(cases: Sequence[QueueLine], language: str) -> Table:
    """The queue, a case a row."""
    table = Table(
        title=say("queue_title", language, number=len(cases)),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_lines=True,
        expand=True,
    )
    table.add_column(say("column_case", language), no_wrap=True)
    table.add_column(say("column_failures", language), no_wrap=True)
    table.add_column(say("column_what", language), ratio=1, overflow="fold")
    for case in cases:
        table.add_row(
            Text.assemble((case.case_id, "bold"), f"\n{case.commune_name}"),
            _counts(case, language),
            _causes(case, language),
        )
    return table


def several_communes(cases: Sequence[QueueLine]) -> str:
    """The communes of the cases where there is more than one; empty otherwise."""
    named = {(case.case_id.partition("-")[0], case.commune_name) for case in cases}
    return listed(sorted(named)) if len(named) > 1 else ""


def case_lines(case: CaseView, language: str) -> Group:
    """A case with its causes, what stands around them, what is proposed, and how it is decided."""
    parts: list[RenderableType] = [Text(_heading(case, language), style="bold")]
    parts += [Text(_file(each, language)) for each in case.files]
    if case.effect.admitted is not None:
        parts.append(Text(_effect(case, language)))
    for number, cause in enumerate(case.causes, start=1):
        parts += ["", *_cause(number, cause, language)]
    if case.repairs:
        parts += ["", Text(say("case_repairs", language), style="bold"), *_repairs(case, language)]
    if case.shadows:
        cells = ", ".join(on_sheet(sheet, cell) for sheet, cell, _ in case.shadows[:_CELLS])
        parts += ["", say("case_shadows", language, number=len(case.shadows), cells=cells)]
    if case.settled:
        parts += ["", Text(say("case_settled", language, number=len(case.settled)), style="bold")]
        parts += [Text(f"  {_failure(failure, language)}") for failure in case.settled]
    if case.decisions:
        parts += ["", Text(say("case_decisions", language), style="bold")]
        parts += [Text(f"  {_decision(each, language)}") for each in case.decisions]
    if case.waiting:
        parts += ["", Text(say("case_waiting", language), style="bold")]
        parts += [Text(f"  {_decision(each, language)}") for each in case.waiting]
    return Group(*parts, "", *_commands(case, language))


def _counts(case: QueueLine, language: str) -> Text:
    counts = (("critical", case.critical), ("warning", case.warning), ("info", case.info))
    lines = [
        Text(f"{number} {say(f'severity_{severity}', language)}", style=_COLOURS[severity])
        for severity, number in counts
        if number
    ]
    if case.others:
        lines.append(Text(say("queue_others", language, number=case.others)))
    if case.is_held_back:
        text = "status_held_back" if case.admitted_as_sent is None else "queue_held_back"
        text = say(text, language, number=case.admitted_as_sent)
        lines.append(Text(text))
    return Text("\n").join(lines)


def _causes(case: QueueLine, language: str) -> str:
    said = [vi if language == "vi" else en for vi, en in case.causes]
    more = [say("queue_more", language, number=len(said) - _NAMED)] if len(said) > _NAMED else []
    return "\n".join([*said[:_NAMED], *more]) or "–"


def _heading(case: CaseView, language: str) -> str:
    text = "case_title_held_back" if case.is_held_back else "case_title"
    return say(text, language, case=case.case_id, commune=case.commune_name, month=month_name(case.month, language))


def _file(file: SentFile, language: str) -> str:
    text = "case_file" if file.period is None else "case_file_official"
    received = f"{file.received_at:%d/%m/%Y}"
    return say(text, language, file=file.file_name, version=file.version, received=received, period=file.period)


def _effect(case: CaseView, language: str) -> str:
    effect = case.effect
    figures = {
        "admitted": effect.admitted,
        "without": effect.without,
        "with_it": effect.with_it,
        "year_without": effect.year_without,
        "year_with_it": effect.year_with_it,
    }
    known = {name: "–" if value is None else decimal(value, 0, language) for name, value in figures.items()}
    if effect.is_corrected:
        as_sent = "–" if effect.as_sent is None else decimal(effect.as_sent, 0, language)
        return say("case_effect_corrected", language, **known, as_sent=as_sent)
    return say("case_effect", language, **known)


def _cause(number: int, cause: CauseView, language: str) -> Iterator[RenderableType]:
    said = cause.message_vi if language == "vi" else cause.message_en
    heading = Text.assemble(
        (f"{number}. ", "bold"), (f"[{say(f'severity_{cause.severity}', language)}] ", _COLOURS[cause.severity]), said
    )
    yield heading
    for failure in cause.failures:
        yield Text(f"   {_failure(failure, language)}")
    if cause.context is not None:
        yield _context(cause.context, language)


def _failure(failure: FailureLine, language: str) -> str:
    """`b4c6179b  kn1_ages, open · Kết nạp D12: …`, with the last decision where there is one."""
    said = failure.message_vi if language == "vi" else failure.message_en
    state = say(f"state_{failure.state}", language)
    line = f"{failure.failure_id[:8]}  {failure.rule_id}, {state} · {failure_place(failure)}\n      {said}"
    if failure.decision:
        text = "case_decision_gone" if failure.state == "open" and failure.decision != "reopen" else "case_decision"
        line += "\n      " + say(
            text,
            language,
            decision=say(f"decision_{failure.decision}", language),
            by=failure.decided_by,
            reason=failure.decided_reason,
        )
    return line


def _decision(made: DecisionView, language: str) -> str:
    """`06/01/2026 · Lò Văn A: corrected, failures: 3 – phoned · Đảng viên!D11: 41 → 40, …`."""
    told = say(
        "case_decision_made",
        language,
        day=f"{made.decided_at:%d/%m/%Y}",
        by=made.decided_by,
        decision=say(f"decision_{made.decision}", language),
        number=made.failures,
        reason=made.reason,
    )
    cells = [
        f"{cell}: {_figure(before, language)} → {_figure(after, language)}" for cell, before, after in made.corrections
    ]
    if len(cells) > _CELLS:
        cells = [*cells[:_CELLS], "…"]
    return f"{told} · {', '.join(cells)}" if cells else told


def _context(context: Context, language: str) -> Table:
    """The row with those above and below it; under each figure, in brackets, last month's."""
    table = Table(box=None, pad_edge=False, padding=(0, 2), show_edge=False)
    table.add_column(f"   {context.sheet}", no_wrap=True)
    for letter, vi, en in context.columns:
        table.add_column(f"{letter}\n{vi if language == 'vi' else en}", justify="right", max_width=14)
    for row in context.rows:
        cells = [
            f"{_figure(value, language)} ({_figure(before, language)})"
            for value, before in zip(row.values, row.last_month, strict=True)
        ]
        mark = "→" if row.is_it else " "
        style = "bold" if row.is_it else "dim"
        table.add_row(f" {mark} {row.sheet_row}  {row.name}", *cells, style=style)
    table.caption = say("case_in_brackets", language)
    table.caption_justify = "left"
    return table


def _figure(value: float | None, language: str) -> str:
    return "–" if value is None else decimal(value, 2, language)


def _repairs(case: CaseView, language: str) -> Iterator[RenderableType]:
    for rank, changes in case.repairs.items():
        wrong = [change for change in changes if not change.follows]
        said = [change.message_vi if language == "vi" else change.message_en for change in wrong]
        lines = [f"  {rank}  {said[0]}", *(f"     {each}" for each in said[1:_CELLS])] if said else []
        if len(said) > _CELLS:
            lines.append("     " + say("queue_more", language, number=len(said) - _CELLS))
        follows = len(changes) - len(wrong)
        if follows:
            lines.append("     " + say("case_follows", language, number=follows))
        yield Text("\n".join(lines))


def _commands(case: CaseView, language: str) -> Iterator[RenderableType]:
    """The lines that settle the case."""
    yield Text(say("case_commands", language), style="bold")
    said = '--by "…" --reason "…"'
    for cause in case.causes:
        if cause.reopen:
            ids = " ".join(each[:8] for each in cause.reopen)
            yield Text(as_typed(f"  admissions decide {ids} reopen {said}"))
    if case.repairs:
        yield Text(as_typed(f"  admissions decide {case.case_id} correct --proposal 1 {said}"))
    if case.causes and case.causes[0].failures:
        yield Text(as_typed(f"  admissions decide {case.causes[0].failures[0].failure_id[:8]} accept {said}"))
    yield Text(as_typed(f"  admissions decide {case.case_id} return {said}"))
    yield Text(as_typed(f"  admissions annotate {case.commune_code} {case.month:%Y-%m}"))
