"""The sheet of training given in the month (form BD-1): where its table lies, and its classes as typed lines.

Its rows are classes and not cells, and a workbook is complete without it; headers are understood as on every form.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, lru_cache

from ingest.container.workbook import Sheet
from ingest.meaning.concepts import parses_as_written
from ingest.meaning.evidence import by_words, evidence
from ingest.meaning.header_text import header_key
from ingest.meaning.parts import meanings, meant_but_for_a_slip, meant_by
from ingest.model import FormReading, Line, Problem, Value
from ingest.monthly.blocks import block_around, figures_in, has_hits, words_without_figure
from ingest.monthly.header_texts import ColumnHeader, column_headers
from ingest.monthly.headers import (
    HeaderMap,
    field_matches,
    figure_columns,
    is_about_something_else,
    is_header_word,
    map_headers,
    map_to,
    words_of,
)
from ingest.monthly.lines import UNREAD, figures_without_header, header_problems, sums_without_a_name, text_at
from ingest.monthly.row_kinds import (
    ends_table,
    is_number_row,
    is_numbered,
    is_remark,
    is_section,
    is_total,
    numbers_the_columns,
    row_label,
)
from ingest.monthly.tables import Table, TableRow, continues
from ingest.plans.class_types import OTHER, class_type, class_type_but_for_a_slip, is_as_above
from ingest.problems import problem
from ingest.values.dates import day, looks_like_day
from ingest.values.numbers import Raw, Unreadable, count, decimal, is_blank, looks_like_figure, shown
from ingest.values.text import address, clean, column_letter, key
from ingest.values.typed import as_typed
from reference.fields import TRAINING_FORM, Field, fields_of, number_fields_of
from reference.figures import month_name

#: Columns that tell such a table from others; of these, this many must be understood.
_TELLING = ("class_type", "started_on", "days", "participants")
_COLUMNS = (*_TELLING, "participants_women", "participants_ethnic_minority")
_OF_NUMBERS = frozenset({"days", "participants", "participants_women", "participants_ethnic_minority"})
_TALLEST_HEADER = 4
#: No class for members or candidates lasts longer.
_MOST_DAYS = 31
_LEAST_COLUMNS = 3
#: A row of this many texts, this many of them header words of the telling columns, is worth a look.
_LEAST_TEXTS = 3
_LEAST_WORDS = 2
#: `Đến ngày`, `Kết thúc`, `Bế giảng`; `Từ ngày … đến ngày` has both days.
_LAST_DAY = re.compile(r"(?!.*\btu\b).*(?:\b(?:den|toi) ngay$|\bket thuc|\bbe (?:giang|mac))")
#: Where the classes are numbered, their kinds or days stand in the second column.
_NEXT_TO_ORDINALS = 1
_DIGIT = re.compile(r"\d")
#: Who attends a class, and nothing else.
_LEARNERS = re.compile(r"\b(?:hoc vien|hv|(?:nguoi|du) hoc)\b")
#: A row of this many header words begins another table.
_OTHER_HEADER = 4
_ROWS_TO_JUDGE_BY = 8
#: Parts of the participants, each no more than they are.
_PARTS = ("participants_women", "participants_ethnic_minority")


def find_training(sheet: Sheet) -> list[Table]:
    """Every table of classes on `sheet`, from top to bottom; its rows are of kind `class`, `section`, `total`,
    `nameless` (figures, but no class) or `remark`."""
    texts = sheet.texts_by_row
    asks_who_learns = any(map(_says_learners, sheet.different_texts))
    tables: list[Table] = []
    floor = 0
    for index in sorted(row for row, number in texts.items() if number >= _LEAST_TEXTS):
        if (
            index < floor
            or not (
                has_hits([sheet.rows[index]], _is_telling, _LEAST_WORDS)
                or (asks_who_learns and _asks_for_learners(sheet.rows[index : index + 2]))
                # A heading of one or two texts is not looked at by itself.
                or (
                    asks_who_learns
                    and texts[index - 1] < _LEAST_TEXTS
                    and _asks_for_learners(sheet.rows[max(index - 1, floor) : index + 1])
                )
            )
        ):
            continue
        if (table := _table_at(sheet, index, floor)) is None:
            continue
        floor = _last_row(table) + 1
        if tables and continues(tables[-1], table.mapped, table.header_first, sheet):
            tables[-1] = replace(tables[-1], rows=tables[-1].rows + table.rows)
        else:
            tables.append(table)
    return tables


def _asks_for_learners(rows: Sequence[Sequence[Raw]]) -> bool:
    """Whether headers that ask for nothing else of a class ask who learns there (`Số học viên`, `Nữ`, `DTTS`)."""
    learners = any(_says_learners(value) for value in rows[0] if type(value) is str and value)
    return learners and has_hits(rows, _is_word, _LEAST_COLUMNS)


@lru_cache(maxsize=8192)
def _says_learners(text: str) -> bool:
    return _LEARNERS.search(key(text)) is not None


@lru_cache(maxsize=8192)
def _is_telling(text: str) -> bool:
    """True for a header word of the columns that tell such a table from others."""
    if header_key(text) in words_of(TRAINING_FORM, *_TELLING):
        return True
    named = [parse.concepts for parse in parses_as_written(text)]
    if "(" not in text and not any(concepts <= all_of_one for concepts in named for all_of_one in _telling_concepts()):
        return False
    return bool(named) and bool(set(meant_by(TRAINING_FORM, (text,)).fields) & set(_TELLING))


@cache
def _telling_concepts() -> tuple[frozenset[str], ...]:
    """What the headers of each of the telling columns may name."""
    return tuple(meanings(TRAINING_FORM)[name].all_concepts for name in _TELLING)


def without_training(sheet: Sheet, tables: Sequence[Table]) -> Sheet:
    """`sheet` with the rows of these tables blank, for whoever looks for other tables or for a title on it.

    What stands below the last one is no title either; it is only kept where another form's header follows."""
    if not tables:
        return sheet
    rows = list(sheet.rows)
    for table in tables:
        for index in range(table.header_first, _last_row(table) + 1):
            rows[index] = [""] * len(rows[index])
    if not any(_begins_table(row) for row in rows[_last_row(tables[-1]) + 1 :]):
        rows = rows[: tables[-1].header_first]
    return replace(sheet, rows=rows)


def _last_row(table: Table) -> int:
    return table.rows[-1].row if table.rows else table.header_last


def _begins_table(row: Sequence[Raw]) -> bool:
    return has_hits([row], lambda text: _is_word(text) or is_header_word(text), _OTHER_HEADER)


def looks_unread(sheet: Sheet) -> bool:
    """True for a sheet that calls itself one of training and has figures; said when no table was found on it."""
    return key(sheet.name).startswith(("boi duong", "bd 1", "bd1")) and any(
        sum(1 for value in row if value != "" and looks_like_figure(value)) >= _LEAST_COLUMNS for row in sheet.rows
    )


@lru_cache(maxsize=8192)
def _is_word(text: str) -> bool:
    return bool(field_matches(TRAINING_FORM, (text,))) or bool(meant_by(TRAINING_FORM, (text,)).fields)


def _table_at(sheet: Sheet, anchor: int, floor: int) -> Table | None:
    name_column = _name_column(sheet.rows[anchor])
    first, last = block_around(sheet, anchor, floor, name_column if name_column is not None else 0, _is_word)
    tallest = min(first + _TALLEST_HEADER, len(sheet.rows))
    while last + 1 < tallest and _is_rest_of_header(sheet.rows[last + 1], sheet.rows[last]):
        last += 1
    headers = column_headers(sheet.rows, sheet.merges, first, last)
    shown = {header.index: header.shown for header in headers}
    below = _rows_below(sheet, last)
    mapped = _one_name_column(_mapped(headers, tuple(_ruled_out(below, headers).items())), shown)
    understood = sum(1 for field in _COLUMNS if field in mapped.columns)
    if understood < _LEAST_COLUMNS or _is_rather_monthly(headers, understood):
        return None
    mapped = _but_for_slips(below, _without_other_words(below, mapped, headers), headers)
    name_column = mapped.columns.get("class_type")
    if name_column is None:
        name_column = _words_below(below, mapped)
    rows = tuple(_table_rows(sheet, last + 1, mapped, name_column))
    return Table(first, last, mapped, headers, rows)


@lru_cache(maxsize=256)
def _mapped(headers: tuple[ColumnHeader, ...], ruled_out: tuple[tuple[int, frozenset[str]], ...]) -> HeaderMap:
    """Kept for the headers seen last: a commune's sheets look alike from month to month."""
    return map_to(TRAINING_FORM, headers, dict(ruled_out))


def _rows_below(sheet: Sheet, last: int) -> list[list[Raw]]:
    """The rows by which a column is judged, below a header's last one and the numbers of the columns."""
    below = sheet.rows[last + 1 : last + 1 + _ROWS_TO_JUDGE_BY]
    return [row for row in below if not numbers_the_columns(row, _NEXT_TO_ORDINALS)]


def _ruled_out(below: Sequence[Sequence[Raw]], headers: Sequence[ColumnHeader]) -> dict[int, frozenset[str]]:
    """By column, the fields that it cannot be: days, numbers and the names of classes are not one another, where days
    stand somewhere, no other column is their field's, and the last day is not the first."""
    width = max((len(row) for row in below), default=0)
    stand = [[row[column] for row in below if column < len(row)] for column in range(width)]
    days = [sum(map(looks_like_day, values)) for values in stand]
    numbers = [sum(isinstance(_days(value), int | float) for value in values) for values in stand]
    found: dict[int, frozenset[str]] = {}
    for column in range(width):
        if days[column] > numbers[column]:
            found[column] = _OF_NUMBERS | {"class_type"}
        elif numbers[column]:
            found[column] = frozenset({"class_type", "started_on"})
        elif _names_classes(below, column):
            found[column] = _OF_NUMBERS | {"started_on"}
        else:
            # Who called the roll is no number of learners.
            found[column] = _OF_NUMBERS if any(numbers) and _are_words(stand[column]) else frozenset()
            found[column] |= {"started_on"} if any(days) else set()
    for header in headers:
        if _LAST_DAY.match(key(" ".join(header.texts))):
            found[header.index] = found.get(header.index, frozenset()) | {"started_on"}
    return found


def _are_words(values: Sequence[Raw]) -> bool:
    """Whether words stand there, and nothing that may be meant as a number (`bốn`)."""
    filled = [value for value in values if not is_blank(value)]
    are_texts = all(type(value) is str and not _DIGIT.search(value) for value in filled)
    return are_texts and any(" " in clean(str(value)) for value in filled)


def _is_rest_of_header(row: Sequence[Raw], above: Sequence[Raw]) -> bool:
    """A row of nothing but words, none of which is a class: the header is broken over rows. There are several, or
    each stands below another word."""
    filled = [value for value in row if not is_blank(value)]
    goes_on = all(
        column < len(above) and words_without_figure([above[column]])
        for column, value in enumerate(row)
        if not is_blank(value)
    )
    return (
        len(filled) >= (_LEAST_WORDS if goes_on else _LEAST_COLUMNS)
        and words_without_figure(row) == len(filled)
        and not numbers_the_columns(row, _NEXT_TO_ORDINALS)
        and not any(class_type(str(value)) for value in filled)
    )


def _is_rather_monthly(headers: tuple[ColumnHeader, ...], understood: int) -> bool:
    """Whether more of the header is understood as a monthly form's: candidates attend classes, too."""
    monthly = map_headers(headers)
    return monthly is not None and figure_columns(monthly) > understood


def _name_column(row: Sequence[Raw]) -> int | None:
    """Where the row of header words asks for the class."""
    for column, value in enumerate(row):
        if isinstance(value, str) and value:
            found = field_matches(TRAINING_FORM, (value,))
            if len(found) == 1 and found[0].field.name == "class_type":
                return column
    return None


def _one_name_column(mapped: HeaderMap, texts: dict[int, str]) -> HeaderMap:
    """Of two columns about the class (`Loại lớp`, `Tên lớp`) the one that asks for its type, else the first."""
    claimed = mapped.repeated.get("class_type")
    if claimed is None:
        return mapped
    chosen = next((index for index in claimed if key(texts[index]).startswith("loai")), claimed[0])
    unmapped = mapped.unmapped | {index: texts[index] for index in claimed if index != chosen}
    repeated = {field: places for field, places in mapped.repeated.items() if field != "class_type"}
    return replace(
        mapped,
        columns=mapped.columns | {"class_type": chosen},
        unmapped=dict(sorted(unmapped.items())),
        repeated=repeated,
    )


def _without_other_words(
    below: Sequence[Sequence[Raw]], mapped: HeaderMap, headers: Sequence[ColumnHeader]
) -> HeaderMap:
    """`mapped` without a column of classes that names none (`Nội dung` over remarks) where one that is not understood
    does; that one is read where its words ask for classes, too (`Loại lớp BD`)."""
    column = mapped.columns.get("class_type", -1)
    if column >= 0 and _names_classes(below, column):
        return mapped
    naming = [other for other in mapped.unmapped if _names_classes(below, other)]
    if column < 0:
        return _with_the_classes_named(mapped, naming)
    if not naming:
        return mapped
    said = {header.index: meant_by(TRAINING_FORM, header.said).fields for header in headers}
    asked = [other for other in naming if "class_type" in said[other]]
    mapped = mapped.without(column, next(header.shown for header in headers if header.index == column))
    return mapped.with_inferred(asked[0], by_words("class_type")) if len(asked) == 1 else mapped


def _but_for_slips(below: Sequence[Sequence[Raw]], mapped: HeaderMap, headers: Sequence[ColumnHeader]) -> HeaderMap:
    """`mapped` with the columns that ask for the first day or for how many there were but for a slip (`Khi giảng ngày`,
    `Số này học`), where such values stand below and no other column does."""
    kinds = {"started_on": _stand_days, "days": _stand_few}
    for name, stand in kinds.items():
        if name in mapped.columns or name in mapped.repeated:
            continue
        asked = [
            header.index
            for header in headers
            if header.index in mapped.unmapped
            and (meant := meant_but_for_a_slip(TRAINING_FORM, header.said)) is not None
            and meant.fields == (name,)
        ]
        if len(asked) == 1 and stand(_filled(below, asked[0])):
            mapped = mapped.with_inferred(asked[0], evidence(name, "evidence_type"))
    return mapped


def _filled(below: Sequence[Sequence[Raw]], column: int) -> list[Raw]:
    return [row[column] for row in below if column < len(row) and not is_blank(row[column])]


def _stand_days(values: Sequence[Raw]) -> bool:
    return any(map(looks_like_day, values))


def _stand_few(values: Sequence[Raw]) -> bool:
    """Whether numbers stand there that may be those of a class's days."""
    numbers = [number for value in values if isinstance(number := _days(value), int | float)]
    return bool(numbers) and max(numbers) <= _MOST_DAYS


def _with_the_classes_named(mapped: HeaderMap, naming: Sequence[int]) -> HeaderMap:
    """`mapped` with the one column below which classes are named, where none is read for them (`Loi lớp`, or several
    that may be)."""
    (column, *others) = naming or (-1,)
    if column < 0 or others or is_about_something_else(mapped.unmapped[column]):
        return mapped
    return mapped.with_inferred(column, evidence("class_type", "evidence_type"))


def _names_classes(below: Sequence[Sequence[Raw]], column: int) -> bool:
    """Whether the words below name a class: beside figures, where nobody signs as `BÍ THƯ`."""
    return any(
        column < len(row) and type(text := row[column]) is str and class_type(text) and figures_in(row) for row in below
    )


def _words_below(below: Sequence[Sequence[Raw]], mapped: HeaderMap) -> int:
    """Where the class is asked for in words that nobody knows: the leftmost column of words below, first of those that
    name classes."""
    known = set(mapped.columns.values())
    naming = sorted(column for column in mapped.unmapped if _names_classes(below, column))
    if naming:
        return naming[0]
    for column in range(max((len(row) for row in below), default=0)):
        words = sum(
            1
            for row in below
            if column < len(row) and isinstance(row[column], str) and any(map(str.isalpha, str(row[column])))
        )
        if column not in known and words:
            return column
    return 0


def _table_rows(sheet: Sheet, start: int, mapped: HeaderMap, name_column: int) -> Iterable[TableRow]:
    ordinal_column = mapped.columns.get("ordinal", -1)
    words = {name_column, ordinal_column, mapped.columns.get("note", -1)}
    filled_columns = [column for column in mapped.columns.values() if column not in words]
    figure_columns = [mapped.columns[field.name] for field in _figures() if field.name in mapped.columns]
    day_column = mapped.columns.get("started_on", -1)
    ordinals = [_at(row, ordinal_column) for row in sheet.rows[start:]]
    numbered = any(map(is_numbered, ordinals))
    begun = closed = False
    for index in range(start, len(sheet.rows)):
        row = sheet.rows[index]
        if not begun and (is_number_row(row, name_column) or numbers_the_columns(row, _NEXT_TO_ORDINALS)):
            continue
        label = row_label(row, name_column, ordinal_column, min(filled_columns))
        ordinal = ordinals[index - start]
        has_figures = any(column < len(row) and looks_like_figure(row[column]) for column in figure_columns)
        if not has_figures and not is_numbered(ordinal) and ends_table(row, label):
            return
        if not has_figures and _begins_table(row):
            return
        if begun and not has_figures and not label and _is_header(row, filled_columns):
            return
        filled = any(column < len(row) and not is_blank(row[column]) for column in filled_columns)
        name = label or _merged_label(sheet, index, name_column)
        is_of_no_class = bool(name) and not _at(row, day_column) and class_type(name) is None
        if is_total(label) or any(type(value) is str and is_total(value) for value in row[: min(filled_columns) + 1]):
            kind = "total"
        elif is_section(label, ordinal) and (numbered or not filled) and not _at(row, day_column):
            kind = "section"
        elif not filled:
            continue
        elif not is_numbered(ordinal) and (is_remark(label) or closed or (numbered and is_of_no_class)):
            # Below numbered classes, what has no number, no day and no kind may be their sum.
            kind = "remark"
        elif not name and not is_numbered(ordinal) and not _DIGIT.search(_at(row, day_column)):
            # `So sánh với năm trước`, where days stand, is no day.
            kind = "nameless"
        else:
            kind = "class"
        begun = begun or kind == "class"
        closed = closed or (kind == "total" and begun)
        yield TableRow(index, kind, name)


def _is_header(row: Sequence[Raw], columns: Sequence[int]) -> bool:
    """Another table's header where the classes have their figures: several words, and one of them a header's."""
    filled = [row[column] for column in columns if column < len(row) and not is_blank(row[column])]
    are_words = words_without_figure(filled) == len(filled) > 1
    return are_words and has_hits([filled], _is_word, 1)


def _at(row: Sequence[Raw], column: int) -> str:
    return shown(row[column]) if 0 <= column < len(row) else ""


def _merged_label(sheet: Sheet, row: int, column: int) -> str:
    """The class that is written once over several rows."""
    for top, left, bottom, right in sheet.merges:
        if top <= row <= bottom and left <= column <= right:
            value = sheet.rows[top][left]
            return clean(value) if isinstance(value, str) else ""
    return ""


def read_training(sheet: Sheet, table: Table, month: date | None = None) -> tuple[FormReading, list[Problem]]:
    """The form of `table` with its classes and total, and what was noticed on the way. `month`: the report's."""
    columns = table.mapped.columns
    problems = header_problems(sheet, table)
    lines: list[Line] = []
    section: str | None = None
    meant: str | None = None
    for table_row in table.rows:
        if table_row.kind in _NOT_READ:
            problems.append(_row_problem(_NOT_READ[table_row.kind], sheet, table, table_row))
            continue
        if table_row.kind == "section":
            section, meant = table_row.label, None
            continue
        cells = _cells(sheet, table, table_row, month)
        problems += cells.problems
        texts: dict[str, str | None] = {"class_type": None, "started_on": cells.started_on}
        if table_row.kind == "class":
            if not is_as_above(table_row.label):
                meant = class_type_but_for_a_slip(table_row.label) or (class_type(section) if section else None)
            if meant is None:
                problems.append(_row_problem("class_type_unknown", sheet, table, table_row))
            texts["class_type"] = meant or OTHER
        lines.append(
            Line(
                row=table_row.row + 1,
                kind=table_row.kind,
                section_line=None,
                cell_name=table_row.label,
                cell_type=None,
                note=text_at(sheet, table_row.row, columns.get("note")),
                values=cells.values,
                texts=texts,
                typed=cells.typed,
            )
        )
    problems += figures_without_header(sheet, table)
    problems += sums_without_a_name(sheet, table)
    problems += _total_problems(sheet, table, lines)
    reading = FormReading(
        form=TRAINING_FORM,
        sheet=sheet.name,
        header_rows=tuple(range(table.header_first + 1, table.header_last + 2)),
        columns={
            field.name: column_letter(columns[field.name])
            for field in fields_of(TRAINING_FORM)
            if field.name in columns
        },
        headers={field: table.header_texts[index] for field, index in columns.items()},
        unmapped={column_letter(index): text for index, text in table.mapped.unmapped.items()},
        lines=tuple(lines),
        inferred={column_letter(index): why for index, why in table.mapped.inferred.items()},
        suspected={column_letter(index): why for index, why in table.mapped.suspected.items()},
    )
    return reading, problems


#: Rows with figures that are no classes, and what is said of them.
_NOT_READ = {"nameless": "row_without_class", "remark": "class_row_passed_over"}


def _row_problem(code: str, sheet: Sheet, table: Table, row: TableRow) -> Problem:
    return problem(
        code,
        form=TRAINING_FORM,
        sheet=sheet.name,
        cell=address(row.row, table.mapped.columns.get("class_type", 0)),
        row=row.row + 1,
        found=row.label or None,
    )


def _figures() -> tuple[Field, ...]:
    return number_fields_of(TRAINING_FORM)


def _days(raw: Raw) -> int | float | Unreadable | None:
    """`3`, `1,5`, `3 ngày`."""
    if isinstance(raw, str) and key(raw).endswith(" ngay"):
        raw = clean(raw).rsplit(" ", 1)[0]
    return decimal(raw)


_PARSERS: dict[str, Callable[[Raw], int | float | Unreadable | None]] = {"decimal": _days, "count": count}


@dataclass(frozen=True)
class _Cells:
    """What a row's cells hold, the day as `2020-06-05`. A cell that cannot be read is None and a problem."""

    started_on: str | None
    values: dict[str, Value]
    typed: dict[str, str]
    problems: list[Problem]


def _cells(sheet: Sheet, table: Table, table_row: TableRow, month: date | None) -> _Cells:
    row, columns = sheet.rows[table_row.row], table.mapped.columns
    values: dict[str, Value] = {}
    problems: list[Problem] = []

    def raw(field: str) -> Raw:
        column = columns.get(field, -1)
        return row[column] if 0 <= column < len(row) else None

    def say(code: str, field: str, found: str, expected: str | None = None) -> None:
        cell = address(table_row.row, columns[field])
        problems.append(
            problem(code, form=TRAINING_FORM, sheet=sheet.name, cell=cell, field=field, found=found, expected=expected)
        )

    # Under its column a total may say anything, such as how many classes there were.
    started_on = day(raw("started_on"), month) if table_row.kind == "class" else None
    is_plain = isinstance(raw("started_on"), date) and isinstance(started_on, date)
    typed = {"started_on": None if is_plain else as_typed(raw("started_on"), started_on)}
    if isinstance(started_on, Unreadable):
        say("date_unread", "started_on", started_on.found)
        started_on = None
    for field in _figures():
        value = _PARSERS[field.type](raw(field.name))
        typed[field.name] = as_typed(raw(field.name), value)
        if isinstance(value, Unreadable):
            say(UNREAD[field.type], field.name, value.found)
            value = None
        elif value is not None and value < 0:
            say("value_negative", field.name, str(value))
        values[field.name] = value
    whole = values["participants"]
    for part in _PARTS:
        figure = values[part]
        if figure is not None and whole is not None and figure > whole:
            say("part_of_class_too_large", part, str(figure), f"≤ {whole}")
    kept = {name: text for name, text in typed.items() if text is not None}
    return _Cells(started_on.isoformat() if started_on else None, values, kept, problems)


def _total_problems(sheet: Sheet, table: Table, lines: Sequence[Line]) -> list[Problem]:
    """Figures of the total row that are not the sum of the classes; where one is not known, nothing is said."""
    classes = [line for line in lines if line.kind == "class"]
    found = []
    for total in (line for line in lines if line.kind == "total"):
        for field in _figures():
            told = total.values[field.name]
            parts = [part for line in classes if (part := line.values[field.name]) is not None]
            if told is None or len(parts) < len(classes):
                continue
            added = sum(parts)
            if added != told:
                found.append(
                    problem(
                        "class_total_differs",
                        form=TRAINING_FORM,
                        sheet=sheet.name,
                        cell=address(total.row - 1, table.mapped.columns[field.name]),
                        field=field.name,
                        found=f"{told:g}",
                        expected=f"{added:g}",
                    )
                )
    return found


def classes_outside(reading: FormReading, month: date) -> list[Problem]:
    """Classes that neither began in the month of the report nor went on into it."""
    found = []
    for line in reading.lines:
        written = line.texts.get("started_on")
        if line.kind != "class" or written is None:
            continue
        began = date.fromisoformat(written)
        days = line.values.get("days")
        ended = began + timedelta(days=min(max(int(days or 1), 1), _LONGEST_CLASS) - 1)
        if not (began.year, began.month) <= (month.year, month.month) <= (ended.year, ended.month):
            found.append(
                problem(
                    "class_outside_month",
                    form=TRAINING_FORM,
                    sheet=reading.sheet,
                    cell=f"{reading.columns['started_on']}{line.row}",
                    field="started_on",
                    found=f"{began:%d/%m/%Y}",
                    expected=month_name(month, "vi"),
                )
            )
    return found


#: Classes last some days; a larger number is a slip.
_LONGEST_CLASS = 62
