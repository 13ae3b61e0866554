"""`/api/v1` as an application of its own, so that its description has nothing of the pages in it."""

from typing import Any

from fastapi import FastAPI

from portal import errors
from portal.api import cases, figures
from portal.api.models import Error

_REFUSED = {
    400: "The address or the published file does not allow that.",
    401: "Nobody is signed in.",
    403: "This account may not see or do that.",
    404: "There is no such case or commune.",
    409: "It is not what it was when it was looked at.",
    413: "Too much at once.",
    422: "What was sent cannot be used.",
    500: "Something went wrong in the program.",
    503: "Nothing is published, or it is being exchanged.",
}


def make_api() -> FastAPI:
    """The JSON interface, to be mounted at `/api/v1`."""
    refused: dict[int | str, dict[str, Any]] = {
        status: {"model": Error, "description": told} for status, told in _REFUSED.items()
    }
    api = FastAPI(title="Admissions", version="1", docs_url=None, redoc_url=None, responses=refused)
    api.include_router(cases.router)
    api.include_router(figures.router)
    errors.add_to(api)
    return api
