"""Who somebody is, and the one question "may this person do this to that?"."""

from dataclasses import dataclass

ROLES = ("viewer", "commune", "steward", "operator")

#: What can be done, and by whom wherever it is. A commune does some of it too, for itself alone.
_EVERYWHERE: dict[str, frozenset[str]] = {
    "see_figures": frozenset({"viewer", "steward", "operator"}),
    "see_reports": frozenset({"viewer", "steward", "operator"}),
    "see_cases": frozenset({"viewer", "steward", "operator"}),
    "see_dictionary": frozenset({"viewer", "commune", "steward", "operator"}),
    "see_words": frozenset({"steward", "operator"}),
    "upload": frozenset({"steward", "operator"}),
    "take_workbooks": frozenset({"steward", "operator"}),
    "decide": frozenset({"steward", "operator"}),
    "choose_version": frozenset({"steward", "operator"}),
    "comment": frozenset({"steward", "operator"}),
    "assign": frozenset({"steward", "operator"}),
    "teach_words": frozenset({"steward", "operator"}),
    "operate": frozenset({"operator"}),
}
#: What a commune's account may do to its own commune.
_OWN = frozenset({"see_figures", "see_reports", "see_cases", "upload", "take_workbooks", "comment"})
ACTIONS = tuple(_EVERYWHERE)


@dataclass(frozen=True)
class Person:
    """Whoever asks: the name, the role (one of ROLES), and the commune's code of a commune's account."""

    name: str
    role: str
    commune_code: str | None = None

    @property
    def is_commune(self) -> bool:
        return self.role == "commune"


def may(person: Person, action: str, commune_code: str | None = None) -> bool:
    """Whether the person may do `action` to the commune (None: to all of them together). Raises KeyError for an action
    that there is not."""
    if person.role in _EVERYWHERE[action]:
        return True
    return person.is_commune and action in _OWN and commune_code is not None and commune_code == person.commune_code
