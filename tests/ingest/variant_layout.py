"""A form's table on a page: its header as a tree of groups and columns, its rows, and what is true of each."""

import re
from dataclasses import dataclass, field
from datetime import date
from random import Random

from xlsxwriter.utility import xl_col_to_name

from tests.ingest.variant_figures import SECTIONS, CellFigures, Truth, total_of, typed
from tests.ingest.variant_spelling import respelt
from tests.ingest.variant_words import (
    GROUPS,
    KINDS,
    ORDER,
    OWN_WORDS,
    UNKNOWN_FIGURES,
    UNKNOWN_GROUPS,
    UNKNOWN_TEXTS,
    WORDS,
)
from tests.ingest.variant_write import Formula, Page

Content = str | int | float


@dataclass
class Column:
    """A column: its field (None when it belongs to none), the texts above it and what fills it otherwise."""

    text: str
    field: str | None
    fill: str = "figures"
    index: int = -1


@dataclass
class Group:
    """Neighbouring columns or groups under one text."""

    text: str
    children: list["Column | Group"]


Node = Column | Group


@dataclass(frozen=True)
class TrueLine:
    """A line as a person reads it."""

    row: int
    kind: str
    cell_name: str
    values: dict[str, Truth]


@dataclass
class TrueForm:
    """A form as a person reads it. `columns` hold letters."""

    form: str
    sheet: str
    columns: dict[str, str] = field(default_factory=dict)
    lines: list[TrueLine] = field(default_factory=list)


def columns_of(node: Node) -> list[Column]:
    if isinstance(node, Column):
        return [node]
    return [column for child in node.children for column in columns_of(child)]


def depth_of(node: Node) -> int:
    return 1 if isinstance(node, Column) else 1 + max(depth_of(child) for child in node.children)


class TableMaker:
    """Lays one form's table on a page, as the deviations say."""

    def __init__(self, rng: Random, deviations: set[str], form: str, page: Page, month: date) -> None:
        self.rng = rng
        self.deviations = deviations
        self.form = form
        self.month = month
        self.page = page
        self.truth = TrueForm(form, page.name)
        self._merged_nodes: dict[int, bool] = {}
        self._contents: dict[int, list[tuple[int, Content]]] = {}
        self.nodes = self._nodes()
        self.columns = [column for node in self.nodes for column in columns_of(node)]

    # -- the header's tree -------------------------------------------------------------------------------------

    def _wording(self, name: str) -> str:
        words = WORDS[self.form][name]
        if "header: own words" in self.deviations and name in OWN_WORDS and self.rng.random() < 0.4:
            choices = OWN_WORDS[name]
        elif "header: one row" in self.deviations:
            choices = words.alone
        elif "header: dotted" in self.deviations and self.rng.random() < 0.6:
            choices = words.dotted
        elif "header: abbreviated" in self.deviations and self.rng.random() < 0.8:
            choices = words.short
        elif "header: other words" in self.deviations:
            choices = words.plain
        else:
            choices = words.plain[:1]
        text = self.rng.choice(choices)
        if "header: with dates" in self.deviations:
            text = self._dated(name, text)
        if "header: other age signs" in self.deviations and name.startswith("age_"):
            text = re.sub(
                r"(\d\d) ?[-–] ?(\d\d)", self.rng.choice((r"\1 → \2", r"\1÷\2", r"\1 ÷ \2", r"\1 ~ \2")), text
            )
        return text

    def _dated(self, name: str, text: str) -> str:
        """The month, year or term that a clerk adds to a header."""
        number, year = self.month.month, self.month.year
        term_year = (year * 12 + number - 7) // 12
        start = term_year - term_year % 5
        match name:
            case "year_target" if "năm" in text.lower():
                return f"{text} {year}"
            case "admitted_ytd" if text.endswith("đầu năm"):
                return f"{text} {year}"
            case "admitted_ttd" if text.endswith("nhiệm kỳ"):
                return f"{text} {start}-{start + 5}"
            case "admitted" if text.endswith("tháng"):
                return f"{text} {number}/{year}"
            case "opening" | "closing" if text.endswith("tháng"):
                return self.rng.choice((f"{text} {number}", f"{text} {number:02d}/{year}"))
        return text

    def _kept(self) -> list[str]:
        names = [name for name in ORDER[self.form] if name != "note" or self.rng.random() < 0.7]
        if "columns: no number" in self.deviations:
            names.remove("ordinal")
        if "columns: missing" in self.deviations:
            for name in self.rng.sample([name for name in names if name not in ("ordinal", "cell_name")], 2):
                names.remove(name)
        return names

    def _nodes(self) -> list[Node]:
        kept = self._kept()
        groups = {name: group for group in GROUPS[self.form] for name in group.fields}
        made: dict[str, Group] = {}
        nodes: list[Node] = []
        for name in kept:
            column = Column(self._wording(name), name)
            group = groups.get(name)
            if group is None or "header: one row" in self.deviations:
                nodes.append(column)
            elif group.name in made:
                made[group.name].children.append(column)
            else:
                words = group.short if "header: abbreviated" in self.deviations else group.plain
                text = self.rng.choice(words if self._free_words else words[:1])
                if "header: with dates" in self.deviations and text.endswith("trong tháng"):
                    text = text.replace("trong tháng", f"trong tháng {self.month.month}")
                made[group.name] = Group(text, [column])
                nodes.append(made[group.name])
        nodes = self._nested(nodes, made)
        nodes = self._moved(nodes)
        nodes = self._added(nodes)
        if "header: one row" in self.deviations:
            nodes = [column for node in nodes for column in columns_of(node)]
        return nodes

    @property
    def _free_words(self) -> bool:
        return bool({"header: other words", "header: abbreviated", "header: dotted"} & self.deviations)

    def _nested(self, nodes: list[Node], made: dict[str, Group]) -> list[Node]:
        """Header of three rows: a wider group over some groups."""
        if "header: three rows" not in self.deviations:
            return nodes
        if self.form == "KN-1" and "month" in made and "of_which" in made:
            month, part = made["month"], made["of_which"]
            month.children.append(part)
            nodes.remove(part)
        if self.form == "KN-2" and "candidates" in made:
            whole = made["candidates"]
            parts = [column for column in columns_of(whole) if column.field != "candidates"]
            if parts and len(parts) < len(whole.children):
                whole.children = [whole.children[0], Group("Trong đó", list(parts))]
        if self.form == "KN-3" and "increase" in made and "decrease" in made:
            wide = Group(self.rng.choice(GROUPS["KN-3"][0].under), [made["increase"], made["decrease"]])
            nodes[nodes.index(made["increase"])] = wide
            nodes.remove(made["decrease"])
        return nodes

    def _moved(self, nodes: list[Node]) -> list[Node]:
        """The order of groups and within groups changed; number and name stay at the left."""
        if "columns: moved" not in self.deviations:
            return nodes
        first = [node for node in nodes if isinstance(node, Column) and node.field in ("ordinal", "cell_name")]
        rest = [node for node in nodes if node not in first]
        kinds = [node for node in rest if isinstance(node, Column) and node.field == "cell_type"]
        if kinds and self.rng.random() < 0.3:
            rest.remove(kinds[0])
            first.insert(len(first) - 1, kinds[0])
        self.rng.shuffle(rest)
        if "header: one row" not in self.deviations:
            for node in rest:
                # "Trong đó" says of what only when it follows its whole.
                if isinstance(node, Group) and all(isinstance(child, Column) for child in node.children):
                    self.rng.shuffle(node.children)
            self._part_after_whole(rest)
        return first + rest

    def _part_after_whole(self, nodes: list[Node]) -> None:
        parts = [node for node in nodes if isinstance(node, Group) and node.text == "Trong đó"]
        wholes = [
            node
            for node in nodes
            if any(column.field == "admitted" for column in columns_of(node)) and node not in parts
        ]
        if parts and wholes:
            nodes.remove(parts[0])
            nodes.insert(nodes.index(wholes[0]) + 1, parts[0])

    def _added(self, nodes: list[Node]) -> list[Node]:
        flat = "header: one row" in self.deviations
        if "columns: unknown text" in self.deviations:
            nodes.insert(self.rng.randint(2, len(nodes)), Column(self.rng.choice(UNKNOWN_TEXTS), None, "text"))
        if "columns: unknown figures" in self.deviations:
            nodes.insert(self.rng.randint(2, len(nodes)), Column(self.rng.choice(UNKNOWN_FIGURES), None))
        if "columns: unknown group" in self.deviations and not flat:
            text, below = self.rng.choice(UNKNOWN_GROUPS)
            nodes.append(Group(text, [Column(word, None) for word in below]))
        if "columns: spacer" in self.deviations:
            nodes.insert(self.rng.randint(2, len(nodes) - 1), Column("", None, "nothing"))
        if "columns: figures without header" in self.deviations:
            nodes.append(Column("", None))
        self._keep_parts_with_wholes(nodes)
        return nodes

    def _keep_parts_with_wholes(self, nodes: list[Node]) -> None:
        """An added column may not part `Trong đó` from what it belongs to."""
        if self.form == "KN-1" and "header: one row" not in self.deviations:
            self._part_after_whole(nodes)

    # -- the header on the page --------------------------------------------------------------------------------

    def header(self, top: int, left: int) -> int:
        """Write the header with its upper left corner there; the row below it is returned."""
        height = max(depth_of(node) for node in self.nodes)
        column = left
        for node in self.nodes:
            column = self._write_node(node, top, column, height)
        self.left, self.right = left, column - 1
        return top + height

    def _shown(self, text: str) -> str:
        if not hasattr(self, "_spelt"):
            self._spelt: dict[str, str] = {}
        if text not in self._spelt:
            self._spelt[text] = respelt(self.rng, self.deviations, text)
        return self._spelt[text]

    def _write_node(self, node: Node, top: int, left: int, height: int) -> int:
        merged = not {"header: not merged", "header: texts at the bottom"} & self.deviations
        if "header: half merged" in self.deviations:
            merged = self._merged_nodes.setdefault(id(node), self.rng.random() < 0.5)
        if isinstance(node, Column):
            node.index = left
            at_bottom = "header: texts at the bottom" in self.deviations and not merged
            row = top + height - 1 if at_bottom or (not merged and height < self._full_height()) else top
            if node.text:
                self.page.put(row, left, self._shown(node.text))
                if merged and height > 1:
                    self.page.merge(top, left, top + height - 1, left)
            return left + 1
        column = left
        for child in node.children:
            column = self._write_node(child, top + 1, column, height - 1)
        text = self._shown(node.text)
        self.page.put(top, left, text)
        if merged and "header: group repeated" not in self.deviations:
            self.page.merge(top, left, top, column - 1)
        elif "header: group repeated" in self.deviations:
            for other in range(left + 1, column):
                self.page.put(top, other, text)
        return column

    def _full_height(self) -> int:
        return max(depth_of(node) for node in self.nodes)

    def number_row(self, row: int) -> int:
        """A row of column numbers, when the clerk has one; the row below it is returned."""
        if "number row: none" in self.deviations:
            return row
        letters = "number row: A B 1 2" in self.deviations
        sums = "number row: 1=2+3" in self.deviations
        plain = "number row: 1 2 3" in self.deviations
        number = 0
        names = ["ordinal", "cell_name"] if letters else []
        for column in self.columns:
            if column.fill == "nothing":
                continue
            if column.field in names:
                self.page.put(row, column.index, "AB"[names.index(column.field)])
                continue
            number += 1
            if plain or letters:
                self.page.put(row, column.index, number)
            elif sums:
                said = f"{number}={number + 1}+{number + 2}" if column.field in ("admitted", "closing") else str(number)
                self.page.put(row, column.index, said)
            else:
                self.page.put(row, column.index, f"({number})")
        return row + 1

    # -- the rows ----------------------------------------------------------------------------------------------

    def table(self, top: int, left: int, cells: list[CellFigures]) -> int:
        """The whole table; the first row below it is returned."""
        row = self.header(top, left)
        if "header: blank row below" in self.deviations:
            row += 1
        row = self.number_row(row)
        self.truth.columns = {
            column.field: xl_col_to_name(column.index) for column in self.columns if column.field is not None
        }
        body = self._body(cells)
        page_break = len(body) // 2 if "rows: page break" in self.deviations else -1
        for position, (kind, label, number, figures) in enumerate(body):
            if position == page_break:
                row = self._page_break(row)
            if "rows: blank between" in self.deviations and position and self.rng.random() < 0.2:
                row += 1
            self._line(row, kind, label, number, figures)
            row += 1
        if "rows: numbered but empty" in self.deviations and self.columns[0].field == "ordinal":
            for number in range(3):
                self.page.put(row, self.columns[0].index, len(cells) + 1 + number)
                row += 1
        return row

    def _page_break(self, row: int) -> int:
        if self.rng.random() < 0.4:
            row += 1
        if "rows: page number" in self.deviations:
            self.page.put(row, self.left + len(self.columns) // 2, self.rng.choice(("Trang 2", "Trang 2/2", "- 2 -")))
            row += 1
        return self.number_row(self.header(row, self.left))

    def _body(self, cells: list[CellFigures]) -> list[tuple[str, str, str | int, dict[str, Truth] | None]]:
        lines: list[tuple[str, str, str | int, dict[str, Truth] | None]] = []
        form = self.form
        sectioned = bool(
            {"rows: sections", "rows: sections with sums", "rows: roman in the name", "rows: section across"}
            & self.deviations
        )
        if sectioned:
            half = max(1, len(cells) // 2)
            for position, part in enumerate((cells[:half], cells[half:])):
                if not part:
                    continue
                sums = "rows: sections with sums" in self.deviations
                figures = total_of(form, [cell.figures[form] for cell in part]) if sums else None
                lines.append(("section", SECTIONS[position], "I" * (position + 1), figures))
                lines += [("cell", c.name, n, c.figures[form]) for n, c in enumerate(part, start=1)]
        else:
            lines = [("cell", cell.name, n, cell.figures[form]) for n, cell in enumerate(cells, start=1)]
        if "total: none" in self.deviations:
            return lines
        label = self.rng.choice(("TỔNG CỘNG", "Tổng số", "Cộng", "Tổng cộng", "TỔNG SỐ", "CỘNG"))
        if "total: other words" in self.deviations:
            label = self.rng.choice(
                (
                    "TỔNG CỘNG:",
                    "Tổng cộng toàn Đảng bộ",
                    "Cộng toàn đảng bộ",
                    "TỔNG  CỘNG",
                    "Tổng cộng (I+II)",
                    "T. CỘNG",
                )
            )
        total = ("total", label, "", total_of(form, [cell.figures[form] for cell in cells]))
        return [total, *lines] if "total: above" in self.deviations else [*lines, total]

    def _line(self, row: int, kind: str, label: str, number: str | int, figures: dict[str, Truth] | None) -> None:
        by_field = {column.field: column.index for column in self.columns if column.field}
        number_column = by_field.get("ordinal")
        if kind == "section" and ("rows: roman in the name" in self.deviations or number_column is None):
            parting = self.rng.choice((". ", ". ", " - ", "/ ", ") "))
            label, number = f"{number}{parting}{label}", ""
        if kind == "section" and "rows: section across" in self.deviations:
            label = label if label[0] == "I" else f"{number}. {label}"
            self.page.put(row, self.left, label)
            self.page.merge(row, self.left, row, self.right)
        elif kind == "total" and "total: label merged left" in self.deviations and number_column is not None:
            self.page.put(row, number_column, label)
            self.page.merge(row, number_column, row, by_field["cell_name"])
        else:
            self.page.put(row, by_field["cell_name"], self._spaced(label))
            if number_column is not None:
                self.page.put(row, number_column, self._numbered(number))
        values = self._figures(row, kind, figures)
        if kind == "cell" and "cell_type" in by_field:
            self.page.put(row, by_field["cell_type"], self.rng.choice(("TDP", "Bản", "Trường học")))
        if kind == "cell" and "note" in by_field and self.rng.random() < 0.15:
            self.page.put(row, by_field["note"], self.rng.choice(("Mới thành lập", "Bí thư mới", "Đã có QĐ", "x")))
        self.truth.lines.append(TrueLine(row + 1, kind, " ".join(label.split()), values))

    def _spaced(self, label: str) -> str:
        if "names: odd spaces" not in self.deviations:
            return label
        first, _, rest = label.partition(" ")
        return self.rng.choice(
            (f"{label} ", f" {label}", f"{first}\u00a0{rest}", f"{first}  {rest}", f"{first}\n{rest}")
        )

    def _numbered(self, number: str | int) -> str | int:
        if isinstance(number, int) and "ordinals: text" in self.deviations:
            return f"{number:02d}" if number % 2 else f"{number}."
        return number

    def _figures(self, row: int, kind: str, figures: dict[str, Truth] | None) -> dict[str, Truth]:
        values: dict[str, Truth] = {name: None for name in ORDER[self.form] if KINDS.get(name) != "text"}
        for column in self.columns:
            if column.field in values and figures is not None:
                said = typed(self.rng, self.deviations, column.field, figures.get(column.field))
                self.page.put(row, column.index, self._formula(kind, column, said.content))
                if kind == "cell":
                    self._contents.setdefault(column.index, []).append((row, said.content))
                if said.as_percent:
                    self.page.percents.add((row, column.index))
                values[column.field] = said.truth
            elif column.field is None and column.fill == "figures" and kind != "section":
                self.page.put(row, column.index, self.rng.randint(0, 9))
            elif column.field is None and column.fill == "text" and kind == "cell":
                self.page.put(row, column.index, self.rng.choice(("Tốt", "Khá", "Hoàn thành tốt", "Trung bình")))
        return values

    def _formula(self, kind: str, column: Column, content: Content) -> Content | Formula:
        """A total below its rows as a formula, where the formula comes to the same."""
        wanted = {"total: formulas", "total: formulas not cached"} & self.deviations
        above = self._contents.get(column.index, [])
        if kind != "total" or not wanted or not above or not isinstance(content, int):
            return content
        if KINDS.get(column.field or "", "count") != "count" or any(not isinstance(value, int) for _, value in above):
            return content
        cells = ",".join(f"{xl_col_to_name(column.index)}{row + 1}" for row, _ in above)
        return Formula(f"=SUM({cells})", content, cached="total: formulas" in wanted)
