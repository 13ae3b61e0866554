"""What a steward's cases take with the keyboard alone: keys and seconds from one case to the next.

He opens the queue's first case, takes the first proposal (or accepts, where there is none), types two words why,
presses Enter, sees that it is kept, and goes on to the next. The time is the machine's: he has read the case before.
"""

import os
import shutil
import statistics
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.portal import published_city, serving

_PORT = 8793
_REASON = "hỏi xã"
#: Where a decision that was sent is shown.
_KEPT = "#outcome"
_MOST = 10


def compare(folder: Path) -> dict[str, float]:
    """Of the cases that wait in the sample city, ten at most: keys with the reason's letters, and seconds of each."""
    settings = published_city(folder / "keyboard")
    load, _, _ = os.getloadavg()
    command = ["-m", "cli", "portal", "--port", str(_PORT)]
    with serving(command, settings, _PORT), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{_PORT}/queue")
        times: list[float] = []
        keys: list[float] = []
        while len(times) < _MOST and _goes_on(page):
            began = time.perf_counter()
            keys.append(_settled(page))
            times.append(time.perf_counter() - began)
        browser.close()
    return {
        "load": load,
        "cases": len(times),
        "keys": statistics.median(keys),
        "seconds_median": statistics.median(times),
        "seconds_worst": max(times),
    }


def _goes_on(page: Page) -> bool:
    """To the next case, where there is one."""
    before = page.url
    if not page.locator("[data-key=j]").count():
        return False
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != before and "/cases/" in url)
    return True


def _settled(page: Page) -> int:
    """How many keys it took, with the one that leads on."""
    page.keyboard.press("1" if page.locator("[data-key='1']").count() else "a")
    page.keyboard.type(_REASON)
    page.keyboard.press("Enter")
    page.locator(_KEPT).wait_for()
    return len(_REASON) + 3
