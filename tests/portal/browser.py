"""A real browser on a real server: Debian's Chromium, driven by Playwright, and axe on what it shows."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from portal.app import make_app
from warehouse.settings import Settings

#: What axe says of a page that keeps people from using it.
GRAVE = ("serious", "critical")
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The portal on a free port of loopback; its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(make_app(settings), log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < until, "the portal does not start"
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(20)


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing: make system")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(
    browser: Browser, address: str, *, scripts: bool = True, is_watched: bool = True, **options: Any
) -> Iterator[Page]:
    """A page of its own, with nobody's cookies. Where it `is_watched`, it fails the test to ask another host, and by
    whatever goes wrong in it."""
    context = browser.new_context(
        base_url=address,
        viewport=options.pop("viewport", DESKTOP),
        java_script_enabled=scripts,
        locale="vi-VN",
        **options,
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else wrong.append(asked.url))
    try:
        yield page
        assert not is_watched or wrong == []
    finally:
        context.close()


def grave_findings(page: Page) -> list[str]:
    """What axe finds on the page that is serious or worse, with where."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['help']} ({node['target']})"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"][:3]
    ]
