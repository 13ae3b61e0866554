"""The second look at .xlsx and .xlsm: the sheets' XML, searched as bytes."""

import html
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.container.file_kind import (
    NOTHING,
    Place,
    SecondLook,
    SheetLook,
    above_the_line,
    attributes,
    part,
    shows_month,
    shows_percent,
)
from ingest.container.formulas import moved

#: At most this many hidden columns and the like are named.
_MOST_INDICES = 16384

_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION_TAG = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_FORMAT_TAG = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs[\s>](.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT_USE = re.compile(rb"<(?:\w+:)?xf[\s>/]([^>]*)>?")
_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_CELL_NAME = re.compile(rb"([A-Za-z]{1,3})(\d{1,7})")
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s([^>]*)>")
_CALCULATED_WHEN_OPENED = re.compile(rb"""fullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_TRUE = (b"1", b"true")


def _text(content: bytes) -> str:
    return html.unescape(content.decode("utf-8", errors="replace"))


def look_at_xlsx(archive: zipfile.ZipFile) -> SecondLook:
    workbook = _utf8(part(archive, "xl/workbook.xml"))
    relations = {}
    for tag in _RELATION_TAG.findall(_utf8(part(archive, "xl/_rels/workbook.xml.rels"))):
        known = attributes(tag)
        relations[known.get(b"Id", b"")] = (known.get(b"Type", b""), known.get(b"Target", b"").decode())
    styles = next((target for kind, target in relations.values() if kind.endswith(b"/styles")), None)
    has_styles = styles is not None and _path(styles) in archive.NameToInfo
    shows = _styles(_utf8(part(archive, _path(styles)))) if styles and has_styles else _Styles()
    strings = next((target for kind, target in relations.values() if kind.endswith(b"/sharedStrings")), None)
    has_strings = strings is not None and _path(strings) in archive.NameToInfo
    raised = _raised_strings(_utf8(part(archive, _path(strings)))) if strings and has_strings else {}
    is_stale = _CALCULATED_WHEN_OPENED.search(workbook) is not None
    looks = {}
    for tag in _SHEET_TAG.findall(workbook):
        known = attributes(tag)
        relation = next((value for name, value in known.items() if name.endswith(b":id")), b"")
        kind, target = relations.get(relation, (b"", ""))
        if kind.endswith(b"/worksheet"):
            is_hidden = known.get(b"state", b"visible") in (b"hidden", b"veryHidden")
            sheet = _utf8(part(archive, _path(target)))
            looks[_text(known[b"name"])] = _look_at_sheet(sheet, shows, raised, is_hidden, is_stale)
    return SecondLook(looks)


def _utf8(xml: bytes) -> bytes:
    """XML may come in UTF-16; it is searched as UTF-8."""
    return xml.decode("utf-16").encode() if xml.startswith((b"\xff\xfe", b"\xfe\xff")) else xml


def _path(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


@dataclass(frozen=True)
class _Styles:
    """The indices of the cell formats that show a percentage, and of those that show a date as a month."""

    percents: frozenset[bytes] = frozenset()
    months: frozenset[bytes] = frozenset()


@lru_cache(maxsize=64)
def _styles(styles: bytes) -> _Styles:
    """Most workbooks of a run share their styles."""
    percents, months = {b"9", b"10"}, {b"17"}
    for tag in _FORMAT_TAG.findall(styles):
        known = attributes(tag)
        shown = _text(known.get(b"formatCode", b""))
        if shows_percent(shown):
            percents.add(known.get(b"numFmtId", b""))
        if shows_month(shown):
            months.add(known.get(b"numFmtId", b""))
    section = _CELL_FORMATS.search(styles)
    if section is None:
        return _Styles()
    uses = [attributes(tag).get(b"numFmtId", b"0") for tag in _FORMAT_USE.findall(section[1])]
    return _Styles(
        frozenset(b"%d" % index for index, use in enumerate(uses) if use in percents),
        frozenset(b"%d" % index for index, use in enumerate(uses) if use in months),
    )


@dataclass(frozen=True)
class _Tags:
    """The patterns for one namespace prefix (mostly none)."""

    formula_start: bytes
    cell_start: re.Pattern[bytes]
    any_cell: re.Pattern[bytes]
    formula: re.Pattern[bytes]
    value: re.Pattern[bytes]
    cell: bytes
    closed_value: bytes
    closed_text: bytes


@lru_cache(maxsize=16)
def _tags(prefix: bytes) -> _Tags:
    p = re.escape(prefix)
    return _Tags(
        formula_start=b"<" + prefix + b"f",
        cell_start=re.compile(b"<" + p + rb"c(\s[^>]*)>"),
        any_cell=re.compile(b"<" + p + rb"(row|c)(\s[^>]*?)?/?>"),
        # The formula with its attributes, and the value that follows it, if any.
        formula=re.compile(
            rb"<%(p)sf(?:(\s[^>]*?)?/>|(\s[^>]*)?>([^<]*)</%(p)sf\s*>)\s*"
            rb"(?:<%(p)sv(?:\s[^>]*)?>([^<]*)</%(p)sv\s*>|<%(p)sv(?:\s[^>]*)?/>)?" % {b"p": p}
        ),
        value=re.compile(rb"<%(p)sv(?:\s[^>]*)?>([^<]*)</" % {b"p": p}),
        cell=b"<" + prefix + b"c",
        closed_value=b"</" + prefix + b"v>",
        closed_text=b"</" + prefix + b"t>",
    )


def _look_at_sheet(
    xml: bytes, shows: _Styles, raised: Mapping[bytes, str], is_hidden: bool, is_stale: bool
) -> SheetLook:
    root = _ROOT.search(xml)
    if root is None:
        return NOTHING
    tags = _tags(root[1] or b"")
    places = _Places(xml, tags)
    # Only a few letters stand between the rows' tags, so looking for single ones first is cheap.
    start, end = max(xml.find(b"sheetData"), 0), max(xml.rfind(b"sheetData"), 0)
    quotes = b"\"'" if xml.find(b"'", start, end) >= 0 else b'"'
    has_formulas = xml.find(b"f", start + 9, end) >= 0 and tags.formula_start in xml
    formulas = _formulas(xml, tags, places, is_stale) if has_formulas else _Formulas()
    errors = dict(_errors(xml, tags, places, quotes)) if xml.find(b"e", start + 9, end) >= 0 else {}
    columns, rows = _hidden(xml, places)
    dimension = _DIMENSION.search(xml, 0, 4096)
    return SheetLook(
        uncached=formulas.uncached,
        stale=formulas.stale,
        zeros=formulas.zeros,
        unsure=formulas.unsure,
        errors=errors,
        percents=frozenset(_with_style(xml, shows.percents, places, quotes)),
        months=frozenset(_with_style(xml, shows.months, places, quotes)),
        texts=dict(_raised_texts(xml, raised, places)) if raised or _RAISED in xml else {},
        hidden_rows=rows,
        hidden_columns=columns,
        is_hidden=is_hidden,
        grid=_grid(xml, tags, places),
        declared=_last_place(attributes(dimension[1]).get(b"ref", b"")) if dimension else None,
    )


class _Places:
    """Where the cell stands that begins at some byte: it says so itself, or it is counted."""

    def __init__(self, xml: bytes, tags: _Tags) -> None:
        self._xml = xml
        self._tags = tags
        self._counted: dict[int, Place] | None = None

    def cell_before(self, position: int) -> tuple[int, dict[bytes, bytes]] | None:
        """Start and attributes of the cell's tag that encloses a byte."""
        start = position
        while (start := self._xml.rfind(self._tags.cell, 0, start)) >= 0:
            if found := self._tags.cell_start.match(self._xml, start):
                return start, attributes(found[1])
            if self._xml[start + len(self._tags.cell) : start + len(self._tags.cell) + 1] == b">":
                return start, {}
        return None

    def place(self, start: int, known: Mapping[bytes, bytes]) -> Place | None:
        if found := _CELL_NAME.fullmatch(known.get(b"r", b"")):
            return int(found[2]) - 1, column_index(found[1])
        if self._counted is None:
            self._counted = dict(self._count())
        return self._counted.get(start)

    def _count(self) -> Iterator[tuple[int, Place]]:
        row, column = -1, -1
        for found in self._tags.any_cell.finditer(self._xml):
            known = attributes(found[2] or b"")
            if found[1] == b"row":
                row = int(known[b"r"]) - 1 if known.get(b"r", b"").isdigit() else row + 1
                column = -1
                continue
            name = _CELL_NAME.fullmatch(known.get(b"r", b""))
            column = column_index(name[1]) if name else column + 1
            yield found.start(), (row, column)


@lru_cache(maxsize=512)
def column_index(letters: bytes) -> int:
    """b'A' -> 0, b'AA' -> 26."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


@dataclass(frozen=True)
class _Formulas:
    """Those without a result, with one that means nothing, with a 0 where all have one, and with an empty text that
    may mean nothing."""

    uncached: dict[Place, str] = field(default_factory=dict)
    stale: dict[Place, str] = field(default_factory=dict)
    zeros: dict[Place, str] = field(default_factory=dict)
    unsure: dict[Place, str] = field(default_factory=dict)


def _formulas(xml: bytes, tags: _Tags, places: _Places, is_stale: bool) -> _Formulas:
    uncached: dict[Place, str] = {}
    unsure: dict[Place, str] = {}
    of_zero: dict[Place, str] = {}
    matches = list(tags.formula.finditer(xml))
    results = {match[4].strip() for match in matches if match[4]} - {b""}
    all_zero = results == {b"0"}
    masters: dict[bytes, tuple[Place, str]] = {}
    for found in matches:
        short, long, text, value = found.groups()
        attribute_text = long or short
        has_result = value is not None and value.strip() != b""
        may_mean_nothing = has_result and value.strip() == b"0" and (is_stale or all_zero)
        if has_result and not may_mean_nothing and not (attribute_text and b"shared" in attribute_text):
            continue
        cell = places.cell_before(found.start())
        place = places.place(*cell) if cell else None
        if cell is None or place is None:
            continue
        formula = _text(text or b"")
        known = attributes(attribute_text) if attribute_text else {}
        if known.get(b"t") == b"shared":
            index = known.get(b"si", b"")
            if formula:
                masters[index] = place, formula
            elif index in masters:
                (row, column), shared = masters[index]
                formula = moved(shared, place[0] - row, place[1] - column)
        if not has_result:
            # An empty text is a result where the formula can give one: IF(…,"").
            may_be_one = cell[1].get(b"t") == b"str" and '""' in formula
            (unsure if may_be_one else uncached)[place] = formula
        elif may_mean_nothing:
            of_zero[place] = formula
    stale, zeros = (of_zero, {}) if is_stale else ({}, of_zero)
    return _Formulas(uncached, stale, zeros, {} if results - {b"0"} else unsure)


def _errors(xml: bytes, tags: _Tags, places: _Places, quotes: bytes) -> Iterator[tuple[Place, str]]:
    for quote in quotes:
        for position in _positions(xml, b"t=%ce%c" % (quote, quote)):
            cell = places.cell_before(position)
            if cell is None or cell[1].get(b"t") != b"e" or (place := places.place(*cell)) is None:
                continue
            end = xml.find(b"</" + tags.cell[1:] + b">", position)
            value = tags.value.search(xml, position, end if end >= 0 else len(xml))
            yield place, _text(value[1]) if value else "#ERROR!"


def _with_style(xml: bytes, styles: Iterable[bytes], places: _Places, quotes: bytes) -> Iterator[Place]:
    for style in styles:
        for quote in quotes:
            for position in _positions(xml, b" s=%c%s%c" % (quote, style, quote)):
                cell = places.cell_before(position)
                if cell is None or xml.find(b">", cell[0], position) >= 0:
                    # The style of a whole row.
                    continue
                if (place := places.place(*cell)) is not None:
                    yield place


_RAISED = b"superscript"
_STRING_ITEM = re.compile(rb"<(?:\w+:)?si(?:\s[^>]*)?>(.*?)</(?:\w+:)?si>|<(?:\w+:)?si\s*/>", re.DOTALL)
_INLINE = re.compile(rb"<(?:\w+:)?is(?:\s[^>]*)?>(.*?)</(?:\w+:)?is>", re.DOTALL)
_RUN = re.compile(rb"<(?:\w+:)?r(?:\s[^>]*)?>(.*?)</(?:\w+:)?r>", re.DOTALL)
_RUN_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</")


def _raised_strings(strings: bytes) -> dict[bytes, str]:
    """Those of the texts shared by the sheets, by their numbers, in which something is written above the line."""
    if _RAISED not in strings:
        return {}
    return {
        b"%d" % index: _with_raised(found[1])
        for index, found in enumerate(_STRING_ITEM.finditer(strings))
        if found[1] and _RAISED in found[1]
    }


def _with_raised(item: bytes) -> str:
    runs = _RUN.findall(item)
    said = [(b"superscript" in run, "".join(map(_text, _RUN_TEXT.findall(run)))) for run in runs]
    return "".join(above_the_line(text) if is_raised else text for is_raised, text in said)


def _raised_texts(xml: bytes, raised: Mapping[bytes, str], places: _Places) -> Iterator[tuple[Place, str]]:
    for index, text in raised.items():
        for position in _positions(xml, b"v>%s</" % index):
            cell = places.cell_before(position)
            if cell and cell[1].get(b"t") == b"s" and (place := places.place(*cell)) is not None:
                yield place, text
    for position in _positions(xml, _RAISED):
        cell = places.cell_before(position)
        inline = _INLINE.search(xml, cell[0]) if cell else None
        if cell and inline and inline.end() > position and (place := places.place(*cell)) is not None:
            yield place, _with_raised(inline[1])


def _positions(xml: bytes, mark: bytes) -> Iterator[int]:
    position = xml.find(mark)
    while position >= 0:
        yield position
        position = xml.find(mark, position + 1)


def _hidden(xml: bytes, places: _Places) -> tuple[frozenset[int], frozenset[int]]:
    columns: set[int] = set()
    rows: set[int] = set()
    if b"hidden=" not in xml:
        return frozenset(), frozenset()
    for mark in (b'hidden="1"', b'hidden="true"', b"hidden='1'", b"hidden='true'"):
        for position in _positions(xml, mark):
            start = xml.rfind(b"<", 0, position)
            known = attributes(xml[start : xml.find(b">", position)])
            if known.get(b"min", b"").isdigit() and known.get(b"max", b"").isdigit():
                first, last = int(known[b"min"]) - 1, min(int(known[b"max"]), _MOST_INDICES)
                columns |= set(range(first, last))
            elif known.get(b"r", b"").isdigit():
                rows.add(int(known[b"r"]) - 1)
    return frozenset(columns), frozenset(rows)


_COLUMNS = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{2,3})\d+["'][^>]*>\s*<(?:\w+:)?(?:v|is|f)[\s>]""")
_MOST_COLUMNS = 16384
#: With fewer rows than this the columns are not counted: a grid of them is no harm, however wide.
_FEW_ROWS = 200


def _grid(xml: bytes, tags: _Tags, places: _Places) -> int:
    last = max(xml.rfind(tags.closed_value), xml.rfind(tags.closed_text))
    cell = places.cell_before(last) if last >= 0 else None
    place = places.place(*cell) if cell else None
    if place is None:
        return 0
    rows = place[0] + 1
    if rows < _FEW_ROWS:
        return rows * _MOST_COLUMNS
    return rows * (1 + max(map(column_index, set(_COLUMNS.findall(xml))), default=25))


def _last_place(reference: bytes) -> Place | None:
    found = _CELL_NAME.fullmatch(reference.rpartition(b":")[2].replace(b"$", b""))
    return (int(found[2]) - 1, column_index(found[1])) if found else None
