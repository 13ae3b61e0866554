"""What was read from an uploaded workbook, as a page shows it: kept beside the upload until it is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from expectations.workbook_told import Judged, Workbook, WorkbookForm, WorkbookLine
from reference.fields import MONTHLY_FORMS, field_of

#: Problems after which a cell holds no figure that could take part in a sum, and those after which a row has none.
_UNREAD_CELL = frozenset({"value_unread", "number_unread", "percent_unread", "flag_unread", "date_unread"})
_UNREAD_ROW = frozenset({"row_without_name", "name_unsolved"})
#: Why a file was refused of which nothing may stay, not even its name.
LIST_OF_PEOPLE = "list_of_people"


@dataclass(frozen=True)
class ReadForm:
    """A form that was found: how many rows, the columns whose words are in no list (letter, field or header, evidence),
    those that were not understood (letter, header)."""

    form: str
    sheet: str
    lines: int
    inferred: tuple[tuple[str, str, str, str, str], ...]
    not_understood: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Said:
    """A problem that the reader has met, in both languages."""

    severity: str
    place: str
    vi: str
    en: str


@dataclass(frozen=True)
class ReadFile:
    """One file of an upload. `name` is empty where nothing may be kept of it; `number` is its place in the upload.
    `reason` is the code of why it was refused; `received_as` the key of the sentence that the same content is there
    already (as file number `same_as` of this upload)."""

    number: int
    name: str
    sha256: str
    reason: str | None
    commune_code: str | None
    commune_name: str | None
    month: date | None
    forms: tuple[ReadForm, ...]
    problems: tuple[Said, ...]
    version: int | None = None
    received_as: str | None = None
    same_as: int = 0
    judged: Judged | None = None

    @property
    def is_refused(self) -> bool:
        return self.reason is not None

    @property
    def can_be_sent(self) -> bool:
        return not self.is_refused and self.received_as is None


def read_file(number: int, name: str, read: Mapping[str, Any]) -> ReadFile:
    """From an object of `ingest.inspect`."""
    is_list = read["reason"] == LIST_OF_PEOPLE
    commune = read["commune"] or {}
    return ReadFile(
        number=number,
        name="" if is_list else name,
        sha256="" if is_list else read["sha256"] or "",
        reason=read["reason"],
        commune_code=commune.get("code"),
        commune_name=commune.get("name"),
        month=date.fromisoformat(f"{read['month']}-01") if read["month"] else None,
        forms=tuple(_form(each) for each in read["forms"]),
        problems=tuple(_said(each) for each in read["problems"]),
    )


def workbook_of(read: Mapping[str, Any]) -> Workbook | None:
    """The monthly forms that can be judged by themselves; None where there is none."""
    forms = [_to_judge(each, read["problems"]) for each in read["forms"] if each["form"] in MONTHLY_FORMS]
    if not forms or not read["month"] or read["reason"] is not None:
        return None
    return Workbook(date.fromisoformat(f"{read['month']}-01"), forms)


def _form(form: Mapping[str, Any]) -> ReadForm:
    inferred = []
    for letter, why in form["inferred"].items():
        field = field_of(form["form"], why["field"])
        names = (field.name_vi, field.name_en) if field else (why["field"], why["field"])
        inferred.append((letter, *names, why["evidence_vi"], why["evidence_en"]))
    unmapped = tuple((letter, header or "") for letter, header in form["unmapped"].items())
    return ReadForm(form["form"], form["sheet"], len(form["lines"]), tuple(inferred), unmapped)


def _said(problem: Mapping[str, Any]) -> Said:
    place = f"{problem['sheet']}!{problem['cell']}" if problem["sheet"] and problem["cell"] else problem["sheet"] or ""
    return Said(problem["severity"], place, problem["message_vi"], problem["message_en"])


def _to_judge(form: Mapping[str, Any], problems: Sequence[Mapping[str, Any]]) -> WorkbookForm:
    here = [each for each in problems if each["sheet"] == form["sheet"]]
    unread = frozenset(each["cell"] for each in here if each["code"] in _UNREAD_CELL and each["cell"])
    lines = [
        WorkbookLine(each["row"], each["kind"], each["cell_name"] or "", _figures(each["values"]))
        for each in form["lines"]
    ]
    has_unread_rows = any(each["code"] in _UNREAD_ROW for each in here)
    return WorkbookForm(form["form"], form["sheet"], form["columns"], lines, unread, has_unread_rows)


def _figures(values: Mapping[str, Any]) -> dict[str, float | None]:
    return {
        name: None if value is None else float(value)
        for name, value in values.items()
        if value is None or isinstance(value, int | float)
    }
