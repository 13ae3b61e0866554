"""Pages that were rendered are kept: the same address for the same kind of person, while nothing has changed.

What a page shows follows from the published version, what was decided and said since (two journals), the day, the
language and who asks. All of it is in a page's name here, so that nothing kept is ever old.
"""

import asyncio
import gzip
import threading
from collections import OrderedDict
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.threads import JOURNAL as THREADS
from portal.view import Portal
from warehouse.decisions import JOURNAL as DECISIONS

_MOST_BYTES = 48 * 1024 * 1024
_LONGEST = 1024 * 1024
#: What reads nothing of the published file.
_LIGHT = ("/health", "/static/", "/sign-in", "/sign-out")
#: Pages that show what changes by itself.
_ALIVE = ("/upload", "/operator", "/search")

#: Pages that are rendered at a time; more would take memory and no less time.
_AT_A_TIME = 3
#: What waits for another process takes no place from others.
_DRAWN = "/charts/"

_Name = tuple[object, ...]
_Kept = tuple[list[tuple[bytes, bytes]], bytes, bytes]


class PageCache:
    """Between the entrance and the pages; answers compressed where the browser can read that."""

    def __init__(self, app: ASGIApp, *, portal: Portal) -> None:
        self._app = app
        self._portal = portal
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Name, _Kept] = OrderedDict()
        self._bytes = 0
        self._places = asyncio.Semaphore(_AT_A_TIME)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(_LIGHT):
            await self._app(scope, receive, send)
            return
        name = None if scope["path"].startswith(_ALIVE) else self._name(scope)
        kept = self._kept_as(name)
        if kept is None:
            place = _Place(self._places, is_needed=not scope["path"].startswith(_DRAWN))
            await place.take()
            try:
                # Whoever had the place before may have asked for the same.
                kept = self._kept_as(name) or await self._rendered(name, place, scope, receive, send)
            finally:
                place.leave()
        if kept is not None:
            await _answer(kept, "gzip" in Headers(scope=scope).get("accept-encoding", ""), send)

    def _kept_as(self, name: _Name | None) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(name) if name else None
            if name and kept:
                self._kept.move_to_end(name)
        return kept

    def _name(self, scope: Scope) -> _Name:
        state, settings = scope["state"], self._portal.settings
        journals = (_state(settings.archive / DECISIONS), _state(settings.archive / THREADS))
        work = self._portal.work.state
        who = (state["person"], state["language"], state["form"])
        return (state["version"], journals, work, settings.current_day(), who, scope["path"], scope["query_string"])

    async def _rendered(
        self, name: _Name | None, place: "_Place", scope: Scope, receive: Receive, send: Send
    ) -> _Kept | None:
        """The page, to be kept; None for what was sent on as it came (no page, or not well)."""
        start: Message | None = None
        parts: list[bytes] = []

        async def collected(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                if name and _is_kept(message) and scope["state"]["version"] is not None:
                    start = message
                    return
            elif start is not None:
                parts.append(message.get("body", b""))
                return
            # It is done, but for the way to a browser that may be slow.
            place.leave()
            await send(message)

        await self._app(scope, receive, collected)
        if start is None:
            return None
        body = b"".join(parts)
        headers = [each for each in start["headers"] if each[0].lower() != b"content-length"]
        kept = (headers, body, gzip.compress(body, 5))
        if len(body) <= _LONGEST:
            with self._lock:
                if name and name not in self._kept:
                    self._kept[name] = kept
                    self._bytes += _size(kept)
                while self._bytes > _MOST_BYTES:
                    self._bytes -= _size(self._kept.popitem(last=False)[1])
        return kept


class _Place:
    """One of the places for rendering, left once."""

    def __init__(self, places: asyncio.Semaphore, *, is_needed: bool) -> None:
        self._places = places
        self._is_needed = is_needed

    async def take(self) -> None:
        if self._is_needed:
            await self._places.acquire()

    def leave(self) -> None:
        if self._is_needed:
            self._is_needed = False
            self._places.release()


def _is_kept(message: Message) -> bool:
    headers = {key.lower(): value for key, value in message["headers"]}
    is_text = headers.get(b"content-type", b"").startswith((b"text/html", b"image/svg", b"application/json"))
    return message["status"] == 200 and is_text and b"set-cookie" not in headers


async def _answer(kept: _Kept, is_compressed: bool, send: Send) -> None:
    headers, plain, packed = kept
    body = packed if is_compressed else plain
    more = [(b"content-length", str(len(body)).encode()), (b"vary", b"accept-encoding, cookie")]
    if is_compressed:
        more.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": 200, "headers": [*headers, *more]})
    await send({"type": "http.response.body", "body": body})


def _size(kept: _Kept) -> int:
    return len(kept[1]) + len(kept[2])


def _state(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except FileNotFoundError:
        return 0, 0
    return state.st_mtime_ns, state.st_size
