"""Whatever the description of the JSON interface allows, and what it does not: no error of the program, and every
answer is as described."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.app import make_app
from tests.portal.stewards.conftest import CASE
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
#: Without accounts nothing but this machine is heard.
LOOPBACK = {"host": "127.0.0.1"}
_EXAMPLES = settings(
    max_examples=25,
    suppress_health_check=list(HealthCheck),
)


def from_here(app: ASGIApp) -> ASGIApp:
    """The app as somebody on this machine asks it."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": ("127.0.0.1", 50000)}, receive, send)

    return asked


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_answer_is_as_described(office: Settings, asked: list[str], mode: GenerationMode) -> None:
    load_all_checks()
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", from_here(make_app(office)), headers=LOOPBACK)
    operations = [each.ok() for each in api.get_all_operations()]
    assert len(operations) == 6
    if mode is GenerationMode.NEGATIVE:
        # Nothing can be said wrongly where nothing is asked.
        operations = [each for each in operations if each.path != "/communes"]
    for operation in operations:

        @given(case=operation.as_strategy(generation_mode=mode), is_known=st.booleans())
        @_EXAMPLES
        def as_described(case: Case, is_known: bool) -> None:
            if is_known and "case_id" in case.path_parameters:
                case.path_parameters["case_id"] = CASE
            case.call_and_validate(checks=CHECKS, headers=LOOPBACK)

        as_described()
    # What was said wrongly is never kept. What chance found to be right may be.
    assert mode is GenerationMode.POSITIVE or asked == []


def test_a_decision_that_is_kept_is_answered_as_described(office: Settings, asked: list[str]) -> None:
    load_all_checks()
    api = schemathesis.openapi.from_asgi("/api/v1/openapi.json", from_here(make_app(office)), headers=LOOPBACK)
    decided = api["/cases/{case_id}/decisions"]["POST"].Case(
        path_parameters={"case_id": CASE},
        body={"decision": "accept", "reason": "counted again"},
        media_type="application/json",
    )
    assert decided.call_and_validate(checks=CHECKS, headers=LOOPBACK).status_code == 202
    assert asked == ["judge"]
