"""What is true of a workbook: its commune, its month, and for each cell the value of each field and where it stands."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from benchmarks.messy.figures import Value


@dataclass(frozen=True)
class Column:
    """A column of the sheet; none of the form's when it has no field, better left unread when ambiguous."""

    letter: str
    header: str
    field: str | None
    ambiguous: bool = False


@dataclass(frozen=True)
class Item:
    value: Value
    at: str


@dataclass(frozen=True)
class Line:
    """A cell's row (a class's in BD-1). A value that is None was left blank: not reported."""

    row: int
    name: str | None
    values: dict[str, Item]


@dataclass(frozen=True)
class Form:
    form: str
    sheet: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Workbook:
    file: str
    kind: str
    variant: str
    commune_code: str
    commune_name: str
    month: str
    forms: tuple[Form, ...]


def save(truth: Workbook, path: Path) -> None:
    path.write_text(json.dumps(asdict(truth), ensure_ascii=False, indent=1, default=_day) + "\n", encoding="utf-8")


def load(path: Path) -> Workbook:
    given = json.loads(path.read_text(encoding="utf-8"))
    forms = tuple(
        Form(
            form["form"],
            form["sheet"],
            tuple(Column(**column) for column in form["columns"]),
            tuple(
                Line(line["row"], line["name"], {name: Item(**item) for name, item in line["values"].items()})
                for line in form["lines"]
            ),
        )
        for form in given["forms"]
    )
    return Workbook(**(given | {"forms": forms}))


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
