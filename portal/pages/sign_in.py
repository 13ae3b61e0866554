"""Signing in with a local account, and out."""

from math import ceil
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from portal import audit, sessions
from portal.accounts import accounts, checked
from portal.asking import AnybodyAsking
from portal.people import Person
from portal.view import View
from warehouse.settings import Settings

router = APIRouter()


@router.get("/sign-in")
def form(view: AnybodyAsking, there: Annotated[str, Query(alias="next")] = "/") -> Response:
    if view.portal.is_open:
        return view.go_to("/")
    return view.html("sign_in.html", next=own_address(there), wrong=None, name="", has_provider=has_provider(view))


@router.post("/sign-in")
def sign_in(
    view: AnybodyAsking,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    there: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    """To where the person wanted to go; 401 where name and password do not fit, 429 where too many were tried."""
    if view.portal.is_open:
        return view.go_to("/")
    # As an account's name is looked up: blanks around it make no other name to guess for.
    name = " ".join(name[:200].split())
    whose = (f"name {name.casefold()}", f"address {_address(view.request)}")
    if wait := view.portal.attempts.wait(*whose):
        return _again(view, there, name, 429, view.say("sign_in_wait", seconds=ceil(wait)))
    account = checked(view.settings, name, password)
    if account is None:
        view.portal.attempts.failed(*whose)
        who = Person(_known_or_shortened(view.settings, name), "")
        audit.note(view.settings, who, "sign_in_failed", detail=_address(view.request))
        return _again(view, there, name, 401, view.say("sign_in_wrong"))
    view.portal.attempts.succeeded(*whose)
    return signed_in(view, account.person, own_address(there), sessions.mark_of(account.password))


def signed_in(view: View, person: Person, there: str, mark: str = "") -> RedirectResponse:
    """A session begins."""
    token = sessions.begin(view.settings, person, mark)
    audit.note(view.settings, person, "signed_in", detail=_address(view.request))
    answer = view.go_to(there)
    answer.set_cookie(
        sessions.COOKIE,
        token,
        max_age=int(sessions.LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=view.request.url.scheme == "https",
    )
    return answer


@router.post("/sign-out")
def sign_out(view: AnybodyAsking) -> Response:
    sessions.end(view.settings, view.request.cookies.get(sessions.COOKIE, ""))
    if view.person.name and not view.portal.is_open:
        audit.note(view.settings, view.person, "signed_out")
    answer = view.go_to("/sign-in")
    answer.delete_cookie(sessions.COOKIE)
    return answer


@router.get("/sign-out")
def ask_before(view: AnybodyAsking) -> Response:
    """A link or a picture of another site signs nobody out: it takes a form."""
    return view.html("sign_out.html")


def own_address(address: str) -> str:
    """An address of the portal itself: whoever signs in is not sent elsewhere."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_own and "\\" not in address else "/"


def has_provider(view: View) -> bool:
    return bool(view.settings.oidc_issuer)


def _again(view: View, there: str, name: str, status: int, wrong: str) -> Response:
    return view.html(
        "sign_in.html", status=status, next=own_address(there), wrong=wrong, name=name, has_provider=has_provider(view)
    )


def _known_or_shortened(settings: Settings, name: str) -> str:
    """The journal is kept for ever, and a password is easily typed where the name belongs."""
    return name if name in accounts(settings) else f"{name[:2]}…"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
