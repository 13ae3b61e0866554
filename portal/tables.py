"""A table of a page: sorted, filtered and paged by the store; all of it as CSV or Excel at the page's address.

A page describes it once (`TableOf`): the rows as a statement, the columns that people see. `fetched` answers with a
page of rows as the address asks for it (`?sort=-admitted&q=phong&page=2`), `as_file` with all of them.
"""

import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import duckdb

from outbox.table_file import write_csv, write_file
from warehouse.query import Answer

#: What a cell holds, and so how it is written and to which side it stands.
KINDS = ("text", "count", "figure", "share", "day", "instant", "month", "yes_no")
_NUMBERS = frozenset({"count", "figure", "share"})
ROWS = 50
_BATCH = 10_000
#: A text of the store without accents, in small letters; `đ` is none to DuckDB.
PLAIN = "replace(strip_accents(lower(CAST({} AS VARCHAR))), 'đ', 'd')"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its name in the statement, the key of its title, what it holds, and where a cell leads to (`link`: the
    address, or None). `shown` gives what is written instead of the value (a text that is already in the language)."""

    name: str
    title: str
    kind: str = "text"
    link: Callable[[Row], str | None] | None = None
    shown: Callable[[Row], str] | None = None
    #: Classes of the cell's style sheet, by what stands in the row.
    style: Callable[[Row], str] | None = None
    is_searched: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in _NUMBERS


@dataclass(frozen=True)
class TableOf:
    """What a table is made of: a SELECT with values, its columns, the order where nobody asks for another (SQL)."""

    name: str
    sql: str
    columns: Sequence[Column]
    order: str
    values: Mapping[str, object] = field(default_factory=dict)
    #: Rows that are shown at once; None for all.
    rows_a_page: int | None = ROWS
    #: A shorter statement that has as many rows, where nothing is searched for.
    counted: str = ""


def table_of(
    name: str, columns: Sequence[Column], rows: Mapping[str, Sequence[object]], types: Mapping[str, str]
) -> TableOf:
    """A table of what a page has at hand, in its order: the values of each column, and the types (SQL) of those that
    are no texts."""
    places = range(max((len(each) for each in rows.values()), default=0))
    values: dict[str, object] = {"place": list(places), **{column: list(each) for column, each in rows.items()}}
    known = {"place": "INTEGER", **types}
    selected = ", ".join(f"unnest(CAST(${each} AS {known.get(each, 'VARCHAR')}[])) AS {each}" for each in values)
    return TableOf(name, f"SELECT {selected}", columns, "place", values)


@dataclass(frozen=True)
class Asked:
    """What the address says about a table."""

    sort: str = ""
    search: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        number = query.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        return cls(query.get("sort", ""), query.get("q", "").strip()[:100], max(1, page))


@dataclass(frozen=True)
class Table:
    """A page of rows, how many there are, and how they are sorted (`-name` downwards)."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    number: int
    asked: Asked
    pages: int
    is_searchable: bool


def fetched(connection: duckdb.DuckDBPyConnection, table: TableOf, asked: Asked) -> Table:
    """The rows that are asked for; a page beyond the last one is the last."""
    values = _values(table, asked)
    where = _where(table)
    if table.counted and not asked.search:
        (number,) = _one(connection, f"SELECT count(*) FROM ({table.counted})", table.values)
    else:
        (number,) = _one(connection, f"SELECT count(*) FROM ({table.sql}) AS rows WHERE {where}", values)
    size = table.rows_a_page or max(1, number)
    pages = max(1, ceil(number / size))
    page = min(asked.page, pages)
    answer = connection.execute(
        f"SELECT * FROM ({table.sql}) AS rows WHERE {where} ORDER BY {_order(table, asked)}"
        f" LIMIT {size} OFFSET {(page - 1) * size}",
        values,
    )
    names = [described[0] for described in answer.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    searchable = any(column.is_searched for column in table.columns)
    return Table(table.name, table.columns, rows, number, Asked(asked.sort, asked.search, page), pages, searchable)


def as_file(connection: duckdb.DuckDBPyConnection, table: TableOf, asked: Asked, form: str) -> bytes:
    """All rows (filters and order kept) as `xlsx`, or as `csv`: UTF-8 with a mark, as Excel wants it, and no text of it
    a formula there."""
    reader = connection.execute(
        f"SELECT {', '.join(_quoted(column.name) for column in table.columns)} FROM ({table.sql}) AS rows"
        f" WHERE {_where(table)} ORDER BY {_order(table, asked)}",
        _values(table, asked),
    ).to_arrow_reader(_BATCH)
    answer = Answer(reader.schema, iter(reader))
    if form == "csv":
        out = io.StringIO()
        write_csv(answer, out, is_for_spreadsheets=True)
        return out.getvalue().encode("utf-8-sig")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{form}"
        write_file(answer, path)
        return path.read_bytes()


def _where(table: TableOf) -> str:
    searched = [column.name for column in table.columns if column.is_searched]
    if not searched:
        return "true"
    fits = " OR ".join(f"contains({PLAIN.format(_quoted(name))}, $q)" for name in searched)
    return f"($q = '' OR {fits})"


def _values(table: TableOf, asked: Asked) -> dict[str, object]:
    searched = any(column.is_searched for column in table.columns)
    return {**table.values, **({"q": folded(asked.search)} if searched else {})}


def folded(text: str) -> str:
    """Without accents, in small letters: as PLAIN writes it."""
    from reference.offices import without_accents

    return without_accents(text.casefold())


def _order(table: TableOf, asked: Asked) -> str:
    name = asked.sort.removeprefix("-")
    if name not in {column.name for column in table.columns}:
        return table.order
    direction = "DESC" if asked.sort.startswith("-") else "ASC"
    return f"{_quoted(name)} {direction} NULLS LAST, {table.order}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _one(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object]) -> tuple[Any, ...]:
    row = connection.execute(sql, dict(values)).fetchone()
    return row if row is not None else (0,)
