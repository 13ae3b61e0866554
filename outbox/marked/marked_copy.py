"""The sender's own workbook, marked: cells coloured and noted, the list put before them, all else as it came."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from outbox.marked.cells import Cells, Place
from outbox.marked.list_sheet import Heading, list_sheet
from outbox.marked.notes import Note, Notes
from outbox.marked.package import Element, NotPatchable, Package, relations_of
from outbox.marked.plan import ALL_TONES, Cell, Mark, Plan
from outbox.marked.styles import Styles
from reference.marked_copy import LIST_SHEET

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True)
class _Sheet:
    """A worksheet: its own name and its part."""

    name: str
    part: str


@dataclass(frozen=True)
class MarkedCopy:
    """A marked workbook, and the ending that its name must have."""

    content: bytes
    ending: str


@dataclass(frozen=True)
class OldList:
    """A list of ours with which a workbook comes back: its place among the worksheets, and the colours it has kept."""

    place: int
    colours: Mapping[Cell, str]


def marked_copy(
    content: bytes, names: Sequence[str], old: OldList | None, plan: Plan, heading: Heading, author: str
) -> MarkedCopy:
    """The workbook `content` (.xlsx, .xlsm) with the marks of `plan` and its list.

    `names` are the worksheets' names as the reader knows them, in their order. Marks and list with which the workbook
    comes back are replaced. Marks on sheets that are not there are left out. Raises NotPatchable where the package
    cannot be added to.
    """
    package = Package(content)
    sheets = _worksheets(package)
    if len(sheets) != len(names):
        raise NotPatchable(f"{len(sheets)} worksheets, {len(names)} read")
    old_place = old.place if old else None
    by_name = {name: sheet for place, (name, sheet) in enumerate(zip(names, sheets, strict=True)) if place != old_place}
    styles = Styles(package.tree(_styles_part(package)), ALL_TONES)
    marks: defaultdict[str, list[Mark]] = defaultdict(list)
    for mark in plan.marks:
        marks[mark.cell.sheet].append(mark)
    colours: dict[Cell, str] = {}
    for name, sheet in by_name.items():
        cells = Cells(package.tree(sheet.part))
        notes = Notes(package, sheet.part, cells)
        notes.take_back()
        _take_back_colours(name, cells, styles, old.colours if old else {})
        colours |= _colour(cells, marks[name], styles)
        notes.add(_noted(cells, marks[name]), author)
    own_names = {name: sheet.name for name, sheet in by_name.items()}
    listed = list_sheet(package.namespace.strip("{}"), heading, plan.lines, own_names, colours, styles)
    if old is None:
        _add_first(package, listed, {sheet.name for sheet in sheets})
    else:
        _replace(package, sheets[old.place].part, listed)
    return MarkedCopy(package.to_bytes(), ".xlsm" if package.has_macros else ".xlsx")


def _worksheets(package: Package) -> list[_Sheet]:
    parts = {each.key: each.target for each in package.relations(package.workbook) if each.kind == "worksheet"}
    key = f"{{{package.references}}}id"
    listed = package.tree(package.workbook).iter(f"{package.namespace}sheet")
    return [_Sheet(str(each.get("name")), parts[each.get(key)]) for each in listed if each.get(key) in parts]


def _styles_part(package: Package) -> str:
    part = next((each.target for each in package.relations(package.workbook) if each.kind == "styles"), None)
    if part is None:
        raise NotPatchable("the workbook has no styles")
    return part


def _take_back_colours(sheet: str, cells: Cells, styles: Styles, before: Mapping[Cell, str]) -> None:
    """Cells that were marked before get their own colour again, or none where it is not known."""
    if styles.has_marks:
        for place, index in list(cells.formats()):
            if styles.is_mark(index):
                cells.set_format(place, styles.recoloured(index, before.get(Cell(sheet, str(place)), "")))


def _colour(cells: Cells, marks: Sequence[Mark], styles: Styles) -> dict[Cell, str]:
    """Colour the marked cells; returns the colours that they had."""
    before: dict[Cell, str] = {}
    for mark in marks:
        place = cells.anchor(Place.of(mark.cell.address))
        index = cells.format_of(place)
        if colour := styles.colour(index):
            before.setdefault(Cell(mark.cell.sheet, str(place)), colour)
        cells.set_format(place, styles.tinted(index, mark.tone))
    return before


def _noted(cells: Cells, marks: Sequence[Mark]) -> dict[Place, Note]:
    notes: dict[Place, Note] = {}
    for mark in marks:
        if mark.note:
            place = cells.anchor(Place.of(mark.cell.address))
            notes[place] = notes.get(place, ()) + mark.note
    return notes


# ------------------------------------------------------------------------------------------------------- the list


def _add_first(package: Package, sheet: bytes, taken: set[str]) -> None:
    """Put a new sheet before the others; the one in front stays in front."""
    part = package.free_name("xl/worksheets/sheet{}.xml")
    package.put(part, sheet)
    package.declare(part, _SHEET_TYPE)
    workbook = package.tree(package.workbook)
    sheets = workbook.find(f"{package.namespace}sheets")
    number = max(int(each.get("sheetId", "0")) for each in sheets) + 1
    added = workbook.makeelement(f"{package.namespace}sheet", {"name": _free_name(taken), "sheetId": str(number)})
    added.set(f"{{{package.references}}}id", package.relate(package.workbook, "worksheet", part))
    sheets.insert(0, added)
    _move_on(workbook, package.namespace)


def _move_on(workbook: Element, space: str) -> None:
    """Sheets are also named by their place: it is one more now."""
    for defined in workbook.iter(f"{space}definedName"):
        if (place := defined.get("localSheetId")) is not None:
            defined.set("localSheetId", str(int(place) + 1))
    views = list(workbook.iter(f"{space}workbookView"))
    if not views:
        # Without one the first sheet would be in front, beside the one that says of itself that it is.
        listed = workbook.find(f"{space}sheets")
        listed.addprevious(workbook.makeelement(f"{space}bookViews"))
        views = [etree.SubElement(listed.getprevious(), f"{space}workbookView")]
    for view in views:
        view.set("activeTab", str(int(view.get("activeTab", "0")) + 1))
        # The list's tab is to be seen.
        view.attrib.pop("firstSheet", None)


def _free_name(taken: set[str]) -> str:
    """`Cần sửa`, or `Cần sửa (2)` where the sender has a sheet of that name: programs do not tell case apart."""
    known = {name.casefold() for name in taken}
    candidates = (LIST_SHEET if number == 1 else f"{LIST_SHEET} ({number})" for number in range(1, len(known) + 2))
    return next(name for name in candidates if name.casefold() not in known)


def _replace(package: Package, part: str, sheet: bytes) -> None:
    """Put the new list in the place of the old one, with whatever hung on that."""
    for each in list(package.relations(part)):
        package.drop(each.target)
    package.drop(relations_of(part))
    package.put(part, sheet)
