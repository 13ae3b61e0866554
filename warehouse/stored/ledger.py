"""Schema `ledger`: what the store was built with and from (see warehouse/ledger.py)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class BuiltSubmissionRow:
    """A row of ledger.built_submissions: an accepted submission as the last build saw it (targets have no month).
    What differs is built again."""

    submission_id: str
    version: int | None
    commune_key: str | None
    month: date | None


@dataclass(frozen=True)
class BuiltPeriodRow:
    """A row of ledger.built_periods: what the official figures of a period were made of when they were made last
    (`int_touched_periods`). What is made of something else is made again."""

    period: str
    made_of: str


@dataclass(frozen=True)
class BuiltSumRow:
    """A row of ledger.built_sums: what a month of a period (month, year or term) was made of when the period's sums to
    date were made last (`int_summed_months`). From a month that is made of something else on they are made again."""

    period_kind: str
    period: str
    month: date
    made_of: str


@dataclass(frozen=True)
class SeenSubmissionRow:
    """A row of ledger.seen_submissions: an accepted submission as the build under way, or the last one, saw it when it
    began."""

    submission_id: str
    version: int | None
    commune_key: str | None
    month: date | None
    kind: str


@dataclass(frozen=True)
class MadeByRow:
    """The row of ledger.made_by: what the build under way, or the last one, is made by (code, rules, lists, settings,
    the day; warehouse/as_published.py)."""

    made_by: str


@dataclass(frozen=True)
class ReconciledRow:
    """The row of ledger.reconciled, there when that build has come to its end: until then what the gate would judge is
    of two builds."""

    is_reconciled: bool


@dataclass(frozen=True)
class JudgedRow:
    """The row of ledger.judged, there when the gate has judged that build."""

    is_judged: bool


@dataclass(frozen=True)
class MonthAgainRow:
    """A row of ledger.months_again: a commune-month that is judged once more, as a month before it counts otherwise
    than its build expected."""

    commune_key: str
    month: date


@dataclass(frozen=True)
class LookedThroughRow:
    """A row of ledger.looked_through: what the submissions that earlier versions stored have been looked through for
    (ingest/reread.py)."""

    looked_for: str


@dataclass(frozen=True)
class RecipeRow:
    """The row of ledger.recipe: what the store was built with."""

    recipe: str


@dataclass(frozen=True)
class BuiltNodeRow:
    """A row of ledger.built_nodes: a table or view of dbt's that stands, or a data test that was passed, with the hash
    of all that it was made of or looked at, and that of what came of it."""

    node: str
    key: str
    mark: str


@dataclass(frozen=True)
class BuiltWithRow:
    """A row of ledger.built_with: one of the two builds of a run, and the hash of the project that dbt last did it
    with, in full."""

    build: str
    project: str
