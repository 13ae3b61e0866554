"""The month's summary for the level above as Word and Excel: made when it is asked for, and nothing of it kept."""

import os
import subprocess
import sys
import tempfile
import threading
from datetime import date
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from portal import audit
from portal.addresses import month_in_address
from portal.asking import Asking
from portal.attachments import attachment
from portal.view import Busy, NotFound, View
from warehouse.files import naming

router = APIRouter()

_ROOT = Path(__file__).parents[2]
#: Seconds that it may take; it draws a chart, too.
_PATIENCE = 60
_ENDINGS = ("docx", "xlsx")
#: Each is a process of its own: what draws and writes documents is heavier than the whole portal.
_places = threading.BoundedSemaphore(2)


@router.get("/files/summary/{month}.{ending}")
def summary(view: Asking, month: str, ending: str) -> Response:
    """404 for a month of which nothing is published, 503 where too many ask at a time."""
    view.require("see_figures")
    day = month_in_address(month)
    covered = view.rows("SELECT 1 FROM marts.mart_city_attainment WHERE month = $month", month=day)
    if ending not in _ENDINGS or not covered:
        raise NotFound(month)
    if not _places.acquire(timeout=_PATIENCE / 4):
        raise Busy
    try:
        with tempfile.TemporaryDirectory() as folder, naming(Path(folder)):
            _make(view, day, folder)
            (path,) = Path(folder).glob(f"*.{ending}")
            audit.note(view.settings, view.person, "took_summary", month)
            return attachment(path.read_bytes(), path.name)
    except subprocess.TimeoutExpired as error:
        raise Busy from error
    finally:
        _places.release()


def _make(view: View, month: date, folder: str) -> None:
    """Both files, by the command of the terminal."""
    subprocess.run(
        [sys.executable, "-m", "cli", "summary", f"{month:%Y-%m}", "--out", folder],
        cwd=_ROOT,
        env={**os.environ, **view.settings.as_environment(), "PYTHONUTF8": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=_PATIENCE,
    )
