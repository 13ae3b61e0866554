"""The header wordings that wait for a steward, the most blocking first."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from warehouse.settings import Settings

if TYPE_CHECKING:
    from answers.words import Wording

NOT_UNDERSTOOD, INFERRED = "not_understood", "inferred"


@dataclass(frozen=True)
class Word:
    """A wording with its state (NOT_UNDERSTOOD where any report's column is); `is_foreign` where the words say that the
    column is none of the form's (a plan, last year's)."""

    wording: "Wording"
    state: str
    is_foreign: bool

    @property
    def field(self) -> str | None:
        """The one field that it may be."""
        names = self.fields
        return names[0] if len(names) == 1 else None

    @property
    def fields(self) -> tuple[str, ...]:
        """What it may be, the likeliest first."""
        names = (name for likely in self.wording.likely for name in likely.fields.split(","))
        return tuple(dict.fromkeys(names))


def words(settings: Settings, month: date | None = None) -> list[Word]:
    """Every wording that was not understood or only inferred in the communes' newest reports (of `month` alone).

    First what holds figures and is not understood, then what is inferred, each by the number of communes; what is none
    of the forms' comes last.
    """
    from answers.words import wordings
    from ingest.meaning.parts import meant_by
    from ingest.monthly.learnt_columns import wording

    found = []
    for each in wordings(settings, wording, month):
        state = NOT_UNDERSTOOD if each.not_understood else INFERRED
        says_so = meant_by(each.form, tuple(each.header.split(" / "))).is_foreign
        found.append(Word(each, state, state == NOT_UNDERSTOOD and says_so))
    return sorted(found, key=_less_blocking)


def _less_blocking(word: Word) -> tuple[object, ...]:
    of = word.wording
    blocks = word.state == NOT_UNDERSTOOD and of.may_hold_figures
    return word.is_foreign, not blocks, word.state != INFERRED, -of.communes, -of.reports, of.form, of.header
