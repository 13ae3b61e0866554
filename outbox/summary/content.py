"""What the month's summary says: its sentences, and its tables as plain values. How it looks is decided elsewhere."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime

from outbox.offices import month_in_words
from outbox.summary.month_summary import Attainment, HeldBack, MonthSummary, Part
from outbox.words import words
from reference.figures import decimal, fixed
from reference.texts import say
from warehouse.settings import OFFICE_TIME

#: Where a failure's sentence goes on with what the commune should do; the commission is told what is wrong.
_ADVICE = ". Đề nghị "


@dataclass(frozen=True)
class AttainmentRow:
    """A row of the first table; shares are ratios, `rank` None for the whole. What is not known is None."""

    rank: int | None
    name: str
    figures: Attainment
    expected_share: float | None


@dataclass(frozen=True)
class ReportingRow:
    """A row of the second table, as text."""

    name: str
    received: str
    on_time: str
    version: str
    status: str


@dataclass(frozen=True)
class HeldBackText:
    """A commune that is held back: its line, what it would have added, what is wrong in a sentence each."""

    name: str
    line: str
    admitted: int | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """The summary in words and values, part by part."""

    month: str
    result: tuple[str, ...]
    attainment: tuple[AttainmentRow, ...]
    notes: tuple[str, ...]
    reporting: tuple[str, ...]
    reporting_rows: tuple[ReportingRow, ...]
    held_back_intro: str
    held_back: tuple[HeldBackText, ...]
    held_back_effect: tuple[str, ...]


def content_of(summary: MonthSummary) -> Content:
    """The summary's sentences and rows."""
    held = summary.held_back
    return Content(
        month=month_in_words(summary.month),
        result=tuple(_result(summary)),
        attainment=tuple(_attainment_rows(summary)),
        notes=tuple(_notes(summary)),
        reporting=tuple(_reporting(summary)),
        reporting_rows=tuple(_reporting_rows(summary)),
        held_back_intro=words("held_intro", number=len(held)) if held else words("held_none"),
        held_back=tuple(_held_back(each) for each in held),
        held_back_effect=tuple(_effect(summary)),
    )


def percent(ratio: float | None) -> str:
    """`63,86%`."""
    return "–" if ratio is None else f"{decimal(100 * ratio, 2, 'vi')}%"


def signed(number: float | None) -> str:
    """`+2,7`, `−0,2`, `0`."""
    if number is None:
        return "–"
    text = decimal(abs(number), 1, "vi")
    return text if text == "0" else f"{'+' if number > 0 else '−'}{text}"


def percent_of_column(ratio: float | None) -> str:
    """`63,86`, `10,00`: a share in a column, whose heading says that it is in per cent."""
    return "–" if ratio is None else fixed(100 * ratio, 2, "vi")


def signed_of_column(number: float | None) -> str:
    """`+2,7`, `−2,0`, `0,0`: a difference in a column."""
    if number is None:
        return "–"
    text = fixed(abs(number), 1, "vi")
    return text if text == "0,0" else f"{'+' if number > 0 else '−'}{text}"


# ------------------------------------------------------------------------------------------------------ attainment


def _result(summary: MonthSummary) -> Iterator[str]:
    whole, month = summary.whole, month_in_words(summary.month)
    yield words("summary_as_of", day=f"{summary.as_of:%d/%m/%Y}")
    name = words("whole_row")
    known = {"known": summary.known, "expected": summary.expected}
    if whole.admitted is None:
        yield words("summary_month_unknown", Month=month.capitalize(), **known)
    else:
        yield words(
            "summary_month", month=month, whole=f"{name[:1].lower()}{name[1:]}", admitted=whole.admitted, **known
        )
    if whole.admitted_ytd is not None:
        key = "summary_year" if whole.year_target else "summary_year_without_target"
        share = percent(whole.year_attainment)
        yield words(key, number=_number(whole.admitted_ytd), share=share, target=_number(whole.year_target))
    if whole.admitted_ttd is not None and whole.term is not None:
        yield _term(whole, whole.term)
    parts = (("part_women", summary.women), ("part_ethnic_minority", summary.ethnic_minority))
    if known_parts := [_part(key, part, whole.admitted_ytd) for key, part in parts if part.share is not None]:
        yield words("summary_composition", parts="; ".join(known_parts))
    yield _behind(summary.communes)


def _term(whole: Attainment, term: str) -> str:
    key = "summary_term" if whole.term_target else "summary_term_without_target"
    return words(
        key,
        term=term.replace("-", "–"),
        number=_number(whole.admitted_ttd),
        share=percent(whole.term_attainment),
        target=_number(whole.term_target),
        expected="–" if whole.expected_by_now is None else decimal(whole.expected_by_now, 1, "vi"),
        gap=_gap(whole.gap),
    )


def _gap(gap: float | None) -> str:
    number = round(gap or 0.0, 1)
    if not number:
        return words("gap_none")
    return words("gap_above" if number > 0 else "gap_below", number=decimal(abs(number), 1, "vi"))


def _part(key: str, part: Part, admitted: int | None) -> str:
    said = words(key, number=_number(part.number), share=percent(part.share))
    return said if part.base == admitted else words("part_of_known", part=said, base=_number(part.base))


def _behind(communes: Sequence[Attainment]) -> str:
    behind = [each for each in communes if each.gap is not None and round(each.gap, 1) < 0]
    if not behind:
        return words("summary_none_behind")
    names = (
        words(
            "behind_one" if each.admitted is not None else "behind_month_unknown", name=each.name, gap=signed(each.gap)
        )
        for each in behind
    )
    return words("summary_behind", names=", ".join(names))


def _attainment_rows(summary: MonthSummary) -> Iterator[AttainmentRow]:
    """The communes in their order, and the whole last. Those with the same attainment share a rank."""
    names = Counter(commune.name for commune in summary.communes)
    rank = 0
    before: float | None = None
    for position, commune in enumerate(summary.communes, start=1):
        if position == 1 or commune.term_attainment != before:
            rank, before = position, commune.term_attainment
        is_ranked = commune.term_attainment is not None
        # Communes of one province may have the same name.
        name = commune.name if names[commune.name] == 1 else f"{commune.name} ({commune.code})"
        yield AttainmentRow(rank if is_ranked else None, name, commune, _expected_share(commune))
    yield AttainmentRow(None, words("whole_row"), summary.whole, _expected_share(summary.whole))


def _expected_share(figures: Attainment) -> float | None:
    if figures.expected_by_now is None or not figures.term_target:
        return None
    return figures.expected_by_now / figures.term_target


def _notes(summary: MonthSummary) -> Iterator[str]:
    shown = (replace(each, code="", admitted_before=0) for each in (*summary.communes, summary.whole))
    if any(None in astuple(each) for each in shown):
        yield words("note_unknown")
    merged = [each for each in summary.communes if each.admitted_before]
    if merged:
        names = (words("merged_one", name=each.name, number=each.admitted_before) for each in merged)
        yield words("note_merged", names=", ".join(names))


# ------------------------------------------------------------------------------------------------------- reporting


def _reporting(summary: MonthSummary) -> Iterator[str]:
    reports = summary.reported
    received = [each for each in reports if each.received_at is not None]
    if reports:
        yield words(
            "reporting_counts",
            month=month_in_words(summary.month),
            due=f"{reports[0].due_on:%d/%m/%Y}",
            received=len(received),
            expected=len(reports),
            on_time=sum(bool(each.on_time) for each in received),
        )
    late = [words("late_one", name=each.name, day=_day(each.received_at)) for each in received if not each.on_time]
    missing = [each.name for each in reports if each.status == "not_reported"]
    refused = [each.name for each in reports if each.status == "refused"]
    for key, names in (("reporting_late", late), ("reporting_missing", missing), ("reporting_refused", refused)):
        if names:
            yield words(key, names=", ".join(names))


def _reporting_rows(summary: MonthSummary) -> Iterator[ReportingRow]:
    for each in summary.reported:
        is_there = each.received_at is not None
        yield ReportingRow(
            name=each.name,
            received=_day(each.received_at),
            on_time=say("yes" if each.on_time else "no", "vi") if is_there else "–",
            version=str(each.version or "–"),
            status=say(f"status_{each.status}", "vi"),
        )


def _day(received_at: datetime | None) -> str:
    return "–" if received_at is None else f"{received_at.replace(tzinfo=UTC).astimezone(OFFICE_TIME):%d/%m/%Y}"


# ------------------------------------------------------------------------------------------------------- held back


def _held_back(held: HeldBack) -> HeldBackText:
    key = "held_one" if held.admitted is not None else "held_one_unknown"
    return HeldBackText(
        name=held.name,
        line=words(key, name=held.name, admitted=_number(held.admitted)),
        admitted=held.admitted,
        sentences=tuple(_finding(message) for message in held.messages),
    )


def _finding(message: str) -> str:
    """What is wrong, without what the commune is asked to do about it."""
    finding, advice, _ = message.partition(_ADVICE)
    return f"{finding}." if advice else message


def _effect(summary: MonthSummary) -> Iterator[str]:
    whole = summary.whole
    more = sum(each.admitted or 0 for each in summary.held_back)
    if summary.held_back:
        yield words("held_effect_month", as_sent=(whole.admitted or 0) + more, now=_number(whole.admitted or 0))
        year, term = ((so_far or 0) + more for so_far in (whole.admitted_ytd, whole.admitted_ttd))
        yield words(
            "held_effect_sum",
            year=_number(year),
            year_share=_share_of(year, whole.year_target),
            term=_number(term),
            term_share=_share_of(term, whole.term_target),
        )
    if earlier := summary.held_back_in_year - len(summary.held_back):
        yield words("held_earlier", number=earlier)


def _share_of(number: int, target: int | None) -> str:
    return words("held_effect_share", share=percent(number / target)) if target else ""


def _number(number: int | None) -> str:
    return "–" if number is None else decimal(number, 0, "vi")
