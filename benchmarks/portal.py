"""What fifty people who click wait for, beside a page of the same size that the same server has ready.

Each person opens a page, reads for a second, opens the next one; all pages are asked for by everybody. `first` is the
time of a page that nobody has opened since the last publishing, one person alone. `paint` is when Chromium shows the
first of a page that it has never seen. `load` is what else the machine does (its load average before).
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
from playwright.sync_api import sync_playwright

from benchmarks.measure import ROOT, run
from benchmarks.multiplied import multiply
from samples.write import write_samples
from warehouse.connections import reading_published
from warehouse.settings import Settings, load_settings

#: First paints of each page.
_PAINTS = 5
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
_PEOPLE = 50
_CLICKS = 20
_READS_FOR = 1.0
_PEER = """
import sys, uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
app = FastAPI()
@app.get("/{path:path}")
def page(path: str) -> HTMLResponse:
    return HTMLResponse("x" * int(sys.argv[2]))
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


def compare(folder: Path) -> dict[str, float]:
    """Milliseconds at p50 and p95, megabytes, kilobytes of the longest page as it goes over the wire."""
    return measure(published_city(folder / "portal"))


def compare_country(folder: Path) -> dict[str, float]:
    """The same with as many rows as the whole country has after ten years (`multiplied`)."""
    settings = published_city(folder / "portal_country")
    rows = multiply(str(settings.published))
    return {"rows": rows, **measure(settings)}


def published_city(home: Path) -> Settings:
    """The sample city, ten years and a half of it."""
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2026-01-06", "ADMISSIONS_ARRIVAL": "modified"}
    settings = load_settings(environment, home.parent)
    write_samples(settings.landing)
    run(["-m", "cli", "run"], environment)
    return settings


def measure(settings: Settings) -> dict[str, float]:
    """The same of a home that is published."""
    load, _, _ = os.getloadavg()
    pages = list(_pages(settings))
    with serving(["-m", "cli", "portal", "--port", "8791"], settings, 8791) as server:
        firsts = asyncio.run(_visit(8791, pages, people=1, clicks=len(pages), pause=0))
        times = asyncio.run(_visit(8791, pages, _PEOPLE, _CLICKS, _READS_FOR))
        sizes = [_on_the_wire(8791, page) for page in pages]
        peak = _megabytes(server)
        paints = dict(_paints(8791, settings))
    with serving(["-c", _PEER, "8792", str(max(sizes))], settings, 8792):
        peers = asyncio.run(_visit(8792, pages, _PEOPLE, _CLICKS, _READS_FOR))
    return {
        "load": load,
        "first_p50_ms": _percentile(firsts, 50),
        "first_p95_ms": _percentile(firsts, 95),
        "first_worst_ms": max(firsts) * 1000,
        "clicking_p50_ms": _percentile(times, 50),
        "clicking_p95_ms": _percentile(times, 95),
        "peer_p95_ms": _percentile(peers, 95),
        "ratio_p95": _percentile(times, 95) / _percentile(peers, 95),
        "server_mb": peak,
        "longest_page_kb": max(sizes) / 1000,
        **{f"paint_{name}_ms": at for name, at in paints.items()},
    }


def _paints(port: int, settings: Settings) -> Iterator[tuple[str, float]]:
    """Milliseconds until the browser shows something of a page, the median of some times."""
    case, commune, month = _a_case(settings)
    pages = {"overview": "/", "queue": "/queue", "case": f"/cases/{case}", "report": f"/reports/{commune}/{month}"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, page in pages.items():
            times = []
            for _ in range(_PAINTS):
                # Each time a browser that has nothing kept.
                context = browser.new_context(viewport={"width": 1366, "height": 768})
                tab = context.new_page()
                tab.goto(f"http://127.0.0.1:{port}{page}")
                # `unsafe-eval` is none of the pages' policy; so it is asked again and again from here.
                while not (painted := tab.evaluate(_PAINTED)):
                    tab.wait_for_timeout(20)
                times.append(float(painted))
                context.close()
            yield name, statistics.median(times)
        browser.close()


def _a_case(settings: Settings) -> tuple[str, str, str]:
    with reading_published(settings) as connection:
        ((case, commune, month),) = connection.execute(
            "SELECT case_id, commune_code, strftime(month, '%Y-%m') FROM warehouse.marts.mart_steward_queue"
            " ORDER BY queue_position LIMIT 1"
        ).fetchall()
    return case, commune, month


def _pages(settings: Settings) -> Iterator[str]:
    yield from ("/", "/communes", "/reports", "/queue", "/words", "/dictionary", "/upload", "/operator")
    with reading_published(settings) as connection:
        codes = connection.execute(
            "SELECT commune_code FROM warehouse.marts.mart_target_attainment GROUP BY commune_code"
            " ORDER BY md5(commune_code) LIMIT 5"
        ).fetchall()
        cells = connection.execute("SELECT DISTINCT cell_key FROM warehouse.marts.fct_admissions LIMIT 5").fetchall()
        cases = connection.execute("SELECT DISTINCT case_id FROM warehouse.quality.failures LIMIT 5").fetchall()
        reports = connection.execute(
            "SELECT commune_code, strftime(month, '%Y-%m') FROM warehouse.quality.versions LIMIT 5"
        ).fetchall()
    yield from (f"/communes/{code}" for (code,) in codes)
    yield from (f"/cells/{key}" for (key,) in cells)
    yield from (f"/cases/{case_id}" for (case_id,) in cases)
    yield from (f"/reports/{code}/{month}" for code, month in reports)


@contextmanager
def serving(command: list[str], settings: Settings, port: int) -> Iterator[psutil.Process]:
    environment = {**os.environ, **settings.as_environment()}
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False)
                break
            except httpx.TransportError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


async def _visit(port: int, pages: list[str], people: int, clicks: int, pause: float) -> list[float]:
    """Seconds of each click, of all people together."""

    async def person(number: int) -> list[float]:
        times = []
        # Not all of them in the same moment.
        await asyncio.sleep(pause * number / people)
        base = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=base, trust_env=False, timeout=60) as client:
            for click in range(clicks):
                began = time.perf_counter()
                answer = await client.get(pages[(number * 7 + click) % len(pages)])
                times.append(time.perf_counter() - began)
                if answer.status_code != 200:
                    raise RuntimeError(f"{answer.url}: {answer.status_code}")
                await asyncio.sleep(pause)
        return times

    return [each for of_one in await asyncio.gather(*map(person, range(people))) for each in of_one]


def _on_the_wire(port: int, page: str) -> int:
    with httpx.stream("GET", f"http://127.0.0.1:{port}{page}", trust_env=False) as answer:
        return sum(len(part) for part in answer.iter_raw())


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def _percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1] * 1000 if len(times) > 1 else times[0] * 1000
