"""The outermost: headers that keep a browser from doing what no page of ours asks for, forms of other sites refused,
bodies that are too long, addresses that nobody types."""

import json
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.loopback import is_loopback
from portal.words import says

#: Nothing from elsewhere, nothing written into a page: neither scripts nor styles nor frames.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: A month's workbooks of a commune are a few hundred kilobytes; twenty of them at once are a lot.
LONGEST_BODY = 32 * 1024 * 1024
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


class TooLong(Exception):
    """More was sent than a request may hold."""


class Guard:
    def __init__(self, app: ASGIApp, *, is_loopback_only: Callable[[], bool]) -> None:
        self._app = app
        self._is_loopback_only = is_loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        read = 0
        has_begun = False
        is_head = scope["method"] == "HEAD"
        if is_head:
            # What is asked of a page without its body is answered as the page is.
            scope = {**scope, "method": "GET"}

        async def answered(message: Message) -> None:
            nonlocal has_begun
            if read > LONGEST_BODY:
                # Whatever the page made of the half of it is not what happened.
                return
            if message["type"] == "http.response.start":
                has_begun = True
                given = {name.lower() for name, _ in message["headers"]}
                more = [(name, value) for name, value in _HEADERS if name not in given]
                if b"cache-control" not in given:
                    more.append((b"cache-control", b"no-store"))
                message["headers"] = [*message["headers"], *more]
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        if refused := _refused(scope, headers, self._is_loopback_only()):
            await _say(*refused, scope, answered)
            return

        async def received() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LONGEST_BODY:
                raise TooLong
            return message

        try:
            with suppress(TooLong):
                await self._app(scope, received, answered)
        except Exception:
            # Pages answer for what goes wrong in them; this came before there was one. The server logs it.
            if not has_begun:
                await _say(500, "portal_trouble", scope, answered)
            raise
        if read > LONGEST_BODY:
            read = 0
            await _say(413, "portal_too_long", scope, answered)


def _refused(scope: Scope, headers: dict[str, str], loopback_only: bool) -> tuple[int, str] | None:
    """Status and key of the sentence of what is not heard at all."""
    query = unquote(scope.get("query_string", b"").decode("latin-1"))
    if "\x00" in scope["path"] or "\x00" in query:
        return 400, "portal_bad_address"
    if loopback_only and not (_host(headers.get("host", "")) in _LOOPBACK and _is_from_here(scope)):
        # A page of somewhere else, whose name was made to lead here; or the last account was removed while others could
        # come, and what they call this host is theirs to say.
        return 421, "portal_other_host"
    if scope["method"] not in _SAFE and not is_own_form(headers):
        return 403, "portal_other_origin"
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > LONGEST_BODY:
        return 413, "portal_too_long"
    return None


def is_own_form(headers: dict[str, str]) -> bool:
    """Whether a form or script of this very origin sends this. Browsers say where a request comes from in
    `Sec-Fetch-Site`, older ones in `Origin` or `Referer`; what is no browser says none of it, and has no cookies of
    somebody else's either."""
    if site := headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    came_from = headers.get("origin") or headers.get("referer")
    try:
        return came_from is None or urlsplit(came_from).netloc.casefold() == headers.get("host", "").casefold()
    except ValueError:
        # No address at all: `http://[`.
        return False


def _is_from_here(scope: Scope) -> bool:
    client = scope.get("client")
    return client is None or is_loopback(client[0])


def _host(given: str) -> str:
    name, colon, port = given.rpartition(":")
    return name if colon and port.isdigit() else given


async def _say(status: int, text: str, scope: Scope, send: Send) -> None:
    """A short answer without a page: whoever gets it has not come by one of ours."""
    cookies = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    sentence = says(text, "en" if "admissions_language=en" in cookies else "vi")
    body, kind = sentence.encode(), b"text/plain; charset=utf-8"
    if scope["path"].startswith("/api/"):
        body, kind = json.dumps({"error": text, "message": sentence}, ensure_ascii=False).encode(), b"application/json"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
