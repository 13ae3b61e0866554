"""A steward's decision which version of a commune's month counts: kept like the others, taken back by the next one."""

import hashlib
from dataclasses import dataclass
from datetime import date

import duckdb

from expectations.decide import DecisionRefused
from warehouse.case_id import case_id
from warehouse.connections import reading_published, transaction, writing
from warehouse.decisions import Decision, keep, moment_for, note
from warehouse.ledger import forget_months_of
from warehouse.settings import Settings
from warehouse.tables import create_tables
from warehouse.versions import known_versions

#: What such a decision is about, in the place of a rule.
VERSION = "version"


@dataclass(frozen=True)
class Choice:
    """Which version is to count: the commune's code, the month, the version's number, who says so and why."""

    commune: str
    month: date
    version: int
    by: str
    reason: str


def choose_version(settings: Settings, choice: Choice) -> Decision:
    """Have this version count instead of the newer ones that have come; one that comes later is judged by itself.

    Raises DecisionRefused with the code of a sentence, StoreBusy when another process writes.
    """
    with writing(settings) as connection:
        create_tables(connection)
        decision = _decision(connection, settings, choice)
        with transaction(connection):
            keep(connection, settings.archive, [decision])
            forget_months_of(connection, [decision.submission_id])
    return decision


def note_choice(settings: Settings, choice: Choice) -> Decision:
    """The same while another process has the store: decided on what is published, kept in the journal alone.

    The next build takes it in. Raises DecisionRefused, NothingPublished.
    """
    with reading_published(settings) as connection:
        decision = _decision(connection, settings, choice)
    note(settings.archive, [decision])
    return decision


def _decision(connection: duckdb.DuckDBPyConnection, settings: Settings, choice: Choice) -> Decision:
    if not choice.by.strip():
        raise DecisionRefused("decision_by_nobody")
    if not choice.reason.strip():
        raise DecisionRefused("decision_without_reason")
    versions = known_versions(connection, choice.commune, choice.month)
    chosen = next((each for each in versions if each.version == choice.version), None)
    if chosen is None:
        numbers = ", ".join(str(each.version) for each in versions) or "–"
        raise DecisionRefused("version_unknown", f"{choice.commune} {choice.month:%Y-%m}: {numbers}")
    if not chosen.is_judged:
        raise DecisionRefused("version_not_judged", str(choice.version))
    if chosen.open_critical:
        raise DecisionRefused("version_is_held_back", str(choice.version))
    if chosen.is_published and chosen.is_newest:
        raise DecisionRefused("version_counts_already", str(choice.version))
    at = moment_for(settings.archive, settings.current_instant())
    words = f"{VERSION}|{chosen.commune_key}|{choice.month}"
    return Decision(
        decision_id=hashlib.md5(f"{words}|{choice.version}|{choice.by}|{at.isoformat()}".encode()).hexdigest(),
        failure_id=hashlib.md5(words.encode()).hexdigest(),
        case_id=case_id(choice.commune, choice.month),
        decision="use",
        decided_by=choice.by.strip(),
        decided_at=at,
        reason=choice.reason.strip(),
        rule_id=VERSION,
        commune_key=chosen.commune_key,
        commune_code=choice.commune,
        month=choice.month,
        submission_id=chosen.submission_id,
        reported=None,
        expected=None,
        value_before=next((each.version for each in versions if each.is_published), None),
        value_after=choice.version,
    )
