"""The month's summary as a workbook: its tables with figures to calculate with, and the chart as the program's own."""

from collections.abc import Mapping, Sequence
from datetime import date

import xlsxwriter

from outbox.offices import Sender
from outbox.summary.content import AttainmentRow, Content, HeldBackText
from outbox.words import words
from reference.sheet_layout import STYLES, CellValue, Pen, formats_of, pen_for, workbook_bytes

_STYLES: Mapping[str, Mapping[str, object]] = {
    **STYLES,
    "share": {"align": "center", "border": 1, "num_format": "0.00%"},
    "bold share": {"align": "center", "border": 1, "num_format": "0.00%", "bold": True},
    "gap": {"align": "center", "border": 1, "num_format": "+0.0;-0.0;0.0"},
    "bold gap": {"align": "center", "border": 1, "num_format": "+0.0;-0.0;0.0", "bold": True},
    "reason": {"border": 1, "text_wrap": True, "valign": "top"},
    "sentence": {"text_wrap": True, "valign": "top"},
}
#: Key in words.csv, width and style of each column of the first sheet.
_ATTAINMENT = (
    ("head_rank", 6, "centred"),
    ("head_unit", 30, "text"),
    ("head_month", 10, "count"),
    ("head_year", 10, "count"),
    ("head_year_target", 10, "count"),
    ("head_year_share", 12, "share"),
    ("head_term", 14, "count"),
    ("head_term_target", 14, "count"),
    ("head_term_share", 14, "share"),
    ("head_expected", 12, "decimal"),
    ("head_expected_share", 14, "share"),
    ("head_gap", 12, "gap"),
)
_NAME, _SHARE, _LINE = 1, 8, 10
_HEADER_ROW = 4
#: Points of a line of text, and the letters that go into it across the sheet.
_LINE_HEIGHT, _LINE_LETTERS = 17, 170
#: Pixels of a commune in the chart, of what stands around them, of the chart's height and of a row.
_BAR, _AROUND, _CHART_HEIGHT, _ROW_HEIGHT = 52, 150, 400, 20


def summary_workbook(content: Content, sender: Sender, made_on: date) -> bytes:
    """The workbook's bytes (.xlsx)."""

    def write(workbook: xlsxwriter.Workbook) -> None:
        formats = formats_of(workbook, _STYLES)
        name = words("sheet_attainment")
        _write_attainment(workbook, pen_for(workbook, name, formats), name, content, sender)
        _write_reporting(pen_for(workbook, words("sheet_reporting"), formats), content)
        _write_held_back(pen_for(workbook, words("sheet_held_back"), formats), content)

    title = f"{words('summary_title').capitalize()} {words('summary_subject', month=content.month)}"
    return workbook_bytes(title, sender.commission, made_on, write)


def _write_attainment(workbook: xlsxwriter.Workbook, pen: Pen, name: str, content: Content, sender: Sender) -> None:
    last = len(_ATTAINMENT) - 1
    pen.across(0, 0, _NAME, sender.heading[0], "office")
    pen.across(1, 0, _NAME, sender.heading[1], "commune")
    pen.across(2, 0, last, words("table_attainment", month=content.month).upper(), "title")
    pen.sheet.set_row(_HEADER_ROW, 48)
    for column, (key, width, _) in enumerate(_ATTAINMENT):
        pen.write(_HEADER_ROW, column, words(key), "header")
        pen.sheet.set_column(column, column, width)
    for row, line in enumerate(content.attainment, start=_HEADER_ROW + 1):
        _write_line(pen, row, line)
    below = _HEADER_ROW + len(content.attainment) + 2
    if any(line.figures.term_attainment is not None for line in content.attainment):
        pen.sheet.insert_chart(below, 0, _chart(workbook, name, content))
        below += _CHART_HEIGHT // _ROW_HEIGHT + 2
    _write_sentences(pen, below, last, (*content.notes, *content.result))
    _set_up(pen, frozen=_HEADER_ROW + 1)


def _write_line(pen: Pen, row: int, line: AttainmentRow) -> None:
    figures = line.figures
    values: tuple[CellValue, ...] = (
        line.rank,
        line.name + ("*" if figures.admitted_before else ""),
        figures.admitted,
        figures.admitted_ytd,
        figures.year_target,
        figures.year_attainment,
        figures.admitted_ttd,
        figures.term_target,
        figures.term_attainment,
        figures.expected_by_now,
        line.expected_share,
        figures.gap,
    )
    weight = "" if figures.code else "bold "
    for column, (value, (_, _, style)) in enumerate(zip(values, _ATTAINMENT, strict=True)):
        # What is not known is no blank to be filled in.
        pen.write(row, column, "–" if value is None and column else value, f"{weight}{style}")


def _chart(workbook: xlsxwriter.Workbook, sheet: str, content: Content) -> object:
    """Columns of attainment, and the straight line as marks without a line between them."""
    first, last = _HEADER_ROW + 1, _HEADER_ROW + len(content.attainment)
    names = [sheet, first, _NAME, last, _NAME]
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": words("chart_attained"),
            "categories": names,
            "values": [sheet, first, _SHARE, last, _SHARE],
            "fill": {"color": "#4472A8"},
            "gap": 60,
            "data_labels": {"value": True, "num_format": "0.0%"},
        }
    )
    line = workbook.add_chart({"type": "line"})
    line.add_series(
        {
            "name": words("chart_line"),
            "categories": names,
            "values": [sheet, first, _LINE, last, _LINE],
            "line": {"none": True},
            "marker": {
                "type": "long_dash",
                "size": 14,
                "fill": {"color": "#C00000"},
                "border": {"color": "#C00000"},
            },
        }
    )
    chart.combine(line)
    chart.set_title({"name": words("chart_title", month=content.month), "name_font": {"size": 12}})
    chart.set_y_axis({"num_format": "0%", "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": max(900, _BAR * len(content.attainment) + _AROUND), "height": _CHART_HEIGHT})
    return chart


def _write_reporting(pen: Pen, content: Content) -> None:
    columns = (
        ("head_rank", 6.0),
        ("head_unit", 34.0),
        ("head_received", 16.0),
        ("head_on_time", 12.0),
        ("head_version", 8.0),
        ("head_status", 20.0),
    )
    rows = [
        (number, row.name, row.received, row.on_time, row.version, row.status)
        for number, row in enumerate(content.reporting_rows, start=1)
    ]
    _write_table(pen, words("table_reporting", month=content.month), columns, rows)
    _write_sentences(pen, _HEADER_ROW + len(rows) + 2, len(columns) - 1, content.reporting)


def _write_sentences(pen: Pen, row: int, last: int, sentences: Sequence[str]) -> None:
    """Sentences below a table, from `row` on, across its columns."""
    for below, text in enumerate(sentences, start=row):
        pen.across(below, 0, last, text, "sentence")
        pen.sheet.set_row(below, _LINE_HEIGHT * (1 + len(text) // _LINE_LETTERS))


def _write_held_back(pen: Pen, content: Content) -> None:
    columns = (("head_rank", 6.0), ("head_unit", 30.0), ("head_held_admitted", 18.0), ("head_reason", 110.0))
    rows = [
        (number, held.name, held.admitted, "\n".join(held.sentences))
        for number, held in enumerate(content.held_back, start=1)
    ]
    _write_table(pen, words("table_held_back", month=content.month), columns, rows)
    for row, held in enumerate(content.held_back, start=_HEADER_ROW + 1):
        pen.sheet.set_row(row, _LINE_HEIGHT * _lines_of(held))
    sentences = (content.held_back_intro, *content.held_back_effect)
    _write_sentences(pen, _HEADER_ROW + len(rows) + 2, len(columns) - 1, sentences)


def _lines_of(held: HeldBackText) -> int:
    """How many lines its reasons take in their column."""
    return sum(1 + len(sentence) // 105 for sentence in held.sentences)


def _write_table(
    pen: Pen, title: str, columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[CellValue]]
) -> None:
    pen.across(2, 0, len(columns) - 1, title.upper(), "title")
    pen.sheet.set_row(_HEADER_ROW, 2 * _LINE_HEIGHT)
    for column, (key, width) in enumerate(columns):
        pen.write(_HEADER_ROW, column, words(key), "header")
        pen.sheet.set_column(column, column, width)
    for row, values in enumerate(rows, start=_HEADER_ROW + 1):
        for column, value in enumerate(values):
            key = columns[column][0]
            pen.write(row, column, value, {"head_unit": "text", "head_reason": "reason"}.get(key, "centred"))
    _set_up(pen, frozen=_HEADER_ROW + 1)


def _set_up(pen: Pen, frozen: int) -> None:
    pen.sheet.freeze_panes(frozen, 0)
    pen.sheet.set_landscape()
    pen.sheet.set_paper(9)
    pen.sheet.fit_to_pages(1, 0)
    pen.sheet.repeat_rows(frozen - 1)
    pen.sheet.hide_gridlines(2)
