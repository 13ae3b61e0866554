"""Formulas whose result was not saved with them: sums, shares and sums of sums are worked out, others are not guessed.

`compute` understands what totals and percentages are made of: `+ - * /`, `%`, brackets, comparisons, references on
the same or another sheet, and the functions that our own workbooks and simple tables use (`_Parser._function`).
Anything else is None, which becomes a problem, never a blank.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ingest.values.numbers import Raw
from ingest.values.text import column_letter

#: (sheet or None for the formula's own, row, column), zero-based -> what the cell holds.
ValueAt = Callable[[str | None, int, int], Raw]
#: (sheet or None, row, column) -> the formula of a cell that has no saved result.
FormulaAt = Callable[[str | None, int, int], str | None]

#: Formulas that refer to one another more deeply than this are not followed.
_DEEPEST = 40
#: A range of more cells than this is no total of ours.
_LARGEST_RANGE = 200_000

_SHEET = r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!)"
_CELL = r"\$?(?P<{0}column>[A-Za-z]{{1,3}})\$?(?P<{0}row>[1-9]\d{{0,6}})"
_REFERENCE = re.compile(
    rf"{_SHEET}?{_CELL.format('')}(?::{_SHEET.replace('<sheet>', '<sheet2>')}?{_CELL.format('to_')})?(?![\w(!.])"
)
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_FUNCTION = re.compile(r"(?:_xlfn\.)?([A-Za-z][A-Za-z.]*)\s*\(")
_COMPARISON = re.compile(r"<>|<=|>=|=|<|>")
#: What a cell shows whose formula has failed.
_ERROR_TEXT = re.compile(r"#[A-Z0-9/!?]+|Err:\d+")
_ODF_REFERENCE = re.compile(r"\[([^\]]*)\]")
_ODF_PART = re.compile(r"(?:\$?('(?:[^']|'')*'|[^.:'$]*))?\.(\$?[A-Za-z]{1,3}\$?\d+)")
_MOVABLE = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!?)|(?<![\w.$])(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})(?![\w(!.])""")


#: The condition of SUMIF: `>0`, `=1`, `2`.
_CONDITION = re.compile(r"\s*(<>|<=|>=|<|>|=)?\s*(-?\d+(?:\.\d+)?)\s*")


class _NotUnderstood(Exception):
    """The formula has something in it that is not known here, or refers to itself."""


class _Error(Exception):
    """What a spreadsheet program shows as #DIV/0! or #VALUE!."""


_Value = float | str | bool | None


@dataclass(frozen=True)
class _Range:
    """A reference to several cells."""

    sheet: str | None
    top: int
    left: int
    bottom: int
    right: int

    def cells(self) -> Iterator[tuple[int, int]]:
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column


def compute(formula: str, value_at: ValueAt, formula_at: FormulaAt = lambda sheet, row, column: None) -> float | None:
    """The number that `formula` stands for, or None when it is not understood (or is an error, or no number).

    `formula_at` names the cells that themselves hold a formula without a saved result: they are worked out first.
    For a cell that shows an error, `value_at` returns the error's text (`#REF!`): what refers to it is an error, too.
    A reference on another sheet is asked for with that sheet's name, also from within that sheet.
    """
    result = result_of(formula, value_at, formula_at)
    return result if isinstance(result, float) else None


def result_of(
    formula: str, value_at: ValueAt, formula_at: FormulaAt = lambda sheet, row, column: None
) -> float | str | None:
    """As `compute`, but a text that the formula gives is handed over too: `IF(B1=0,"",1)` may be meant as a blank."""
    return Workings(value_at, formula_at).result_of(formula)


def from_odf(formula: str) -> str:
    """`of:=SUM([.A1:.A3])` -> `SUM(A1:A3)`; `[$'Đảng viên'.B2]` -> `'Đảng viên'!B2`."""
    formula = re.sub(r"^(?:[a-z]+:)?=", "", formula)

    def rewritten(found: re.Match[str]) -> str:
        parts = []
        for match in _ODF_PART.finditer(found[1]):
            sheet = match[1] or ""
            if sheet and not sheet.startswith("'"):
                sheet = f"'{sheet}'"
            parts.append(f"{sheet}!{match[2]}" if sheet else match[2])
        return ":".join(parts) if parts else found[0]

    return _ODF_REFERENCE.sub(rewritten, formula)


def moved(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads some rows and columns further on: relative references move along (shared formulas)."""

    def shifted(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1]
        _, fixed_column, letters, fixed_row, digits = found.groups()
        column = _column_index(letters) + (0 if fixed_column else columns)
        row = int(digits) + (0 if fixed_row else rows)
        if column < 0 or row < 1:
            return "#REF!"
        return f"{fixed_column}{column_letter(column)}{fixed_row}{row}"

    return _MOVABLE.sub(shifted, formula)


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


class Workings:
    """The cells around the formulas of one sheet. What was worked out for one formula is kept for the next, and which
    are being worked out, so that none waits for itself."""

    def __init__(self, value_at: ValueAt, formula_at: FormulaAt) -> None:
        self._value_at = value_at
        self._formula_at = formula_at
        self._known: dict[tuple[str | None, int, int], _Value] = {}
        self._failed: set[tuple[str | None, int, int]] = set()
        self._open: set[tuple[str | None, int, int]] = set()

    def result_of(self, formula: str) -> float | str | None:
        """As the function of that name."""
        try:
            result = self.evaluate(formula, None)
        except (_NotUnderstood, _Error, ArithmeticError, ValueError, RecursionError):
            return None
        if isinstance(result, bool) or result is None:
            return None
        if isinstance(result, str):
            return result
        return float(result) if math.isfinite(result) else None

    def evaluate(self, formula: str, sheet: str | None) -> _Value:
        return _Parser(formula.removeprefix("="), sheet, self).result()

    def cell(self, sheet: str | None, row: int, column: int) -> _Value:
        place = (sheet, row, column)
        if place in self._known:
            return self._known[place]
        if place in self._failed:
            raise _Error
        formula = self._formula_at(sheet, row, column)
        if formula is None:
            value = _plain(self._value_at(sheet, row, column))
        else:
            if place in self._open or len(self._open) >= _DEEPEST:
                raise _NotUnderstood
            self._open.add(place)
            try:
                value = self.evaluate(formula, sheet)
            except _Error:
                # Remembered, as a column of IFERROR would work it out twice as often in each row.
                self._failed.add(place)
                raise
            finally:
                self._open.discard(place)
        self._known[place] = value
        return value


def _plain(raw: Raw) -> _Value:
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and _ERROR_TEXT.fullmatch(raw):
        raise _Error
    if isinstance(raw, (bool, str)):
        return raw
    if isinstance(raw, (int, float)):
        return float(raw)
    raise _NotUnderstood


class _Parser:
    """Recursive descent over one formula; each method reads one kind of expression and returns its value."""

    def __init__(self, text: str, sheet: str | None, sheets: Workings) -> None:
        self._text = text
        self._at = 0
        self._sheet = sheet
        self._sheets = sheets

    def result(self) -> _Value:
        value = self._single(self._comparison())
        self._blanks()
        if self._at != len(self._text):
            raise _NotUnderstood
        return value

    # -- reading --

    def _blanks(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _take(self, signs: str) -> str | None:
        self._blanks()
        if self._at < len(self._text) and self._text[self._at] in signs:
            self._at += 1
            return self._text[self._at - 1]
        return None

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._blanks()
        if found := pattern.match(self._text, self._at):
            self._at = found.end()
        return found

    def _expect(self, sign: str) -> None:
        if self._take(sign) is None:
            raise _NotUnderstood

    # -- expressions --

    def _comparison(self) -> _Value | _Range:
        left = self._sum()
        if found := self._match(_COMPARISON):
            return _compare(found[0], self._single(left), self._single(self._sum()))
        return left

    def _sum(self) -> _Value | _Range:
        left: _Value | _Range = self._product()
        while sign := self._take("+-"):
            right = self._number(self._product())
            left = self._number(left) + (right if sign == "+" else -right)
        return left

    def _product(self) -> _Value | _Range:
        left: _Value | _Range = self._signed()
        while sign := self._take("*/"):
            right = self._number(self._signed())
            if sign == "/" and right == 0:
                raise _Error
            left = self._number(left) * right if sign == "*" else self._number(left) / right
        return left

    def _signed(self) -> _Value | _Range:
        if sign := self._take("+-"):
            number = self._number(self._signed())
            return -number if sign == "-" else number
        value = self._operand()
        while self._take("%"):
            value = self._number(value) / 100
        return value

    def _operand(self) -> _Value | _Range:
        if self._take("("):
            value = self._comparison()
            self._expect(")")
            return value
        if found := self._match(_REFERENCE):
            return self._reference(found)
        if found := self._match(_FUNCTION):
            return self._function(found[1].upper())
        if found := self._match(_NUMBER):
            return float(found[0])
        if found := self._match(_TEXT):
            return found[1].replace('""', '"')
        raise _NotUnderstood

    def _reference(self, found: re.Match[str]) -> _Range:
        sheet = found["sheet"]
        if found["sheet2"] is not None and found["sheet2"] != sheet:
            raise _NotUnderstood
        name = sheet[1:-1].replace("''", "'") if sheet and sheet.startswith("'") else sheet
        row, column = int(found["row"]) - 1, _column_index(found["column"])
        last_row, last_column = row, column
        if found["to_row"] is not None:
            last_row, last_column = int(found["to_row"]) - 1, _column_index(found["to_column"])
        rows, columns = sorted((row, last_row)), sorted((column, last_column))
        if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > _LARGEST_RANGE:
            raise _NotUnderstood
        return _Range(name if name is not None else self._sheet, rows[0], columns[0], rows[1], columns[1])

    # -- values --

    def _single(self, value: _Value | _Range) -> _Value:
        if not isinstance(value, _Range):
            return value
        if (value.top, value.left) != (value.bottom, value.right):
            raise _NotUnderstood
        return self._sheets.cell(value.sheet, value.top, value.left)

    def _number(self, value: _Value | _Range) -> float:
        value = self._single(value)
        if value is None:
            return 0.0
        if isinstance(value, str):
            # Programs differ in what they make of a text in a calculation.
            raise _NotUnderstood
        return float(value)

    # -- functions --

    def _function(self, name: str) -> _Value | _Range:
        match name:
            case "SUM":
                return math.fsum(self._all_terms())
            case "COUNT":
                return float(len(self._all_terms()))
            case "MAX":
                return max(self._all_terms(), default=0.0)
            case "MIN":
                return min(self._all_terms(), default=0.0)
            case "AVERAGE":
                terms = self._all_terms()
                if not terms:
                    raise _Error
                return math.fsum(terms) / len(terms)
            case "COUNTA" | "COUNTBLANK" | "COUNTIF":
                return float(self._how_many(name))
            case "ABS" | "INT":
                number = self._number(self._only_argument())
                return abs(number) if name == "ABS" else float(math.floor(number))
            case "ISNUMBER":
                return isinstance(self._only_argument(), float)
            case "TRUE" | "FALSE":
                self._expect(")")
                return name == "TRUE"
            case "ROUND":
                value, *places = self._arguments()
                if len(places) > 1:
                    raise _NotUnderstood
                return _rounded(self._number(value), int(self._number(places[0])) if places else 0)
            case "IF":
                return self._if()
            case "IFERROR":
                return self._if_error()
            case "SUMPRODUCT":
                return self._sum_of_products()
            case "SUMIF":
                return self._sum_if()
            case "N":
                # The number that a cell holds, 0 for a text or a blank.
                held = self._only_argument()
                return float(held) if isinstance(held, (float, bool)) else 0.0
            case "ISBLANK":
                return self._only_argument() is None
            case "NOT":
                return not self._truth(self._only_argument())
            case "OR":
                return any(self._truth(self._single(value)) for value in self._arguments())
            case "AND":
                return all(self._truth(self._single(value)) for value in self._arguments())
            case _:
                raise _NotUnderstood

    def _all_terms(self) -> list[float]:
        return [term for value in self._arguments() for term in self._terms(value)]

    def _how_many(self, name: str) -> int:
        """Cells of a range that hold something (an empty text, too), show nothing, or fulfil a condition."""
        judged, *conditions = self._arguments()
        held = self._held(judged)
        if name == "COUNTIF" and len(conditions) == 1:
            wanted = _CONDITION.fullmatch(str(self._single(conditions[0])))
            if wanted is None:
                raise _NotUnderstood
            limit = float(wanted[2])
            return sum(isinstance(each, float) and _compare(wanted[1] or "=", each, limit) for each in held)
        if conditions:
            raise _NotUnderstood
        if name == "COUNTBLANK":
            return sum(each is None or each == "" for each in held)
        return sum(each is not None for each in held)

    def _sum_of_products(self) -> float:
        """For ranges of the same shape; a text or a blank counts as 0, as in the programs."""
        columns = [self._held(value) for value in self._arguments()]
        if len({len(column) for column in columns}) != 1:
            raise _NotUnderstood
        return math.fsum(
            math.prod(held if isinstance(held, float) else 0.0 for held in row) for row in zip(*columns, strict=True)
        )

    def _sum_if(self) -> float:
        """`SUMIF(range, ">0", summed)`: the numbers of `summed` beside which the condition holds."""
        judged, condition, *summed = self._arguments()
        wanted = _CONDITION.fullmatch(str(self._single(condition)))
        held = self._held(judged)
        values = self._held(summed[0]) if summed else held
        if wanted is None or len(values) != len(held) or len(summed) > 1:
            raise _NotUnderstood
        return math.fsum(
            value
            for each, value in zip(held, values, strict=True)
            if isinstance(each, float)
            and isinstance(value, float)
            and _compare(wanted[1] or "=", each, float(wanted[2]))
        )

    def _held(self, value: _Value | _Range) -> list[_Value]:
        if not isinstance(value, _Range):
            raise _NotUnderstood
        return [self._sheets.cell(value.sheet, row, column) for row, column in value.cells()]

    def _only_argument(self) -> _Value:
        values = self._arguments()
        if len(values) != 1:
            raise _NotUnderstood
        return self._single(values[0])

    def _truth(self, value: _Value) -> bool:
        if isinstance(value, str):
            raise _NotUnderstood
        return bool(value)

    def _arguments(self) -> list[_Value | _Range]:
        values = [self._comparison()]
        while self._take(",;"):
            values.append(self._comparison())
        self._expect(")")
        return values

    def _terms(self, value: _Value | _Range) -> Iterator[float]:
        """What SUM adds up: only the numbers of a range, and the value of anything else."""
        if not isinstance(value, _Range):
            yield self._number(value)
            return
        for row, column in value.cells():
            held = self._sheets.cell(value.sheet, row, column)
            if isinstance(held, float):
                yield held
            elif isinstance(held, str) and held.strip() and any(map(str.isdigit, held)):
                # A figure typed as text is not added by any program, though its reader would: say so.
                raise _NotUnderstood

    def _if(self) -> _Value | _Range:
        condition = self._single(self._comparison())
        if isinstance(condition, str):
            raise _NotUnderstood
        self._branch_sign()
        chosen = self._branch(evaluate=bool(condition))
        other: _Value | _Range = False
        if self._take(",;"):
            other = self._branch(evaluate=not condition)
        self._expect(")")
        return chosen if condition else other

    def _if_error(self) -> _Value | _Range:
        start = self._at
        try:
            value: _Value | _Range = self._single(self._comparison())
            failed = False
        except _Error:
            failed = True
            value = None
            self._at = start
            self._skip()
        self._branch_sign()
        instead = self._branch(evaluate=failed)
        self._expect(")")
        return instead if failed else value

    def _branch_sign(self) -> None:
        if self._take(",;") is None:
            raise _NotUnderstood

    def _branch(self, *, evaluate: bool) -> _Value | _Range:
        """A branch that is not taken is passed over, so that its errors do not count."""
        self._blanks()
        if evaluate:
            return self._single(self._comparison())
        self._skip()
        return None

    def _skip(self) -> None:
        """To the end of the argument."""
        depth = 0
        while self._at < len(self._text):
            sign = self._text[self._at]
            if sign in ")," + ";" and depth == 0:
                return
            if sign in "\"'":
                end = self._text.find(sign, self._at + 1)
                if end < 0:
                    raise _NotUnderstood
                self._at = end
            depth += (sign == "(") - (sign == ")")
            self._at += 1
        raise _NotUnderstood


def _rounded(value: float, places: int) -> float:
    """Half away from zero and of fifteen digits, as spreadsheet programs round."""
    if abs(places) > 15:
        raise _NotUnderstood
    return float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def _compare(sign: str, left: _Value, right: _Value) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        if sign not in ("=", "<>"):
            raise _NotUnderstood
        same = (left or "") == (right or "") if not isinstance(left, float) and not isinstance(right, float) else False
        return same == (sign == "=")
    a, b = float(left or 0), float(right or 0)
    match sign:
        case "=":
            return a == b
        case "<>":
            return a != b
        case "<":
            return a < b
        case ">":
            return a > b
        case "<=":
            return a <= b
        case _:
            return a >= b
