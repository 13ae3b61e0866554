"""Which column of a table holds which field: header words against the words of `reference/fields.csv`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.text import clean, key
from reference.fields import MONTHLY_FORMS, Field, fields_of

#: A sheet is taken for a form when at least this many of its figure columns are recognised.
LEAST_FIGURE_COLUMNS = 3


@dataclass(frozen=True)
class ColumnHeader:
    """The header texts over one column, from top to bottom, as a person reads them."""

    index: int
    texts: tuple[str, ...]

    @property
    def shown(self) -> str:
        return " / ".join(self.texts)


@dataclass(frozen=True)
class HeaderMap:
    """The columns of one form: field -> column index, what is not understood and what is claimed twice."""

    form: str
    columns: dict[str, int]
    unmapped: dict[int, str]
    repeated: dict[str, tuple[int, ...]]


@cache
def _header_keys(field: Field) -> frozenset[str]:
    return frozenset(key(word) for word in (field.header_vi, *field.header_words))


@cache
def _group_keys(field: Field) -> frozenset[str]:
    words = (field.group_vi, *field.group_words) if field.group_vi else field.group_words
    return frozenset(key(word) for word in words)


@cache
def header_vocabulary() -> frozenset[str]:
    """Every word (as a key) that can stand in a header of a monthly form."""
    return frozenset(
        word for form in MONTHLY_FORMS for field in fields_of(form) for word in _header_keys(field) | _group_keys(field)
    )


@cache
def name_keys() -> frozenset[str]:
    """The header words of the column that names the cell."""
    return frozenset(
        word
        for form in MONTHLY_FORMS
        for field in fields_of(form)
        if field.name == "cell_name"
        for word in _header_keys(field)
    )


@cache
def _fields_by_header(form: str) -> dict[str, tuple[Field, ...]]:
    found: dict[str, list[Field]] = {}
    for field in fields_of(form):
        for word in _header_keys(field):
            found.setdefault(word, []).append(field)
    return {word: tuple(fields) for word, fields in found.items()}


@cache
def _groups_of(form: str) -> frozenset[str]:
    return frozenset(word for field in fields_of(form) for word in _group_keys(field))


def field_for(form: str, texts: Sequence[str]) -> Field | None:
    """The field of `form` whose header words stand lowest in `texts` and whose group agrees with those above.

    A word that stands under several groups (`Nữ`, `Khác`, `Tổng số`) is only taken when its group is there or
    when just one field of the form has it. None when nothing, or more than one thing, fits.
    """
    keys = [key(text) for text in texts]
    if not keys:
        return None
    *above, last = keys
    candidates = _fields_by_header(form).get(last, ())
    if not candidates:
        return None
    groups = [word for word in above if word in _groups_of(form)]
    if groups:
        candidates = tuple(field for field in candidates if _agrees(field, groups))
    return candidates[0] if len(candidates) == 1 else None


def _agrees(field: Field, groups: Sequence[str]) -> bool:
    """True when the nearest group above is one of the field's (a field without group stands alone)."""
    words = _group_keys(field)
    return groups[-1] in words if words else False


def map_headers(headers: Sequence[ColumnHeader]) -> HeaderMap | None:
    """The form whose fields these headers are, with its columns; None when they are no form's headers."""
    best: HeaderMap | None = None
    for form in MONTHLY_FORMS:
        mapped = _map_to(form, headers)
        if best is None or _figures(mapped) > _figures(best):
            best = mapped
    return best if best is not None and _figures(best) >= LEAST_FIGURE_COLUMNS else None


def _figures(mapped: HeaderMap) -> int:
    return sum(1 for field in fields_of(mapped.form) if field.is_number and field.name in mapped.columns)


def _map_to(form: str, headers: Sequence[ColumnHeader]) -> HeaderMap:
    found: dict[int, Field] = {}
    unmapped: dict[int, str] = {}
    for header in headers:
        field = field_for(form, header.texts)
        if field is None:
            unmapped[header.index] = header.shown
        else:
            found[header.index] = field
    times = Counter(field.name for field in found.values())
    repeated = {
        name: tuple(index for index, field in found.items() if field.name == name)
        for name, number in times.items()
        if number > 1
    }
    return HeaderMap(
        form=form,
        columns={field.name: index for index, field in found.items() if field.name not in repeated},
        unmapped=unmapped,
        repeated=repeated,
    )


def column_headers(
    rows: Sequence[Sequence[object]], merges: Sequence[tuple[int, int, int, int]], first: int, last: int
) -> list[ColumnHeader]:
    """The texts over each column in the header rows `first`..`last` (zero-based, inclusive).

    A group's text counts for every column it is merged over; without merges, for the columns to its right that
    have a text of their own below it.
    """
    width = max((len(row) for row in rows[first : last + 1]), default=0)
    grid = [[_text(rows[row], column) for column in range(width)] for row in range(first, last + 1)]
    covered = [[False] * width for _ in grid]
    for top, left, bottom, right in merges:
        if top > last or bottom < first or left >= width:
            continue
        text = grid[top - first][left] if top >= first else ""
        for row in range(max(top, first), min(bottom, last) + 1):
            for column in range(left, min(right, width - 1) + 1):
                covered[row - first][column] = True
                if row == max(top, first):
                    grid[row - first][column] = text
    _spread_groups(grid, covered)
    headers = []
    for column in range(width):
        texts: list[str] = []
        for line in grid:
            if line[column] and (not texts or texts[-1] != line[column]):
                texts.append(line[column])
        if texts:
            headers.append(ColumnHeader(index=column, texts=tuple(texts)))
    return headers


def _text(row: Sequence[object], column: int) -> str:
    value = row[column] if column < len(row) else ""
    return clean(value) if isinstance(value, str) else _number_text(value)


def _number_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _spread_groups(grid: list[list[str]], covered: list[list[bool]]) -> None:
    """Without merges, a group stands over its first column only: carry it to the right as far as columns have a
    lower header of their own and no text in its row."""
    for level, line in enumerate(grid[:-1]):
        group = ""
        for column, text in enumerate(line):
            has_below = any(below[column] for below in grid[level + 1 :])
            if covered[level][column]:
                group = ""
            elif text:
                group = text if has_below else ""
            elif has_below:
                line[column] = group
            else:
                group = ""
