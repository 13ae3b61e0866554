"""What passes from step to step of the reader: frozen, plain, without any open file."""

import dataclasses
from dataclasses import dataclass
from datetime import date

#: What a mapped cell can hold once it is read. None = blank or unreadable.
Value = int | float | bool | None


@dataclass(frozen=True)
class Problem:
    """Something that the reader saw and says aloud; `code` names its sentences in problems.csv."""

    code: str
    severity: str
    form: str | None = None
    sheet: str | None = None
    cell: str | None = None
    field: str | None = None
    found: str | None = None
    expected: str | None = None
    message_vi: str = ""
    message_en: str = ""


@dataclass(frozen=True)
class Evidence:
    """What speaks for a column's being `field` beyond listed words, in a sentence of each language."""

    field: str
    vi: str
    en: str


@dataclass(frozen=True)
class Line:
    """One row of a form's table. `row` is the sheet's own number; `section_line` counts lines of the form from 1.

    `field` is set on the lines of an official form, whose rows are fields (kind `indicator`); `texts` are fields
    that hold no figure, such as a day (`2020-06-05`); `typed` is what stood in the cells that are no plain numbers;
    `inferred` is why the row was taken for `field` though its words are in no list."""

    row: int
    kind: str
    section_line: int | None
    cell_name: str
    cell_type: str | None
    note: str | None
    values: dict[str, Value]
    field: str | None = None
    texts: dict[str, str | None] = dataclasses.field(default_factory=dict)
    typed: dict[str, str] = dataclasses.field(default_factory=dict)
    inferred: Evidence | None = None


@dataclass(frozen=True)
class FormReading:
    """One form found on one sheet. `edition` and `period` (`2024-H1`, `2024`) are an official form's."""

    form: str
    sheet: str
    header_rows: tuple[int, ...]
    columns: dict[str, str]
    headers: dict[str, str]
    unmapped: dict[str, str]
    lines: tuple[Line, ...]
    #: The columns that are not understood and may hold a figure of the form all the same.
    may_hold_figures: frozenset[str] = frozenset()
    #: By column letter: why a column was understood whose words are in no list (it stands in `columns`, too).
    inferred: dict[str, Evidence] = dataclasses.field(default_factory=dict)
    #: By column letter: what a column that is not read may be (it stands in `unmapped`); `field` lists several names
    #: parted by commas where the evidence does not tell them apart.
    suspected: dict[str, Evidence] = dataclasses.field(default_factory=dict)
    edition: str | None = None
    period: str | None = None


@dataclass(frozen=True)
class TargetLine:
    """A target of the commission for one commune and period (`year` None: the whole term)."""

    sheet: str
    row: int
    cell: str
    commune_key: str
    commune_code: str
    commune_name: str
    term: str
    year: int | None
    target: int | None
    effective_on: date | None


@dataclass(frozen=True)
class Reading:
    """All that was read from one file (kind `report`, `targets` or `official`).

    `reason` is the code of the problem that refused it, None when read."""

    sha256: str
    size: int
    kind: str = "report"
    reason: str | None = None
    commune_key: str | None = None
    commune_code: str | None = None
    commune_name: str | None = None
    month: date | None = None
    forms: tuple[FormReading, ...] = ()
    targets: tuple[TargetLine, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def period(self) -> str | None:
        """The period of a workbook of official forms (several are listed); None for a monthly report, whatever
        forms it holds besides: its versions go by month."""
        periods = sorted({form.period for form in self.forms if form.period})
        return ", ".join(periods) or None if self.kind == "official" else None

    @property
    def status(self) -> str:
        return "read" if self.reason is None else "refused"
