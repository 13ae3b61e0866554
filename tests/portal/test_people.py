"""May this person do this to that? Every role, every action, to all communes, to the own and to another."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from portal.people import ACTIONS, ROLES, Person, may
from tests.portal.conftest import sign_in, with_account
from warehouse.settings import Settings

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


def test_what_somebody_may_not_do_is_in_the_log_with_who_it_was(
    settings: Settings, client_of: Callable[[Settings], TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    with_account(settings, "viewer")
    client = client_of(settings)
    sign_in(client, "viewer-")
    assert client.post("/operator/run").status_code == 403
    (line,) = (record.getMessage() for record in caplog.records if record.name == "admissions.portal")
    assert line == "POST '/operator/run' is not for 'viewer-' (viewer)"
