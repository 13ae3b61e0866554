"""What fifty people who click wait for, beside a page of the same size that the same server has ready.

Each person opens a page, reads for a second, opens the next one; all pages are asked for by everybody. `first` is the
time of a page that nobody has opened since the last publishing, one person alone.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import psutil

from benchmarks.measure import ROOT, run
from samples.write import write_samples
from warehouse.connections import reading_published
from warehouse.settings import Settings, load_settings

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
    home = folder / "portal"
    environment = {"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-09-06", "ADMISSIONS_ARRIVAL": "modified"}
    settings = load_settings(environment, folder)
    write_samples(settings.landing, until=date(2020, 8, 1))
    run(["-m", "cli", "run"], environment)
    return measure(settings)


def measure(settings: Settings) -> dict[str, float]:
    """The same of a home that is published."""
    pages = list(_pages(settings))
    with _serving(["-m", "cli", "portal", "--port", "8791"], settings, 8791) as server:
        firsts = asyncio.run(_visit(8791, pages, people=1, clicks=len(pages), pause=0))
        times = asyncio.run(_visit(8791, pages, _PEOPLE, _CLICKS, _READS_FOR))
        sizes = [_on_the_wire(8791, page) for page in pages]
        peak = _megabytes(server)
    with _serving(["-c", _PEER, "8792", str(max(sizes))], settings, 8792):
        peers = asyncio.run(_visit(8792, pages, _PEOPLE, _CLICKS, _READS_FOR))
    return {
        "first_p50_ms": _percentile(firsts, 50),
        "first_worst_ms": max(firsts) * 1000,
        "clicking_p50_ms": _percentile(times, 50),
        "clicking_p95_ms": _percentile(times, 95),
        "peer_p95_ms": _percentile(peers, 95),
        "ratio_p95": _percentile(times, 95) / _percentile(peers, 95),
        "server_mb": peak,
        "longest_page_kb": max(sizes) / 1000,
    }


def _pages(settings: Settings) -> Iterator[str]:
    yield from ("/", "/communes", "/reports", "/queue", "/words", "/dictionary", "/upload", "/operator")
    with reading_published(settings) as connection:
        codes = connection.execute(
            "SELECT DISTINCT commune_code FROM warehouse.marts.mart_target_attainment LIMIT 5"
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
def _serving(command: list[str], settings: Settings, port: int) -> Iterator[psutil.Process]:
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
