"""Pages that were rendered are kept, and few are rendered at a time."""

import asyncio
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from portal.middleware import cache
from portal.middleware.cache import PageCache
from portal.people import Person
from portal.view import Portal
from portal.work import Work
from tests.portal.test_published import published
from warehouse.settings import Settings


class Pages:
    """An app that takes a while, and tells how many pages it rendered and how many at a time at most."""

    def __init__(self) -> None:
        self.rendered, self.now, self.most = 0, 0, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.rendered, self.now = self.rendered + 1, self.now + 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.02)
        self.now -= 1
        kind = b"text/csv" if scope["path"].endswith(".csv") else b"text/html"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": scope["path"].encode()})


def asked(settings: Settings, paths: list[str], *, reads_late: bool = False) -> tuple[Pages, list[bytes]]:
    """What all of the paths, asked for at once, are answered. Where everybody `reads_late`, nobody takes an answer
    before all pages are rendered."""
    published(settings, 1)
    pages = Pages()
    nothing: Any = None
    middleware = PageCache(pages, portal=Portal(settings, nothing, nothing, Work(settings), nothing))

    async def ask(path: str) -> bytes:
        body = b""

        async def send(message: Message) -> None:
            nonlocal body
            while reads_late and pages.rendered < len(paths):
                await asyncio.sleep(0.01)
            body += message.get("body", b"")

        state: dict[str, Any] = {"person": Person("lan", "viewer"), "language": "vi", "form": "", "version": "1"}
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "state": state}
        await asyncio.wait_for(middleware(scope, nothing, send), 20)
        return body

    async def all_at_once() -> list[bytes]:
        return list(await asyncio.gather(*map(ask, paths)))

    return pages, asyncio.run(all_at_once())


def test_what_many_ask_for_at_once_is_not_rendered_for_each(settings: Settings) -> None:
    pages, answers = asked(settings, ["/communes"] * 30)
    assert (pages.rendered, set(answers)) == (cache._AT_A_TIME, {b"/communes"})


def test_few_pages_are_rendered_at_a_time_and_all_are_answered(settings: Settings) -> None:
    paths = [f"/communes/{number:05}" for number in range(20)] + [f"/operator?{number}" for number in range(10)]
    pages, answers = asked(settings, paths)
    assert (pages.most, pages.rendered) == (cache._AT_A_TIME, 30)
    assert answers == [path.encode() for path in paths]


def test_a_browser_that_reads_slowly_takes_no_place(settings: Settings) -> None:
    pages, _ = asked(settings, [f"/{number}.csv" for number in range(12)], reads_late=True)
    assert pages.rendered == 12


def test_a_chart_that_waits_to_be_drawn_takes_no_place(settings: Settings) -> None:
    pages, _ = asked(settings, [f"/charts/{number}.svg" for number in range(10)])
    assert pages.most == 10
