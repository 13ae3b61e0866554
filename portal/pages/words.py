"""Header wordings that were not understood or only inferred, the most blocking first; a click says what one means."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

import steps
from answers.words import seen_at
from ingest.monthly.learnt_columns import ALL, NO_FIELD
from portal import audit
from portal.addresses import report_address
from portal.asking import Asking
from portal.header_piece import piece_of, written
from portal.tables import Column, TableOf, table_of
from portal.view import BadRequest, NotFound, View
from portal.work import TEACH
from reference.fields import field_of, fields_of
from steps.words import Word

router = APIRouter()

#: Each has its piece of a sheet beside it.
_ROWS = 20


@router.get("/words")
def words(view: Asking) -> Response:
    view.require("see_words")
    found = _words(view)
    return view.page(
        "words.html",
        table=_table(view, found),
        words=found,
        fields={word.wording.form: _fields(view, word.wording.form) for word in found},
        named=lambda word, name: _named(view, word.wording.form, name),
        seen_at=lambda word: seen_at(view.settings, word.wording),
        piece_of=partial(piece_of, view.settings),
        written=partial(written, view),
        report_address=report_address,
        none=NO_FIELD,
        may_teach=view.may("teach_words"),
        taught=view.query.get("taught", "")[:300],
        shows_all=bool(view.query.get("all")),
        work=view.portal.work.state,
    )


@router.post("/words")
def taught(
    view: Asking,
    form: Annotated[str, Form()] = "",
    header: Annotated[str, Form()] = "",
    field: Annotated[str, Form()] = "",
) -> Response:
    """Remembered for every commune from the first report with these words on, by the process beside the portal."""
    view.require("teach_words")
    listed = [word for word in steps.words(view.settings) if (word.wording.form, word.wording.header) == (form, header)]
    if not listed:
        raise BadRequest("words_not_listed", header[:200])
    if field not in (NO_FIELD, *(each.name for each in fields_of(form))):
        raise BadRequest("words_no_such_field", field[:80])
    said = {
        "commune_code": ALL,
        "form": form,
        "header": header,
        "field": field,
        "from_month": listed[0].wording.first_month.isoformat(),
        "said_by": view.person.name,
    }
    view.portal.work.ask(f"{TEACH} {json.dumps(said, ensure_ascii=False)}")
    audit.note(view.settings, view.person, "taught", f"{form} {header}", field)
    return view.go_to(view.address(taught=header))


def _words(view: View) -> list[Word]:
    if view.version is None:
        raise NotFound(view.path)
    found = steps.words(view.settings)
    return found if view.query.get("all") else [word for word in found if not word.is_foreign]


def _table(view: View, found: Sequence[Word]) -> TableOf:
    """The words as rows, so that they are sorted, filtered and taken as a file like any others."""
    of = [word.wording for word in found]
    columns: dict[str, list[object]] = {
        "form": [each.form for each in of],
        "header": [each.header for each in of],
        "state": [view.say(f"words_state_{'foreign' if word.is_foreign else word.state}") for word in found],
        "communes": [each.communes for each in of],
        "reports": [each.reports for each in of],
        "first_month": [each.first_month for each in of],
        "last_month": [each.last_month for each in of],
        "likely": [", ".join(_named(view, word.wording.form, name) for name in word.fields) for word in found],
        "evidence": ["\n".join(view.told(why.evidence_vi, why.evidence_en) for why in each.likely) for each in of],
    }
    types = {"communes": "INTEGER", "reports": "INTEGER", "first_month": "DATE", "last_month": "DATE"}
    shown = (
        Column("form", "words_form"),
        Column("header", "words_header", is_searched=True),
        Column("state", "words_state"),
        Column("communes", "words_communes", "count"),
        Column("reports", "words_reports", "count"),
        Column("first_month", "words_first_month", "month"),
        Column("last_month", "words_last_month", "month"),
        Column("likely", "words_may_be", is_searched=True),
        Column("evidence", "words_evidence", is_searched=True),
    )
    return replace(table_of("words", shown, columns, types), rows_a_page=_ROWS)


def _fields(view: View, form: str) -> list[tuple[str, str]]:
    return [(each.name, view.told(each.name_vi, each.name_en)) for each in fields_of(form)]


def _named(view: View, form: str, name: str) -> str:
    field = field_of(form, name)
    return name if field is None else view.told(field.name_vi, field.name_en)
