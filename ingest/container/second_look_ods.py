"""The second look at an OpenDocument spreadsheet: its `content.xml`, tag by tag."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.container.file_kind import Place, SheetLook, above_the_line, attributes
from ingest.container.formulas import from_odf

_TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell|table-column)(\s[^>]*?)?(/?)>")
_TEXT = re.compile(rb"<text:p[^>]*>(.*?)</text:p>", re.DOTALL)
_INNER_TAG = re.compile(rb"<[^>]*>")
#: Shapes and notes: they stand in a cell, but what they say is not the cell's.
_APART = re.compile(rb"<(/?)(?:draw:[\w-]+|office:annotation)(?:\s[^>]*?)?(/?)>")
_SPAN = re.compile(rb"<text:span(\s[^>]*)>(.*?)</text:span>", re.DOTALL)
_BLANK_TAG = re.compile(rb"<text:(?:s|tab|line-break)\b[^>]*>")
_RAISING_STYLE = re.compile(
    rb'<style:style\s([^>]*)>\s*<style:text-properties\s[^>]*style:text-position="(?:super|[1-9])[^>]*>', re.DOTALL
)
_ERROR = re.compile(r"#[A-Z0-9/!?]+|Err:\d+|#[\w /]+!")
_HIDING_STYLE = re.compile(
    rb'<style:style\s([^>]*)>\s*<style:table-properties\s[^>]*table:display="false"[^>]*>', re.DOTALL
)
_NUMBERS = re.compile(r"\d+")
#: A day shows three numbers: its own, the month's and the year's.
_NUMBERS_OF_A_DAY = 3
_NUMBERS_KINDS = (b"float", b"percentage", b"currency")
#: A formula, an error or a hidden row repeated further than this fills up the sheet; it is no row of ours.
_MOST_REPEATS = 2000


@dataclass
class _Sheet:
    is_hidden: bool
    uncached: dict[Place, str] = field(default_factory=dict)
    unsure: dict[Place, str] = field(default_factory=dict)
    some_calculated: bool = False
    errors: dict[Place, str] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    months: set[Place] = field(default_factory=set)
    zeros: dict[Place, str] = field(default_factory=dict)
    covered: set[Place] = field(default_factory=set)
    texts: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    end: Place | None = None
    row: int = -1
    repeated_rows: int = 1
    column: int = 0
    header_column: int = 0

    def look(self) -> SheetLook:
        return SheetLook(
            uncached=self.uncached,
            unsure={} if self.some_calculated else self.unsure,
            errors=self.errors,
            percents=frozenset(self.percents),
            months=frozenset(self.months),
            zeros={} if self.some_calculated else self.zeros,
            covered=frozenset(self.covered),
            texts=self.texts,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            is_hidden=self.is_hidden,
            grid=(self.end[0] + 1) * (self.end[1] + 1) if self.end else 0,
        )


def look_at_content(xml: bytes) -> dict[str, SheetLook]:
    """The looks by sheet name. Tables inside cells (which no spreadsheet program writes) are not expected."""
    raised = frozenset(attributes(tag).get(b"style:name", b"") for tag in _RAISING_STYLE.findall(xml))
    hidden = {attributes(tag).get(b"style:name") for tag in _HIDING_STYLE.findall(xml)}
    looks: dict[str, SheetLook] = {}
    sheet: _Sheet | None = None
    name = ""
    next_row = 0
    for found in _TAG.finditer(xml):
        closing, tag, text, empty = found.groups()
        if closing:
            if tag == b"table" and sheet is not None:
                looks[name] = sheet.look()
                sheet = None
            continue
        known = attributes(text) if text else {}
        if tag == b"table":
            sheet = _Sheet(known.get(b"table:style-name", b"-") in hidden)
            name = _plain(known.get(b"table:name", b""))
            next_row = 0
            if empty:
                looks[name] = sheet.look()
        elif sheet is None:
            continue
        elif tag == b"table-column":
            _column(sheet, known)
        elif tag == b"table-row":
            sheet.row, sheet.column = next_row, 0
            sheet.repeated_rows = _times(known, b"table:number-rows-repeated")
            next_row += sheet.repeated_rows
            if known.get(b"table:visibility") in (b"collapse", b"filter"):
                sheet.hidden_rows |= set(range(sheet.row, sheet.row + min(sheet.repeated_rows, _MOST_REPEATS)))
        else:
            _cell(sheet, known, xml, found, raised)
    return looks


def _column(sheet: _Sheet, known: Mapping[bytes, bytes]) -> None:
    times = _times(known, b"table:number-columns-repeated")
    if known.get(b"table:visibility") in (b"collapse", b"filter"):
        sheet.hidden_columns |= set(range(sheet.header_column, sheet.header_column + min(times, 16384)))
    sheet.header_column += times


def _cell(
    sheet: _Sheet, known: Mapping[bytes, bytes], xml: bytes, found: re.Match[bytes], raised: frozenset[bytes]
) -> None:
    times = _times(known, b"table:number-columns-repeated")
    first = sheet.column
    sheet.column += times
    kind = known.get(b"office:value-type")
    formula = known.get(b"table:formula")
    if kind is None and formula is None:
        return
    last_row = sheet.row + sheet.repeated_rows - 1
    sheet.end = (last_row, max(first + times - 1, sheet.end[1] if sheet.end else 0))
    is_covered = found[2] == b"covered-table-cell"
    if kind == b"float" and formula is None and not is_covered:
        return
    places = [
        (row, column)
        for row in range(sheet.row, min(last_row + 1, sheet.row + _MOST_REPEATS))
        for column in range(first, first + min(times, _MOST_REPEATS))
    ]
    if is_covered:
        sheet.covered |= set(places)
    if kind == b"percentage":
        sheet.percents |= set(places)
    if kind == b"string" and not found[4] and (own := _own_text(xml, found, raised)) is not None:
        sheet.texts |= dict.fromkeys(places, own)
    shown = "" if found[4] else _shown(xml, found)
    if kind == b"date" and 0 < len(_NUMBERS.findall(shown)) < _NUMBERS_OF_A_DAY:
        sheet.months |= set(places)
    if formula is not None and _ERROR.fullmatch(shown):
        sheet.errors |= dict.fromkeys(places, shown)
    elif formula is not None and _has_no_result(kind, known, shown):
        may_be_one = kind == b"string" and b"&quot;&quot;" in formula
        (sheet.unsure if may_be_one else sheet.uncached).update(dict.fromkeys(places, from_odf(_plain(formula))))
    elif formula is not None and kind in _NUMBERS_KINDS and known.get(b"office:value") == b"0":
        sheet.zeros |= dict.fromkeys(places, from_odf(_plain(formula)))
    elif formula is not None:
        sheet.some_calculated = True


def _has_no_result(kind: bytes | None, known: Mapping[bytes, bytes], shown: str) -> bool:
    if kind in _NUMBERS_KINDS:
        return not known.get(b"office:value")
    return kind in (None, b"string") and not shown


def _inside(xml: bytes, found: re.Match[bytes]) -> bytes:
    """What stands in the cell whose tag was found."""
    return xml[found.end() : max(found.end(), xml.find(b"</table:%s>" % found[2], found.end()))]


def _shown(xml: bytes, found: re.Match[bytes]) -> str:
    """The cell's own text, in one line."""
    inside = _without(inside, _APART) if (inside := _inside(xml, found)) and _may_hold_more(inside) else inside
    return " ".join(_plain(_INNER_TAG.sub(b"", text)) for text in _TEXT.findall(inside)).strip()


def _own_text(xml: bytes, found: re.Match[bytes], raised: frozenset[bytes]) -> str | None:
    """The text of a cell in which a shape is drawn, or something is written above the line; None for all others, whose
    text the library hands over as it is."""
    inside = _inside(xml, found)
    is_drawn_on = b"<draw:" in inside
    is_raised = bool(raised) and any(style in inside for style in raised)
    if not is_drawn_on and not is_raised:
        return None
    inside = _without(inside, _APART)
    if is_raised:
        inside = _SPAN.sub(lambda span: _raised(span, raised), inside)
    return "\n".join(_plain(_INNER_TAG.sub(b"", _BLANK_TAG.sub(b" ", text))) for text in _TEXT.findall(inside))


def _raised(span: re.Match[bytes], raised: frozenset[bytes]) -> bytes:
    if attributes(span[1]).get(b"text:style-name") not in raised:
        return span[0]
    return above_the_line(_plain(_INNER_TAG.sub(b"", span[2]))).encode()


def _may_hold_more(inside: bytes) -> bool:
    return b"<draw:" in inside or b"<office:annotation" in inside


def _without(inside: bytes, tags: re.Pattern[bytes]) -> bytes:
    """What stands in a cell without its shapes and notes, which may hold one another."""
    kept = []
    depth = start = 0
    for tag in tags.finditer(inside):
        if depth == 0:
            kept.append(inside[start : tag.start()])
        if tag[1]:
            depth = max(depth - 1, 0)
        elif not tag[2]:
            depth += 1
        start = tag.end()
    return b"".join(kept) + (inside[start:] if depth == 0 else b"")


def _times(known: Mapping[bytes, bytes], name: bytes) -> int:
    text = known.get(name, b"1")
    return max(1, int(text)) if text.isdigit() else 1


def _plain(text: bytes) -> str:
    return html.unescape(text.decode("utf-8", errors="replace"))
