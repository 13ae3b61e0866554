"""How the sheets of an old or other format look: what can be carried over into an .xlsx file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Row and column, from 0.
At = tuple[int, int]


@dataclass(frozen=True)
class CellLook:
    """A cell's look; None and False where the program's own default holds. `borders` are of `left`, `right`, `top`,
    `bottom`; sizes are in points, colours `#RRGGBB`."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    size: float | None = None
    ink: str | None = None
    fill: str | None = None
    align: str | None = None
    valign: str | None = None
    wraps: bool = False
    rotation: int = 0
    borders: frozenset[str] = frozenset()
    number_format: str | None = None


@dataclass(frozen=True)
class SheetLook:
    """A sheet's look: widths in letters, heights in points, merged cells as (top, left, bottom, right)."""

    widths: Mapping[int, float] = field(default_factory=dict)
    heights: Mapping[int, float] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    cells: Mapping[At, CellLook] = field(default_factory=dict)
    notes: Mapping[At, str] = field(default_factory=dict)
    is_hidden: bool = False
