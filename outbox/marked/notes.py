"""Notes on cells: the text in the sheet's comments, the shape that shows it in the drawing beside them."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from lxml import etree

from outbox.marked.cells import Cells, Place
from outbox.marked.package import Element, Package, printable

#: Our part of a note begins with this line; what stands before it is the sender's own.
OURS = "▼ CẦN SỬA"

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
#: What follows the reference to the drawing of notes among a sheet's elements.
_AFTER_DRAWING = frozenset(
    (
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "webPublishItems",
        "tableParts",
        "extLst",
        "AlternateContent",
    )
)
_SPACE_KEPT = "{http://www.w3.org/XML/1998/namespace}space"
#: A note's width in pixels; letters of its font (Tahoma 9) take about so much room. A long note is wider.
_WIDTH, _WIDE, _LETTER, _LINE, _EDGE = 380, 600, 6.2, 15, 16
_LONG = 1200
_VML, _OFFICE, _EXCEL = (f"urn:schemas-microsoft-com:{name}" for name in ("vml", "office:office", "office:excel"))
_SPACES = f'xmlns:v="{_VML}" xmlns:o="{_OFFICE}" xmlns:x="{_EXCEL}"'
_NEW_DRAWING = f"<xml {_SPACES}/>".encode()
_SHAPE_TYPE = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape {spaces} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:{width}pt;'
    'height:{height}pt;z-index:{number};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_SHAPE_ID = re.compile(r"_x0000_s(\d+)")
#: A note ends within so many columns and rows, unless they are hidden.
_FARTHEST = 100
#: Shapes of a sheet are numbered from here on.
_FIRST_SHAPE = 1025


@dataclass(frozen=True)
class Paragraph:
    """A part of a note: a heading in bold, and what it says."""

    heading: str
    text: str


Note = tuple[Paragraph, ...]


class Notes:
    """The notes of one sheet."""

    def __init__(self, package: Package, sheet: str, cells: Cells) -> None:
        """`sheet` is the name of the sheet's part."""
        self._package = package
        self._sheet = sheet
        self._cells = cells
        self._part = self._related("comments")
        self._known = dict(self._read()) if self._part else {}
        self._shown_anew: set[Place] = set()

    def take_back(self) -> None:
        """Remove what we wrote into the notes before, and the notes that say nothing else."""
        for place, comment in list(self._known.items()):
            if _cut(comment, self._space):
                self._shown_anew.add(place)
                if not self._text(comment).strip():
                    comment.getparent().remove(comment)
                    del self._known[place]

    def add(self, notes: Mapping[Place, Note], author: str) -> None:
        """Write the notes, below what the sender has noted at the same cells; call once, last."""
        if notes:
            number = self._author(author)
            for place, note in notes.items():
                self._write(place, note, number)
            self._end_threads(notes)
        self._draw()

    # ----------------------------------------------------------------------------------------------------- texts

    @property
    def _space(self) -> str:
        return self._package.namespace

    def _related(self, kind: str) -> str | None:
        return next((each.target for each in self._package.relations(self._sheet) if each.kind == kind), None)

    def _read(self) -> Iterator[tuple[Place, Element]]:
        for comment in self._package.tree(self._part or "").iter(f"{self._space}comment"):
            yield Place.of(str(comment.get("ref"))), comment

    def _text(self, comment: Element) -> str:
        return "".join(comment.find(f"{self._space}text").itertext())

    def _root(self) -> Element:
        """The sheet's comments, made when it has none."""
        if self._part is None:
            self._part = self._package.free_name("xl/comments{}.xml")
            space = self._space.strip("{}")
            empty = f'<comments xmlns="{space}"><authors/><commentList/></comments>'
            self._package.put(self._part, empty.encode())
            self._package.declare(self._part, _COMMENTS_TYPE)
            self._package.relate(self._sheet, "comments", self._part)
        return self._package.tree(self._part)

    def _author(self, name: str) -> int:
        authors = self._root().find(f"{self._space}authors")
        names = [each.text for each in authors]
        if name not in names:
            names.append(name)
            authors.append(self._element("author", name))
        return names.index(name)

    def _write(self, place: Place, note: Note, author: int) -> None:
        comment = self._known.get(place)
        if comment is None:
            comment = self._element("comment")
            comment.set("ref", str(place))
            comment.set("authorId", str(author))
            comment.append(self._element("text"))
            self._root().find(f"{self._space}commentList").append(comment)
            self._known[place] = comment
        text = comment.find(f"{self._space}text")
        begins = f"{OURS}\n" if text.find(f".//{self._space}t") is None else f"\n\n{OURS}\n"
        plain = text.find(f"{self._space}t")
        if plain is not None:
            # A text of one piece and pieces of text exclude each other.
            text.remove(plain)
            text.append(self._run(plain.text or "", is_bold=False))
        text.append(self._run(begins, is_bold=True))
        for position, paragraph in enumerate(note):
            text.append(self._run("\n" * bool(position) + paragraph.heading, is_bold=True))
            text.append(self._run(f"\n{paragraph.text}", is_bold=False))
        self._shown_anew.add(place)

    def _run(self, words: str, *, is_bold: bool) -> Element:
        run, look = self._element("r"), self._element("rPr")
        for name, value in (("b", None), ("sz", "9"), ("color", "81"), ("rFont", "Tahoma"), ("family", "2")):
            if name != "b" or is_bold:
                detail = self._element(name)
                if value:
                    detail.set("indexed" if name == "color" else "val", value)
                look.append(detail)
        run.append(look)
        said = self._element("t", printable(words))
        said.set(_SPACE_KEPT, "preserve")
        run.append(said)
        return run

    def _element(self, name: str, text: str | None = None) -> Element:
        made = self._package.tree(self._sheet).makeelement(f"{self._space}{name}")
        made.text = text
        return made

    def _end_threads(self, notes: Mapping[Place, Note]) -> None:
        """A conversation at a cell hides its note; its words stand in the note, too."""
        part = self._related("threadedComment")
        if part:
            root = self._package.tree(part)
            for each in root.findall("{*}threadedComment"):
                if Place.of(str(each.get("ref"))) in notes:
                    root.remove(each)

    # ---------------------------------------------------------------------------------------------------- shapes

    def _draw(self) -> None:
        """Shapes for the notes that were written, in the place of those that they had."""
        if not self._shown_anew:
            return
        root = self._package.tree(self._drawing(), forgiving=True)
        for shape in root.findall(f"{{{_VML}}}shape"):
            if _place_of(shape) in self._shown_anew:
                root.remove(shape)
        if not any(each.get("id") == "_x0000_t202" for each in root.iter(f"{{{_VML}}}shapetype")):
            root.append(etree.fromstring(_SHAPE_TYPE))
        taken = [int(found[1]) for each in root if (found := _SHAPE_ID.fullmatch(each.get("id", "")))]
        numbers = count(max(taken, default=_FIRST_SHAPE - 1) + 1)
        for place in sorted(self._shown_anew & self._known.keys()):
            root.append(etree.fromstring(self._shape(place, next(numbers))))

    def _drawing(self) -> str:
        sheet = self._package.tree(self._sheet)
        reference = sheet.find(f"{self._space}legacyDrawing")
        key_name = f"{{{self._package.references}}}id"
        if reference is not None:
            key = reference.get(key_name)
            return next(each.target for each in self._package.relations(self._sheet) if each.key == key)
        part = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
        self._package.put(part, _NEW_DRAWING)
        self._package.declare_ending("vml", _DRAWING_TYPE)
        reference = self._element("legacyDrawing")
        reference.set(key_name, self._package.relate(self._sheet, "vmlDrawing", part))
        following = next((each for each in sheet if _local_name(each) in _AFTER_DRAWING), None)
        if following is None:
            sheet.append(reference)
        else:
            following.addprevious(reference)
        return part

    def _shape(self, place: Place, number: int) -> str:
        width, height = _size_of(self._text(self._known[place]))
        return _SHAPE.format(
            spaces=_SPACES,
            number=number,
            width=width * 0.75,
            height=height * 0.75,
            anchor=self._anchor(place, width, height),
            row=place.row,
            column=place.column,
        )

    def _anchor(self, place: Place, width: int, height: int) -> str:
        """Where the note lies beside its cell: column, pixels into it, row, pixels; and the same of its far corner."""
        left, top = place.column + 1, max(place.row - 1, 0)
        right, right_rest = _reached(left, 15 + width, self._cells.column_width)
        if right - left == _FARTHEST:
            # What is to the right is hidden: the note lies over the table.
            left = 0
            right, right_rest = _reached(left, 15 + width, self._cells.column_width)
        bottom, bottom_rest = _reached(top, 4 + height, self._cells.row_height)
        return f"{left}, 15, {top}, 4, {right}, {right_rest}, {bottom}, {bottom_rest}"


def _cut(comment: Element, space: str) -> bool:
    """Take our part out of a note; False where there is none."""
    texts = list(comment.iter(f"{space}t"))
    begin = next((at for at, each in enumerate(texts) if OURS in (each.text or "")), None)
    if begin is None:
        return False
    texts[begin].text = texts[begin].text.partition(OURS)[0].rstrip("\n")
    for each in texts[begin + 1 :]:
        each.text = ""
    for run in list(comment.iter(f"{space}r")):
        if not "".join(run.itertext()):
            run.getparent().remove(run)
    return True


def _place_of(shape: Element) -> Place | None:
    """The cell whose note a shape shows."""
    row, column = (shape.findtext(f"{{{_EXCEL}}}ClientData/{{{_EXCEL}}}{name}") for name in ("Row", "Column"))
    return Place(int(row), int(column)) if row and column else None


def _size_of(text: str) -> tuple[int, int]:
    """Width and height in pixels in which a note can be read without scrolling."""
    width = _WIDTH if len(text) < _LONG else _WIDE
    letters = int((width - _EDGE) / _LETTER)
    lines = sum(max(1, math.ceil(len(line) / letters)) for line in text.split("\n"))
    return width, lines * _LINE + _EDGE


def _reached(start: int, pixels: int, size_of: Callable[[int], int]) -> tuple[int, int]:
    """The column (or row) that lies `pixels` further on from the beginning of `start`, and how far into it."""
    for index in range(start, start + _FARTHEST):
        if pixels < (size := size_of(index)):
            return index, pixels
        pixels -= size
    return start + _FARTHEST, 0


def _local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
