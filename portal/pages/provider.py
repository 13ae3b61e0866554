"""Signing in with the office's own account, at an OpenID Connect provider."""

import logging
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from portal import audit, provider
from portal.asking import AnybodyAsking
from portal.pages.sign_in import own_address, signed_in
from portal.people import Person
from portal.provider import NoRole, ProviderTrouble
from portal.view import NotFound, View

router = APIRouter()

_log = logging.getLogger("admissions.portal")
_COOKIE_PATH = "/sign-in"


@router.get("/sign-in/provider")
def begin(view: AnybodyAsking, there: Annotated[str, Query(alias="next")] = "/") -> Response:
    """To the provider; a short-lived cookie knows the way back."""
    _require_provider(view)
    try:
        address, cookie = provider.begin(view.settings, _redirect_uri(view), own_address(there)[:1000])
    except ProviderTrouble as error:
        return _again(view, error)
    answer = view.go_to(address)
    answer.set_cookie(
        provider.COOKIE,
        cookie,
        max_age=provider.LASTS,
        path=_COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=view.request.url.scheme == "https",
    )
    return answer


@router.get("/sign-in/callback")
def callback(view: AnybodyAsking, code: str = "", state: str = "", error: str = "") -> Response:
    """Back from the provider: a session begins, or a page says why not (400 what was not asked for, 403 no role)."""
    _require_provider(view)
    tried = provider.known_try(view.settings, view.request.cookies.get(provider.COOKIE, ""), state)
    if tried is None:
        return _without_cookie(_said(view, 400, "provider_over"))
    if error or not code:
        return _without_cookie(_said(view, 403, "provider_declined"))
    try:
        person = provider.person_of(view.settings, code, tried, _redirect_uri(view))
    except ProviderTrouble as trouble:
        return _without_cookie(_again(view, trouble))
    except NoRole as nobody:
        audit.note(view.settings, Person(str(nobody), ""), "sign_in_failed", detail="no role")
        return _without_cookie(_said(view, 403, "provider_no_role", name=str(nobody)))
    return _without_cookie(signed_in(view, person, own_address(tried.there)))


def _require_provider(view: View) -> None:
    if not view.settings.oidc_issuer:
        raise NotFound(view.path)


def _redirect_uri(view: View) -> str:
    return f"{str(view.request.base_url).rstrip('/')}/sign-in/callback"


def _again(view: View, error: ProviderTrouble) -> Response:
    _log.warning("sign-in by provider: %s", error)
    return _said(view, 502, "provider_trouble")


def _said(view: View, status: int, key: str, **values: object) -> Response:
    # A code that the provider has sent along is written into no link of the page.
    plain = replace(view, request=Request({**view.request.scope, "query_string": b""}))
    return plain.html("provider.html", status=status, sentence=view.say(key, **values))


def _without_cookie(answer: Response) -> Response:
    answer.delete_cookie(provider.COOKIE, path=_COOKIE_PATH)
    return answer
