"""Who asks and in which language, which version of the published file they see, and whether they are let in at all."""

from typing import Any
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.accounts import AccountsDamaged
from portal.asking import view_of_anybody
from portal.errors import answer_to
from portal.people import Person
from portal.sessions import COOKIE, person_of
from portal.view import Portal
from portal.words import says
from warehouse.connections import StoreDamaged

LANGUAGE_COOKIE = "admissions_language"
_FORMS = ("csv", "xlsx")
#: What needs no accounts, not even to see that there are none.
_WITHOUT_ACCOUNTS = ("/health", "/static/", "/favicon.ico")
#: Pages that nobody signs in for.
_WITHOUT_SIGN_IN = ("/health", "/sign-in", "/static/", "/favicon.ico")


class Entrance:
    """Leaves `person`, `language`, `version` and `form` in the request's state."""

    def __init__(self, app: ASGIApp, *, portal: Portal, machine_user: Person) -> None:
        self._app = app
        self._portal = portal
        self._machine_user = machine_user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # As pages read them: one that another service of this machine has set, however it is written, hides none.
        cookies = cookie_parser(headers.get("cookie", ""))
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        chosen = next((each for each in asked.get("lang", []) if each in ("vi", "en")), None)
        language = chosen or cookies.get(LANGUAGE_COOKIE, "vi")
        path: str = scope["path"]
        try:
            person, trouble = self._person(cookies), None
        except AccountsDamaged as error:
            person, trouble = None, error
        stem, form = _form(path)
        is_public = path.startswith(_WITHOUT_SIGN_IN)
        if form and (person or is_public):
            # The table of the page of this name; the page sees by the state that a file is wanted.
            scope = {**scope, "path": "/" if stem == "/overview" else stem, "raw_path": quote(stem).encode()}
        state: dict[str, Any] = {
            **scope.get("state", {}),
            "person": person,
            "language": language if language in ("vi", "en") else "vi",
            "form": form,
            "portal": self._portal,
            "version": None,
            "trouble": None,
        }
        scope["state"] = state
        if trouble and not path.startswith(_WITHOUT_ACCOUNTS):
            await (await answer_to(Request(scope), trouble))(scope, receive, send)
            return
        if person is None and not is_public:
            await _to_sign_in(scope, path, state["language"])(scope, receive, send)
            return

        async def with_language(message: Message) -> None:
            if chosen and message["type"] == "http.response.start":
                cookie = f"{LANGUAGE_COOKIE}={chosen}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"
                message["headers"] = [*message["headers"], (b"set-cookie", cookie.encode())]
            await send(message)

        try:
            with self._portal.published.held(_version(path, asked)) as version:
                state["version"] = version
                await self._app(scope, receive, with_language)
        except StoreDamaged as error:
            if state["version"] is not None:
                raise
            # The file cannot be opened; the pages say so.
            state["trouble"] = error
            await self._app(scope, receive, with_language)

    def _person(self, cookies: dict[str, str]) -> Person | None:
        if self._portal.is_open:
            return self._machine_user
        return person_of(self._portal.settings, cookies.get(COOKIE, ""))


def _version(path: str, asked: dict[str, list[str]]) -> str | None:
    """The version that a chart is to be of: that of the page that it stands on."""
    return asked.get("version", [None])[0] if path.startswith("/charts/") else None


def _form(path: str) -> tuple[str, str]:
    if path.startswith(("/api/", "/static/", "/charts/", "/files/")):
        return path, ""
    stem, dot, form = path.rpartition(".")
    return (stem or "/", form) if dot and form in _FORMS else (path, "")


def _to_sign_in(scope: Scope, path: str, language: str) -> ASGIApp:
    """Pages lead to the sign-in. Programs are told, and so is whoever sends a form after the session's end: what was
    typed is one step back."""
    sentence = says("sign_in_first", language)
    if path.startswith("/api/"):
        return JSONResponse({"error": "sign_in_first", "message": sentence}, status_code=401)
    if scope["method"] != "GET":
        view = view_of_anybody(Request(scope))
        return view.html("error.html", status=401, key="sign_in_first", sentence=sentence, number=401)
    query = scope.get("query_string", b"").decode("latin-1")
    there = f"{path}?{query}" if query else path
    return RedirectResponse("/sign-in" if there == "/" else f"/sign-in?next={quote(there, safe='')}", status_code=303)
