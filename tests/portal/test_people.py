"""May this person do this to that? Every role, every action, to all communes, to the own and to another."""

import pytest

from portal.people import ACTIONS, ROLES, Person, may

ALL, OWN, OTHER = None, "03408", "03387"
#: Role -> what it may do to all communes, to its own, to another.
ALLOWED = {
    "viewer": ({"see_figures", "see_reports", "see_cases", "see_dictionary"},) * 3,
    "commune": (
        {"see_dictionary"},
        {"see_dictionary", "see_figures", "see_reports", "see_cases", "upload", "take_workbooks", "comment"},
        {"see_dictionary"},
    ),
    "steward": (set(ACTIONS) - {"operate"},) * 3,
    "operator": (set(ACTIONS),) * 3,
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_who_may_what(role: str, action: str) -> None:
    person = Person("x", role, OWN if role == "commune" else None)
    for where, allowed in zip((ALL, OWN, OTHER), ALLOWED[role], strict=True):
        assert may(person, action, where) == (action in allowed), (role, action, where)


def test_somebody_without_a_role_may_nothing() -> None:
    assert not any(may(Person("x", ""), action, OWN) for action in ACTIONS)


def test_an_action_that_there_is_not_is_no_silent_no() -> None:
    with pytest.raises(KeyError):
        may(Person("x", "operator"), "fly")
