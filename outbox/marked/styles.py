"""The formats of a workbook (`styles.xml`), added to: the sender's stay as they are, ours come after them."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

from outbox.marked.package import Element, NotPatchable

_FONT_NAME = "Times New Roman"
#: What a fill has for a background when it has none.
_NO_COLOUR = {"indexed": "64"}
#: White in the palette and in the theme; other light letters are given as `FFRRGGBB`.
_WHITES = ({"indexed": "1"}, {"indexed": "9"}, {"theme": "0"})
#: Letters lighter than this (0 black, 1 white) cannot be read on a soft fill.
_LIGHTEST = 0.6


@dataclass(frozen=True)
class Format:
    """A cell format of ours; colours are `RRGGBB`."""

    bold: bool = False
    italic: bool = False
    underlined: bool = False
    size: int = 12
    ink: str = "000000"
    fill: str | None = None
    bordered: bool = False
    align: str = "left"
    valign: str = "center"


class Styles:
    """Additions to the formats of one workbook. A mark is a format with a fill of one of our tones.

    A colour that a cell had before is kept as text, such as `rgb=FFFFF9DB` or `theme=4 tint=0.4`; none is ``.
    """

    def __init__(self, root: Element, tones: frozenset[str]) -> None:
        """`root` is that of styles.xml. Raises NotPatchable where the workbook has no formats."""
        self._root = root
        self._space = root.tag.removesuffix("styleSheet")
        self._formats, self._fills, self._fonts, self._borders = (
            self._list(name) for name in ("cellXfs", "fills", "fonts", "borders")
        )
        self._marks = {
            index for index in range(len(self._fills)) if self._shown(index).get("rgb", "")[-6:].upper() in tones
        }
        self._tinted: dict[tuple[int, str], int] = {}
        self._before: dict[int, int] = {}
        self._restored: dict[tuple[int, str], int] = {}
        self._added: dict[Format, int] = {}

    @property
    def has_marks(self) -> bool:
        """True for a workbook that comes back with marks made before."""
        return bool(self._marks)

    def is_mark(self, index: int) -> bool:
        """True for the number of a format that marks a cell."""
        return index < len(self._formats) and self._fill_of(index) in self._marks

    def colour(self, index: int) -> str:
        """The colour of a format's fill, as text; for a mark that was made just now, the colour before it."""
        index = self._before.get(index, index)
        shown = self._shown(self._fill_of(index)) if index < len(self._formats) else _NO_COLOUR
        return "" if shown == _NO_COLOUR else " ".join(f"{name}={value}" for name, value in shown.items())

    def recoloured(self, index: int, colour: str) -> int:
        """The number of a format that is like `index`, in another colour (as text) or none."""
        if (index, colour) not in self._restored:
            shown = dict(part.split("=", 1) for part in colour.split() if "=" in part)
            self._restored[index, colour] = self._like(index, fillId=self._solid(shown) if shown else 0)
        return self._restored[index, colour]

    def tinted(self, index: int, tone: str) -> int:
        """The number of a format that is like `index`, filled with `tone`, in letters that can be read on it."""
        index = self._before.get(index, index) if index < len(self._formats) else 0
        if (index, tone) not in self._tinted:
            fill, font = self._solid({"rgb": f"FF{tone}"}), self._dark(int(self._formats[index].get("fontId", "0")))
            self._tinted[index, tone] = self._like(index, fillId=fill, fontId=font, applyFill=1)
            self._before[self._tinted[index, tone]] = index
        return self._tinted[index, tone]

    def added(self, wanted: Format) -> int:
        """The number of a format of ours."""
        if wanted not in self._added:
            fill = self._solid({"rgb": f"FF{wanted.fill}"}) if wanted.fill else 0
            found = self._element(
                "xf", numFmtId=0, fontId=self._font(wanted), fillId=fill, borderId=self._border(wanted)
            )
            for name in ("applyFont", "applyFill", "applyBorder", "applyAlignment"):
                found.set(name, "1")
            found.append(self._element("alignment", horizontal=wanted.align, vertical=wanted.valign, wrapText=1))
            self._added[wanted] = _append(self._formats, found)
        return self._added[wanted]

    # ------------------------------------------------------------------------------------------------------ fills

    def _fill_of(self, index: int) -> int:
        return int(self._formats[index].get("fillId", "0"))

    def _shown(self, index: int) -> Mapping[str, str]:
        """The colour that a fill shows."""
        pattern = self._fills[index].find(f"{self._space}patternFill") if index < len(self._fills) else None
        if pattern is None or pattern.get("patternType") != "solid":
            return _NO_COLOUR
        colour = pattern.find(f"{self._space}fgColor")
        return dict(colour.attrib) if colour is not None else _NO_COLOUR

    def _solid(self, shown: Mapping[str, str]) -> int:
        pattern = self._element("patternFill", patternType="solid")
        pattern.append(self._element("fgColor", **shown))
        pattern.append(self._element("bgColor", **_NO_COLOUR))
        fill = self._element("fill")
        fill.append(pattern)
        return _append(self._fills, fill)

    # ------------------------------------------------------------------------------------------- fonts and borders

    def _dark(self, index: int) -> int:
        """The font, or one like it in black where its letters are light."""
        colour = self._fonts[index].find(f"{self._space}color") if index < len(self._fonts) else None
        if colour is None or not _is_light(colour.attrib):
            return index
        font = deepcopy(self._fonts[index])
        font.remove(font.find(f"{self._space}color"))
        return _append(self._fonts, font)

    def _font(self, wanted: Format) -> int:
        font = self._element("font")
        for name, is_wanted in (("b", wanted.bold), ("i", wanted.italic), ("u", wanted.underlined)):
            if is_wanted:
                font.append(self._element(name))
        font.append(self._element("sz", val=wanted.size))
        font.append(self._element("color", rgb=f"FF{wanted.ink}"))
        font.append(self._element("name", val=_FONT_NAME))
        return _append(self._fonts, font)

    def _border(self, wanted: Format) -> int:
        border = self._element("border")
        for side in ("left", "right", "top", "bottom", "diagonal"):
            line = self._element(side)
            if wanted.bordered and side != "diagonal":
                line.set("style", "thin")
                line.append(self._element("color", rgb="FF808080"))
            border.append(line)
        return _append(self._borders, border)

    # ------------------------------------------------------------------------------------------- lists of the part

    def _list(self, name: str) -> Element:
        found = self._root.find(f"{self._space}{name}")
        if found is None or not len(found):
            raise NotPatchable(f"styles.xml has no {name}")
        return found

    def _like(self, index: int, **changed: int) -> int:
        found = deepcopy(self._formats[index])
        for name, value in changed.items():
            found.set(name, str(value))
        return _append(self._formats, found)

    def _element(self, name: str, **attributes: object) -> Element:
        return self._root.makeelement(f"{self._space}{name}", {key: str(value) for key, value in attributes.items()})


def _append(items: Element, item: Element) -> int:
    items.append(item)
    items.set("count", str(len(items)))
    return len(items) - 1


def _is_light(colour: Mapping[str, str]) -> bool:
    if any(dict(colour) == white for white in _WHITES):
        return True
    rgb = colour.get("rgb", "")[-6:]
    if len(rgb) != 6:
        return False
    red, green, blue = (int(rgb[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue > _LIGHTEST
