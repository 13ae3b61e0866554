"""A reading as rows for the tables of schema `raw`."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.archive import Provenance
from ingest.model import Evidence, FormReading, Line, Problem, Reading
from ingest.problems import problem
from reference.fields import MONTHLY_FORMS, TRAINING_FORM
from warehouse.stored.raw import (
    ArrivalRow,
    LineRow,
    MappedColumnRow,
    OfficialLineRow,
    ProblemRow,
    SheetRow,
    SubmissionRow,
    TargetRow,
)
from warehouse.tables import lines_table

Row = dict[str, Any]
#: One for all lines: `json.dumps` makes an encoder for each.
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Arrival:
    """An entry of the landing folder as it was accounted for."""

    path: str
    arrived_at: datetime
    outcome: str
    submission_id: str | None
    reason: str | None
    bytes: int
    modified_ns: int

    def row(self) -> Row:
        noticed = problem(self.reason) if self.reason else None
        return vars(
            ArrivalRow(
                path=self.path,
                arrived_at=self.arrived_at,
                outcome=self.outcome,
                submission_id=self.submission_id,
                reason=self.reason,
                message_vi=noticed.message_vi if noticed else None,
                message_en=noticed.message_en if noticed else None,
                bytes=self.bytes,
                modified_ns=self.modified_ns,
            )
        )


def refusal(reading: Reading) -> Problem | None:
    """The problem that refused the file."""
    return next((found for found in reading.problems if found.code == reading.reason), None)


def rows_of(reading: Reading, provenance: Provenance) -> dict[str, list[Row]]:
    """Rows per table for one submission. A refused one has its row and its problems, no lines."""
    rows: dict[str, list[Row]] = defaultdict(list)
    rows["submissions"].append(_submission(reading, provenance))
    rows["problems"] = [_problem(reading.sha256, found) for found in reading.problems]
    if reading.reason is None:
        for form in reading.forms:
            _add_form(rows, reading.sha256, form)
        _add_targets(rows, reading)
    return rows


def merged(batches: Iterable[dict[str, list[Row]]]) -> dict[str, list[Row]]:
    """Several submissions' rows as one batch."""
    together: dict[str, list[Row]] = defaultdict(list)
    for batch in batches:
        for table, rows in batch.items():
            together[table] += rows
    return dict(together)


def _submission(reading: Reading, provenance: Provenance) -> Row:
    refused = refusal(reading)
    return vars(
        SubmissionRow(
            submission_id=reading.sha256,
            kind=reading.kind,
            file_name=provenance.file_name,
            path=provenance.path,
            bytes=reading.size,
            modified_at=provenance.modified_at,
            received_at=provenance.received_at,
            status="refused" if reading.reason else "accepted",
            reason=reading.reason,
            message_vi=refused.message_vi if refused else None,
            message_en=refused.message_en if refused else None,
            commune_key=reading.commune_key,
            commune_code=reading.commune_code,
            commune_name=reading.commune_name,
            month=reading.month,
            version=None,
            period=reading.period,
        )
    )


def _problem(submission_id: str, found: Problem) -> Row:
    return vars(ProblemRow(submission_id, **vars(found)))


def _add_form(rows: dict[str, list[Row]], submission_id: str, form: FormReading) -> None:
    place = (submission_id, form.form, form.sheet)
    rows["sheets"].append(vars(SheetRow(*place, form.header_rows[0], form.header_rows[-1], len(form.lines))))
    rows["column_map"] += [
        vars(MappedColumnRow(*place, field, letter, form.headers.get(field), None, *_evidence(form.inferred, letter)))
        for field, letter in form.columns.items()
    ]
    rows["column_map"] += [
        vars(
            MappedColumnRow(
                *place, None, letter, header, letter in form.may_hold_figures, *_evidence(form.suspected, letter)
            )
        )
        for letter, header in form.unmapped.items()
    ]
    if form.edition is not None:
        rows["official_lines"] += [
            vars(
                OfficialLineRow(
                    submission_id=submission_id,
                    line_number=number,
                    form=form.form,
                    edition=form.edition,
                    period=form.period,
                    sheet=form.sheet,
                    sheet_row=line.row,
                    field=line.field,
                    label=line.cell_name,
                    this_period=line.values["this_period"],
                    same_period_last_year=line.values["same_period_last_year"],
                    pct=line.values["pct"],
                    typed=_typed(line),
                )
            )
            for number, line in enumerate(form.lines, start=1)
        ]
    if form.form == TRAINING_FORM:
        rows["training_classes"] += [
            {
                "submission_id": submission_id,
                "line_number": number,
                "sheet": form.sheet,
                "sheet_row": line.row,
                "class_type_text": line.cell_name,
                "typed": _typed(line),
                **line.texts,
                **line.values,
            }
            for number, line in enumerate(form.lines, start=1)
            if line.kind == "class"
        ]
    if form.form in MONTHLY_FORMS:
        rows[lines_table(form.form)] += [
            {
                **vars(
                    LineRow(
                        submission_id=submission_id,
                        line_number=number,
                        sheet=form.sheet,
                        sheet_row=line.row,
                        kind=line.kind,
                        section_line=line.section_line,
                        cell_name=line.cell_name,
                        cell_type=line.cell_type,
                        note=line.note,
                    )
                ),
                **line.values,
                "typed": _typed(line),
            }
            for number, line in enumerate(form.lines, start=1)
        ]


def _evidence(found: Mapping[str, Evidence], letter: str) -> tuple[str | None, str | None, str | None]:
    """Likely field and evidence (vi, en) of a column; nothing where its words are in the lists, or say nothing."""
    return (why.field, why.vi, why.en) if (why := found.get(letter)) else (None, None, None)


def _typed(line: Line) -> str | None:
    """Field -> what stood in its cell, as JSON; None where every figure is a plain number."""
    return _COMPACT.encode(line.typed) if line.typed else None


def _add_targets(rows: dict[str, list[Row]], reading: Reading) -> None:
    rows["targets"] += [
        vars(
            TargetRow(
                submission_id=reading.sha256,
                line_number=number,
                sheet=target.sheet,
                cell=target.cell,
                commune_key=target.commune_key,
                commune_code=target.commune_code,
                commune_name=target.commune_name,
                term=target.term,
                period_kind="term" if target.year is None else "year",
                year=target.year,
                target=target.target,
                effective_on=target.effective_on,
            )
        )
        for number, target in enumerate(reading.targets, start=1)
    ]
