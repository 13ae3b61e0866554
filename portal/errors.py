"""What goes wrong is a page that says so and what to do, or JSON for programs; never a traceback."""

import logging

import duckdb
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from portal.accounts import AccountsDamaged
from portal.asking import view_of_anybody
from portal.people import Person
from portal.view import BadRequest, Busy, NotAllowed, NotFound
from portal.words import all_texts, says
from reference.naming import NoCommuneMeant
from reference.trouble import Trouble
from steps import sentence_for
from warehouse.connections import NothingPublished, StoreBusy, StoreDamaged

_log = logging.getLogger("admissions.portal")


def add_to(app: FastAPI) -> None:
    """Have the app, or the part of it that speaks JSON, answer so."""
    for kind in (NotAllowed, NotFound, Busy, Trouble, duckdb.Error, OSError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, answer_to)
    app.add_exception_handler(Exception, answer_to)


async def answer_to(request: Request, error: Exception) -> Response:
    """The page, or the JSON, that says what went wrong."""
    status, key, detail = _meaning(request, error)
    language = getattr(request.state, "language", "vi")
    if status >= 500 and status != 503:
        _log.error("%s %s", request.method, request.url.path, exc_info=error)
    if isinstance(error, NotAllowed):
        person = getattr(request.state, "person", None)
        _log.warning("%s %a is not for %a (%s)", request.method, request.url.path, *_who(person))
    sentence = detail or all_texts()[key][language]
    # Which methods there are, of a 405.
    headers = error.headers if isinstance(error, HTTPException) else None
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": key, "message": sentence}, status_code=status, headers=headers)
    view = view_of_anybody(request)
    answer = view.html("error.html", status=status, key=key, sentence=sentence, number=status)
    answer.headers.update(headers or {})
    return answer


def _who(person: Person | None) -> tuple[str, str]:
    return (person.name, person.role) if person else ("", "")


def _meaning(request: Request, error: Exception) -> tuple[int, str, str | None]:
    """Status, key of the sentence, and the sentence itself where the error has one."""
    language = getattr(request.state, "language", "vi")
    if isinstance(error, NotAllowed):
        return 403, "portal_not_allowed", None
    if isinstance(error, NotFound):
        return 404, error.text, says(error.text, language, detail=error)
    if isinstance(error, NoCommuneMeant):
        return 404, "portal_not_found", None
    if isinstance(error, HTTPException):
        known = {404: "portal_not_found", 405: "portal_bad_request", 403: "portal_not_allowed"}
        return error.status_code, known.get(error.status_code, "portal_bad_request"), None
    if isinstance(error, RequestValidationError):
        return 422, "portal_bad_request", None
    if isinstance(error, NothingPublished):
        return 503, "portal_nothing_published", None
    if isinstance(error, StoreDamaged):
        return 503, "portal_published_damaged", None
    if isinstance(error, (duckdb.BinderException, duckdb.CatalogException)):
        return 503, "portal_published_other", None
    if isinstance(error, duckdb.ConversionException):
        return 400, "portal_bad_request", None
    if isinstance(error, StoreBusy):
        return 503, "portal_busy", sentence_for(error, language)
    if isinstance(error, AccountsDamaged):
        return 503, "portal_trouble", sentence_for(error, language)
    if isinstance(error, (Busy, duckdb.OutOfMemoryException)):
        return 503, "portal_busy", None
    if isinstance(error, BadRequest):
        return 400, error.text, sentence_for(error, language)
    sentence = sentence_for(error, language)
    # What a person can do something about is no fault of the program, a full disk no fault of the request.
    is_ours = sentence is None or isinstance(error, OSError)
    return 500 if is_ours else 409, "portal_trouble", sentence
