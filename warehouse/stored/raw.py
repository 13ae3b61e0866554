"""Schema `raw`: what was received, and what a build depends on besides."""

from dataclasses import dataclass
from datetime import date, datetime

from warehouse.stored.columns import BigInt


@dataclass(frozen=True)
class SubmissionRow:
    """A row of raw.submissions: a file content that was looked at, whatever its name."""

    submission_id: str
    kind: str
    file_name: str
    path: str
    bytes: BigInt
    modified_at: datetime
    received_at: datetime
    status: str
    reason: str | None
    message_vi: str | None
    message_en: str | None
    commune_key: str | None
    commune_code: str | None
    commune_name: str | None
    month: date | None
    version: int | None
    #: Only official forms have one.
    period: str | None


@dataclass(frozen=True)
class ArrivalRow:
    """A row of raw.arrivals: an entry of the landing folder and the content it had when it was found."""

    path: str
    arrived_at: datetime
    outcome: str
    submission_id: str | None
    reason: str | None
    message_vi: str | None
    message_en: str | None
    bytes: BigInt
    modified_ns: BigInt


@dataclass(frozen=True)
class SheetRow:
    """A row of raw.sheets: a form that was found in a submission."""

    submission_id: str
    form: str
    sheet: str
    header_first_row: int
    header_last_row: int
    line_count: int


@dataclass(frozen=True)
class MappedColumnRow:
    """A row of raw.column_map: a column of a form as it was found on its sheet.

    `field` is NULL where the column is not understood: `may_hold_figures` then says whether figures stand under a
    header that does not say that they are something else. `likely_field` with its evidence stands where words of no
    list are understood (it is the field then), and where a column that is not read may be a field's (several are
    parted by commas).
    """

    submission_id: str
    form: str
    sheet: str
    field: str | None
    column_letter: str
    header: str | None
    may_hold_figures: bool | None = None
    likely_field: str | None = None
    evidence_vi: str | None = None
    evidence_en: str | None = None


@dataclass(frozen=True)
class ProblemRow:
    """A row of raw.problems: something in a submission that was not as it should be."""

    submission_id: str
    code: str
    severity: str
    form: str | None
    sheet: str | None
    cell: str | None
    field: str | None
    found: str | None
    expected: str | None
    message_vi: str
    message_en: str


@dataclass(frozen=True)
class TargetRow:
    """A row of raw.targets: a commune's target for a period (a term, or a calendar year of it) in a submission."""

    submission_id: str
    line_number: int
    sheet: str
    cell: str
    commune_key: str
    commune_code: str
    commune_name: str
    term: str
    period_kind: str
    year: int | None
    target: BigInt | None
    effective_on: date | None


@dataclass(frozen=True)
class LineRow:
    """What every raw.report_lines_* begins with: a row of the sheet's table, which is a cell, a section or the total.

    The form's own figures and `typed` follow (`warehouse.tables`). `section_line` is the line number of the section
    row above it; `sheet_row` is what a person sees in the spreadsheet program.
    """

    submission_id: str
    line_number: int
    sheet: str
    sheet_row: int
    kind: str
    section_line: int | None
    cell_name: str | None
    cell_type: str | None
    note: str | None


@dataclass(frozen=True)
class OfficialLineRow:
    """A row of raw.official_lines: an indicator row that was recognised on the sheet of an official form.

    period: `2024-H1`, `2024-H2` or `2024`. The form is the commission's own where the submission has no commune.
    """

    submission_id: str
    line_number: int
    form: str
    edition: str
    period: str | None
    sheet: str
    sheet_row: int
    field: str | None
    label: str | None
    this_period: float | None
    same_period_last_year: float | None
    pct: float | None
    #: NULL when every figure of the line stood in its cell as a plain number (or was blank), else a JSON object:
    #: field -> what a person sees in the cell.
    typed: str | None


@dataclass(frozen=True)
class TrainingClassRow:
    """A row of raw.training_classes: a class on a submission's sheet of training (form BD-1).

    `class_type` is a code (ingest/plans/class_types.py), `class_type_text` what stands on the sheet.
    """

    submission_id: str
    line_number: int
    sheet: str
    sheet_row: int
    class_type: str | None
    class_type_text: str | None
    started_on: date | None
    days: float | None
    participants: BigInt | None
    participants_women: BigInt | None
    participants_ethnic_minority: BigInt | None
    #: As of an official line.
    typed: str | None


@dataclass(frozen=True)
class WrittenByRow:
    """The row of raw.written_by: the version of this software that has written the store last, and the number of the
    format that it writes."""

    format: int
    software: str


@dataclass(frozen=True)
class RunSettingsRow:
    """The row of raw.run_settings: what a build depends on besides the reports, written before every build."""

    today: date
    due_day: int
    scope: str
    scope_name: str


@dataclass(frozen=True)
class ScopeRow:
    """A row of raw.scope: a commune's validity in scope.

    `is_expected` where that validity itself lies in the scope: a commune that joined the city later is in scope with
    its past, but was not expected to report then.
    """

    commune_key: str
    commune_code: str
    is_expected: bool
