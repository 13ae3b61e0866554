"""The forms and their fields, each described once: `forms.csv`, `fields.csv`, and `official_fields.csv` for the
official statistical forms, whose rows in order are in `official_forms.csv`."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

#: Types whose cells hold a figure (or yes/no), as against text.
NUMBER_TYPES = frozenset({"count", "percent", "years", "decimal", "flag"})
#: The monthly forms that a commune sends, in the order of its sheets.
MONTHLY_FORMS = ("KN-1", "KN-2", "KN-3")
#: The form of training given in the month: its rows are classes, and a report is complete without it.
TRAINING_FORM = "BD-1"
#: The statistical forms that go upwards each half-year and year; `forms.csv` says when which edition is valid.
OFFICIAL_FORMS = ("1-BTCTW", "2-BTCTW", "1-TCTW", "2-TCTW")


@dataclass(frozen=True, eq=False)
class Field:
    """One column of a form: what it is called, what it holds and what it is part of.

    There is one object a column, compared as such: what is known of it is looked up thousands of times a workbook.
    """

    form: str
    position: int
    name: str
    type: str
    unit: str
    group_vi: str
    header_vi: str
    group_words: tuple[str, ...]
    header_words: tuple[str, ...]
    name_vi: str
    name_en: str
    whole: str
    partition: str
    subset_of: str
    carries: str

    @property
    def is_number(self) -> bool:
        return self.type in NUMBER_TYPES


@dataclass(frozen=True)
class Form:
    """One edition of a form with the months in which it is used."""

    form: str
    edition: str
    sheet_vi: str
    title_vi: str
    title_en: str
    valid_from: str
    valid_to: str


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.split("|") if word)


@cache
def all_fields() -> tuple[Field, ...]:
    """Every field of the monthly forms and the targets, in the order of `fields.csv`."""
    with (FOLDER / "fields.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            Field(
                form=row["form"],
                position=int(row["position"]),
                name=row["field"],
                type=row["type"],
                unit=row["unit"],
                group_vi=row["group_vi"],
                header_vi=row["header_vi"],
                group_words=_words(row["group_words"]),
                header_words=_words(row["header_words"]),
                name_vi=row["name_vi"],
                name_en=row["name_en"],
                whole=row["whole"],
                partition=row["partition"],
                subset_of=row["subset_of"],
                carries=row["carries"],
            )
            for row in csv.DictReader(lines)
        )


@cache
def _official_fields() -> tuple[Field, ...]:
    """The rows of the official forms that hold figures, headed by their labels."""
    with (FOLDER / "official_fields.csv").open(encoding="utf-8", newline="") as lines:
        described = {row["field"]: row for row in csv.DictReader(lines)}
    return tuple(
        Field(
            form=row["form"],
            position=int(row["position"]),
            name=row["field"],
            type=described[row["field"]]["type"],
            unit="people",
            group_vi="",
            header_vi=row["label"],
            group_words=(),
            header_words=(),
            name_vi=described[row["field"]]["name_vi"],
            name_en=described[row["field"]]["name_en"],
            whole="",
            partition="",
            subset_of="",
            carries="",
        )
        for row in _official_rows()
        if row["field"]
    )


def _official_rows() -> list[dict[str, str]]:
    with (FOLDER / "official_forms.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def fields_of(form: str) -> tuple[Field, ...]:
    """The fields of `form`, left to right as on the blank sheet; of an official form from top to bottom."""
    return tuple(field for field in (*all_fields(), *_official_fields()) if field.form == form)


def field_of(form: str, name: str | None) -> Field | None:
    """The field of `form` that is called so; None where there is none."""
    return _by_name(form).get(name)


@cache
def _by_name(form: str) -> dict[str | None, Field]:
    return {field.name: field for field in reversed(fields_of(form))}


@cache
def number_fields_of(form: str) -> tuple[Field, ...]:
    """The fields of `form` that hold a figure or yes/no."""
    return tuple(field for field in fields_of(form) if field.is_number)


@cache
def forms() -> tuple[Form, ...]:
    """The editions of the forms."""
    with (FOLDER / "forms.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Form(**row) for row in csv.DictReader(lines))
