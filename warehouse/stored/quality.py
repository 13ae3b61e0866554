"""Schema `quality`: the rules, what they have found in the reports, and what is proposed. What stewards have decided is
in `warehouse/decisions.py`."""

from dataclasses import dataclass
from datetime import date, datetime

from warehouse.stored.columns import BigInt


@dataclass(frozen=True)
class RuleRow:
    """A row of quality.rules: a rule of the catalogue as the last build used it."""

    rule_id: str
    form: str
    kind: str
    #: Each time over all months, and not only over those that a build takes in hand.
    looks_over_all_months: bool
    severity: str
    tolerance: float
    relative_tolerance: float
    line_kind: str | None
    field: str | None
    plus_fields: list[str]
    minus_fields: list[str]
    other_form: str | None
    other_field: str | None
    reset_at: str
    low: float | None
    high: float | None
    lows: list[float]
    highs: list[float]
    rarity: float | None
    codes: list[str]
    meaning_vi: str
    meaning_en: str
    action_vi: str
    action_en: str


@dataclass(frozen=True)
class OverrideRow:
    """A row of quality.overrides: another severity (or `off`) for a rule, for one commune or all, for a time.

    They stand in expectations/overrides.yml. None: every commune, or no first month.
    """

    position: int
    rule_id: str
    commune_code: str | None
    from_month: date | None
    until_month: date
    severity: str
    decided_by: str
    reason: str


@dataclass(frozen=True)
class ResultRow:
    """A row of quality.results: a rule over everything in the store, in one run. outcome: passed, failed or
    not_evaluated."""

    run_id: str
    run_at: datetime
    rule_id: str
    form: str
    kind: str
    severity: str
    looked_at: BigInt
    failed: BigInt
    outcome: str


@dataclass(frozen=True)
class FailureRow:
    """A row of quality.failures."""

    failure_id: str
    case_id: str
    rule_id: str
    severity: str
    form: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    version: int
    sheet: str | None
    cells: list[str]
    cell_name: str | None
    line_number: int | None
    field: str | None
    reported: float | None
    expected: float | None
    difference: float
    message_vi: str
    message_en: str
    state: str
    first_seen_at: datetime
    #: What a steward last decided about it, by whom and why; for an open failure, a decision that no longer holds.
    decision: str | None
    decided_by: str | None
    decided_reason: str | None
    cause_id: str | None


@dataclass(frozen=True)
class CauseRow:
    """A row of quality.causes: a slip that explains some of a case's unsettled failures (the first in the case is at
    position 1), and the cells it is seen in. kind is a code of expectations/causes.yml; `unexplained` where nothing
    explains them."""

    cause_id: str
    case_id: str
    position: int
    commune_key: str
    commune_code: str
    month: date
    kind: str
    severity: str
    submission_id: str
    sheet: str | None
    cells: list[str]
    failures: list[str]
    message_vi: str
    message_en: str
    #: Where a steward's value is the cause: the failures under which it is kept, to be reopened.
    reopen: list[str]


@dataclass(frozen=True)
class ProposalRow:
    """A row of quality.proposals: a cell that a proposed repair of a case changes (rank 1 is the best repair)."""

    case_id: str
    rank: int
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    form: str
    sheet: str
    cell: str
    field: str
    cell_name: str
    value_before: float | None
    value_after: float
    #: The failures that go with the change.
    settles: list[str]
    #: How the wrong figure may have come about, a code of expectations/causes.yml.
    slip: str
    #: Whether no other repair of the same cells' failures is nearly as likely.
    is_clear: bool
    message_vi: str
    message_en: str


@dataclass(frozen=True)
class DoubtRow:
    """A row of quality.doubts: a figure that stands in something broken, with the values proposed for it (the likeliest
    first; none where nothing is proposed). A form of None: the whole report is in doubt; `is_clear` then: because it is
    another commune's or month's."""

    commune_key: str
    month: date
    form: str | None
    line_kind: str | None
    cell_match: str | None
    namesake: int | None
    field: str | None
    value: float | None
    proposed: list[float]
    is_clear: bool


@dataclass(frozen=True)
class ShadowRow:
    """A row of quality.shadows: a comparison with the month before that fails with what was sent there and holds with
    what is proposed there (`expected_as_proposed`), or cannot be judged as long as nothing is clear (NULL). The slip is
    the month before's, and no failure of this one."""

    rule_id: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    sheet: str | None
    cell: str | None
    cell_name: str | None
    field: str | None
    reported: float | None
    expected_as_sent: float | None
    expected_as_proposed: float | None


@dataclass(frozen=True)
class VersionFailureRow:
    """A row of quality.version_failures: a failure in one version (as sent, or as corrected by stewards) in which it
    fails, whatever became of it; `settled_at` where a steward accepted it for these values."""

    failure_id: str
    rule_id: str
    severity: str
    commune_key: str
    commune_code: str
    month: date
    submission_id: str
    version: int
    variant: str
    is_last_variant: bool
    reported: float | None
    expected: float | None
    difference: float
    settled_at: datetime | None


@dataclass(frozen=True)
class VersionRow:
    """A row of quality.versions: an accepted report (see warehouse/versions.py).

    Its unsettled critical failures with the stewards' values in it (0 until it is judged), whether a decision sets it
    aside, whether it is the newest of those that are not, whether it is the one that counts, and whether the last build
    took it for that.
    """

    submission_id: str
    commune_key: str
    commune_code: str
    month: date
    version: int
    received_at: datetime
    open_critical: BigInt
    is_judged: bool
    is_set_aside: bool | None
    is_newest: bool | None
    is_published: bool | None
    was_published: bool | None


@dataclass(frozen=True)
class JudgementRow:
    """A row of quality.judgements: how many lines of a commune's month a rule has looked at, how many of them fail."""

    rule_id: str
    commune_key: str
    month: date
    looked_at: BigInt
    failed: BigInt


@dataclass(frozen=True)
class HeldBackRow:
    """A row of quality.held_back: a commune's month of which no version may be published, with what is critical in the
    newest."""

    commune_key: str
    commune_code: str
    month: date
    open_critical: BigInt
