"""A table's rows as typed lines, with a problem for each cell that does not hold what its column asks for."""

from collections.abc import Iterator, Sequence

from ingest.container.workbook import Sheet
from ingest.model import FormReading, Line, Problem, Value
from ingest.monthly.headers import is_about_something_else
from ingest.monthly.identities import parts_and_wholes
from ingest.monthly.tables import Table
from ingest.problems import problem
from ingest.values.numbers import SMALL, Raw, Unreadable, looks_like_figure, shown
from ingest.values.parsers import Parser, parser_of
from ingest.values.text import address, clean, column_letter
from ingest.values.typed import as_typed
from reference.fields import field_of, fields_of, number_fields_of

#: What is said of a cell that does not hold what its column asks for, by the field's type.
UNREAD = {
    "count": "value_unread",
    "years": "number_unread",
    "decimal": "number_unread",
    "percent": "percent_unread",
    "flag": "flag_unread",
}

#: Rows with figures that are no lines, and what is said of them.
_NOT_READ = {"nameless": "row_without_name", "remark": "row_passed_over"}

#: The form whose main figure is that of the admissions.
_COUNTS_ADMISSIONS = "KN-1"

#: Headers are said to be contradicted when so many rows say so, and none bears them out.
_LEAST_CONTRADICTED = 3


def read_table(sheet: Sheet, table: Table) -> tuple[FormReading, list[Problem]]:
    """The form of `table` with its lines, and what was noticed on the way."""
    form = table.mapped.form
    columns = table.mapped.columns
    problems = header_problems(sheet, table)
    names = [field.name for field in number_fields_of(form)]
    figures: list[tuple[str, str, int, Parser]] = [
        (field.name, field.type, columns[field.name], parser_of(field.type, _values(sheet, table, columns[field.name])))
        for field in number_fields_of(form)
        if field.name in columns
    ]
    type_column, note_column = columns.get("cell_type"), columns.get("note")
    last = max((column for _, _, column, _ in figures), default=-1)
    blanks = [None] * (last + 1)
    lines: list[Line] = []
    section_line: int | None = None
    # Two columns of names are two tables side by side: nobody can say whose figures are whose.
    table_rows = () if "cell_name" in table.mapped.repeated else table.rows
    for table_row in table_rows:
        row = sheet.rows[table_row.row]
        if table_row.kind in _NOT_READ:
            problems.append(
                problem(
                    _NOT_READ[table_row.kind],
                    form=form,
                    sheet=sheet.name,
                    cell=address(table_row.row, columns.get("cell_name", 0)),
                    row=table_row.row + 1,
                    found=table_row.label or None,
                )
            )
            continue
        if (table_row.row, columns.get("cell_name")) in sheet.unsolved:
            problems.append(_text_problem("name_unsolved", form, sheet, table_row.row, columns["cell_name"]))
            continue
        values: dict[str, Value] = dict.fromkeys(names)
        typed: dict[str, str] = {}
        cells = row if len(row) > last else [*row, *blanks[len(row) :]]
        for name, kind, column, parse in figures:
            raw = cells[column]
            # Most cells are blank or small numbers of people; nothing more is to be said of them.
            if type(raw) is float:
                if kind == "count" and (number := SMALL.get(raw)) is not None:
                    values[name] = number
                    continue
            elif raw is None or raw == "":
                continue
            value = parse(raw)
            values[name] = value  # type: ignore[assignment]
            as_percent = kind == "percent" and (table_row.row, column) in sheet.percents
            text = as_typed(raw, value, as_percent=as_percent)
            if text is not None:
                typed[name] = text
            if value is None:
                continue
            if isinstance(value, Unreadable) and kind == "flag" and table_row.kind != "cell" and looks_like_figure(raw):
                # Of how many cells it is so, below yes and no.
                values[name] = None
            elif isinstance(value, Unreadable):
                problems.append(_cell_problem(UNREAD[kind], form, sheet, table_row.row, column, name, value.found))
                values[name] = None
            elif as_percent:
                # 1.85 shown as 185%; rounded, as the product carries noise of floating point.
                values[name] = round(100 * value, 6)
            elif value < 0:
                problems.append(_cell_problem("value_negative", form, sheet, table_row.row, column, name, str(value)))
        lines.append(
            Line(
                row=table_row.row + 1,
                kind=table_row.kind,
                section_line=section_line if table_row.kind == "cell" else None,
                cell_name=table_row.label,
                cell_type=text_at(sheet, table_row.row, type_column) if table_row.kind == "cell" else None,
                note=text_at(sheet, table_row.row, note_column),
                values=values,
                typed=typed,
            )
        )
        if table_row.kind == "section":
            section_line = len(lines)
        elif table_row.kind == "total":
            section_line = None
    read = {table_row.row for table_row in table_rows}
    problems += [
        _text_problem("text_unsolved", form, sheet, row, column)
        for row, column in sorted(sheet.unsolved)
        if row in read and column in (type_column, note_column)
    ]
    problems += figures_without_header(sheet, table)
    problems += sums_without_a_name(sheet, table)
    problems += _words_against_figures(sheet, table, lines)
    problems += _line_problems(form, sheet, table, lines)
    reading = FormReading(
        form=form,
        sheet=sheet.name,
        header_rows=tuple(range(table.header_first + 1, table.header_last + 2)),
        columns={field.name: column_letter(columns[field.name]) for field in fields_of(form) if field.name in columns},
        headers={field: table.header_texts[index] for field, index in columns.items()},
        unmapped={column_letter(index): text for index, text in table.mapped.unmapped.items()},
        lines=tuple(lines),
        may_hold_figures=frozenset(column_letter(index) for index in _with_figures(sheet, table)),
        inferred={column_letter(index): why for index, why in table.mapped.inferred.items()},
        suspected={column_letter(index): why for index, why in table.mapped.suspected.items()},
    )
    return reading, problems


def _values(sheet: Sheet, table: Table, column: int) -> Iterator[Raw]:
    return (row[column] for each in table.rows if column < len(row := sheet.rows[each.row]))


def _with_figures(sheet: Sheet, table: Table) -> set[int]:
    """The columns that are not understood under which figures stand, but for those whose header says that they are
    about another month or a comparison."""
    unknown = {index for index, text in table.mapped.unmapped.items() if not is_about_something_else(text)}
    found: set[int] = set()
    for table_row in table.rows if unknown else ():
        row = sheet.rows[table_row.row]
        found |= {index for index in unknown - found if index < len(row) and looks_like_figure(row[index])}
    return found


def text_at(sheet: Sheet, index: int, column: int | None) -> str | None:
    """The text in that row and column; None for a blank, what is no text, and a formula that could not be worked
    out."""
    row = sheet.rows[index]
    value = row[column] if column is not None and column < len(row) else None
    return clean(value) or None if isinstance(value, str) and (index, column) not in sheet.unsolved else None


def _text_problem(code: str, form: str, sheet: Sheet, row: int, column: int) -> Problem:
    found = shown(sheet.rows[row][column])
    return problem(code, form=form, sheet=sheet.name, cell=address(row, column), row=row + 1, found=found)


def _cell_problem(code: str, form: str, sheet: Sheet, row: int, column: int, field: str, found: str) -> Problem:
    return problem(code, form=form, sheet=sheet.name, cell=address(row, column), field=field, found=found)


def names_of(form: str, fields: str) -> str:
    """The names of these fields (parted by commas) as people meet them."""
    known = [field for each in fields.split(",") if (field := field_of(form, each)) is not None]
    return " / ".join(f"“{field.name_vi}”" for field in known) or fields


def header_problems(sheet: Sheet, table: Table) -> list[Problem]:
    """What is to be said of the table's columns: repeated, missing, doubtful, not understood."""
    form = table.mapped.form
    found = []
    for field in fields_of(form):
        is_repeated = field.name in table.mapped.repeated
        if field.name in table.mapped.columns and not is_repeated:
            continue
        title = f"{field.group_vi} / {field.header_vi}" if field.group_vi else field.header_vi
        if is_repeated:
            places = ", ".join(address(table.header_last, index) for index in table.mapped.repeated[field.name])
            found.append(
                problem(
                    "column_repeated",
                    form=form,
                    sheet=sheet.name,
                    field=field.name,
                    found=places,
                    expected=title,
                )
            )
        elif field.is_number or field.type == "date":
            found.append(problem("column_missing", form=form, sheet=sheet.name, field=field.name, expected=title))
    found += [
        problem(
            "group_unknown",
            form=form,
            sheet=sheet.name,
            cell=address(table.header_last, table.mapped.columns[name]),
            field=name,
            found=text,
        )
        for name, text in table.mapped.doubtful.items()
    ]
    found += [
        problem(
            "column_inferred",
            form=form,
            sheet=sheet.name,
            cell=address(table.header_last, index),
            field=why.field,
            found=table.header_texts[index],
            expected=names_of(form, why.field),
            evidence=why,
        )
        for index, why in table.mapped.inferred.items()
    ]
    found += [
        problem("column_unknown", form=form, sheet=sheet.name, cell=address(table.header_last, index), found=text)
        for index, text in table.mapped.unmapped.items()
        if index not in table.mapped.suspected
    ]
    found += [
        problem(
            "column_unknown",
            form=form,
            sheet=sheet.name,
            cell=address(table.header_last, index),
            found=table.header_texts[index],
            expected=names_of(form, why.field),
            sentence="column_uncertain",
            evidence=why,
        )
        for index, why in table.mapped.suspected.items()
    ]
    return found


def sums_without_a_name(sheet: Sheet, table: Table) -> list[Problem]:
    """The rows that were taken for a total or a section row by their sums."""
    return [
        problem(
            "row_taken_for_total" if row.kind == "total" else "row_taken_for_section",
            form=table.mapped.form,
            sheet=sheet.name,
            cell=address(row.row, table.mapped.columns.get("cell_name", 0)),
            row=row.row + 1,
            found=row.label,
        )
        for row in table.summed
    ]


def _words_against_figures(sheet: Sheet, table: Table, lines: Sequence[Line]) -> list[Problem]:
    """The columns whose headers the figures contradict in every row: read as their words say, and to be looked at."""
    form, columns = table.mapped.form, table.mapped.columns
    return [
        problem(
            "words_against_figures",
            form=form,
            sheet=sheet.name,
            cell=address(table.header_last, columns[part]),
            field=part,
            found=f"{table.header_texts[columns[part]]}”, “{table.header_texts[columns[whole]]}",
            expected=f"{names_of(form, part)} ≤ {names_of(form, whole)}",
            row=rows,
        )
        for part, whole in parts_and_wholes(form)
        if part in columns and whole in columns and (rows := _rows_against(lines, part, whole)) >= _LEAST_CONTRADICTED
    ]


def _rows_against(lines: Sequence[Line], part: str, whole: str) -> int:
    """In how many cells' rows the part is more than its whole; none when another row bears the words out."""
    against = 0
    for line in lines:
        one, other = line.values[part], line.values[whole]
        if line.kind == "cell" and one is not None and other is not None:
            if one > other:
                against += 1
            elif one and one < other:
                return 0
    return against


def figures_without_header(sheet: Sheet, table: Table) -> list[Problem]:
    """Figures in the table's rows under no header at all: nobody can say what they count."""
    known = set(table.header_texts)
    found: dict[int, int] = {}
    for table_row in table.rows:
        row = sheet.rows[table_row.row]
        if len(row) > len(known):
            for column, value in enumerate(row):
                if column not in known and column not in found and value != "" and looks_like_figure(value):
                    found[column] = table_row.row
    return [
        problem(
            "column_without_header",
            form=table.mapped.form,
            sheet=sheet.name,
            cell=address(row, column),
            found=shown(sheet.rows[row][column]),
        )
        for column, row in found.items()
    ]


def _line_problems(form: str, sheet: Sheet, table: Table, lines: list[Line]) -> list[Problem]:
    cells = [line for line in lines if line.kind == "cell"]
    if not cells:
        return [problem("no_lines", form=form, sheet=sheet.name)]
    is_one_repeated = len({line.cell_name.casefold() for line in cells}) < len(cells)
    name_column = table.mapped.columns.get("cell_name", 0)
    found = []
    column = table.mapped.columns.get("admitted") if form == _COUNTS_ADMISSIONS else None
    # What is typed there and cannot be read is a problem of its own.
    if column is not None and all(line.values["admitted"] is None and "admitted" not in line.typed for line in lines):
        place = address(cells[0].row - 1, column)
        found.append(problem("nothing_reported", form=form, sheet=sheet.name, cell=place, field="admitted"))
    seen: set[str] = set()
    for line in cells if is_one_repeated else ():
        name = line.cell_name.casefold()
        if name in seen:
            found.append(
                problem(
                    "cell_repeated",
                    form=form,
                    sheet=sheet.name,
                    cell=address(line.row - 1, name_column),
                    found=line.cell_name,
                )
            )
        seen.add(name)
    return found
