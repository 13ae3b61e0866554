"""What the JSON interface takes and gives. Months are `YYYY-MM`, moments UTC, shares ratios; null: not reported."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Month = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2020-08"])]
#: The store's moments are UTC and do not say so; JSON's do.
Moment = Annotated[datetime, AfterValidator(lambda moment: moment.replace(tzinfo=UTC))]
Severity = Literal["critical", "warning", "info"]
FailureState = Literal["open", "accepted", "corrected", "returned", "resolved"]


class Error(BaseModel):
    """What went wrong: a key that programs know, and a sentence for people."""

    error: str
    message: str


class CaseLine(BaseModel):
    """A case of the queue: counts of its failures in the state asked for, and what it does to the city's figure."""

    case_id: str
    commune_code: str
    commune_name: str | None
    month: Month
    is_held_back: bool
    critical: int
    warning: int
    info: int
    others: int
    admitted_as_sent: int | None
    city_admitted: int | None
    city_admitted_with: int | None
    causes: list[str]
    assigned: str | None
    is_waiting: bool = Field(description="Decided, and not judged yet.")


class Cases(BaseModel):
    cases: list[CaseLine]


class Failure(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    failure_id: str
    rule_id: str
    severity: Severity
    form: str
    sheet: str | None
    cells: list[str]
    cell_name: str | None
    reported: float | None
    expected: float | None
    difference: float | None
    message_vi: str
    message_en: str
    state: FailureState


class Cause(BaseModel):
    severity: Severity
    message_vi: str
    message_en: str
    cells: list[str] = Field(description="The cells that are taken for wrong.")
    failures: list[Failure]


class Change(BaseModel):
    cell: str
    message_vi: str
    message_en: str
    follows: bool


class Proposal(BaseModel):
    """A proposed repair, and what the city's figures become with it."""

    rank: int
    changes: list[Change]
    settles: list[str]
    critical_left: int
    city_admitted: int | None
    city_admitted_ytd: int | None


class Effect(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    admitted: int | None
    without: int | None
    with_it: int | None
    year_without: int | None
    year_with_it: int | None


class Correction(BaseModel):
    cell: str
    value_before: float | None
    value_after: float


class Decided(BaseModel):
    decided_at: Moment
    decided_by: str
    decision: str
    reason: str
    failures: int
    corrections: list[Correction]


class Case(BaseModel):
    """`seen` goes back with a decision, which is refused (409) where somebody else has decided since."""

    case_id: str
    commune_code: str
    commune_name: str
    month: Month
    is_held_back: bool
    effect: Effect
    causes: list[Cause]
    settled: list[Failure]
    proposals: list[Proposal]
    decisions: list[Decided]
    waiting: list[Decided]
    assigned: str | None
    seen: str


#: Those of nothing are refused: a program that chose none did not mean all.
FailureIds = Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=1_000)]


class DecisionWanted(BaseModel):
    """A decision on all of a case's failures, or on those named. A correction says `proposal`, or `cell` and
    `value`."""

    model_config = ConfigDict(extra="forbid")

    decision: Literal["accept", "correct", "return", "reopen"]
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    failure_ids: FailureIds | Literal["all"] | None = None
    proposal: Annotated[int, Field(ge=1, le=9_999)] | None = None
    cell: Annotated[str, Field(max_length=200)] | None = None
    value: float | None = None
    seen: Annotated[str, Field(max_length=100)] | None = None


class DecisionKept(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    decision_id: str
    failure_id: str
    decision: str
    decided_by: str
    decided_at: Moment
    reason: str
    sheet: str | None
    cell: str | None
    value_before: float | None
    value_after: float | None


class DecisionsKept(BaseModel):
    """Kept for ever; the case's month is being judged."""

    decisions: list[DecisionKept]


class AttainmentLine(BaseModel):
    """A commune's month against its targets."""

    commune_code: str
    commune_name: str | None
    month: Month
    admitted: int | None
    admitted_ytd: int | None
    admitted_ttd: int | None
    year_target: int | None
    term_target: int | None
    year_attainment: float | None
    term_attainment: float | None
    expected_by_now: float | None
    gap: float | None


class Attainment(BaseModel):
    month: Month | None
    communes: list[AttainmentLine]


class ReportLine(BaseModel):
    """A commune's report for a month."""

    commune_code: str
    commune_name: str | None
    month: Month
    due_on: date
    received_at: Moment | None
    on_time: bool | None
    version: int | None
    pending_version: int | None
    open_failures: int | None
    status: str


class Reports(BaseModel):
    month: Month | None
    reports: list[ReportLine]


class CommuneLine(BaseModel):
    commune_code: str
    commune_name: str
    unit_type: str
    valid_from: date
    valid_to: date | None
    is_current: bool


class Communes(BaseModel):
    communes: list[CommuneLine]
