"""What was kept for long enough is removed: logs, lines about runs, what went out, and what a killed process has left.

Never: the archive and its journals, the store, the published file, accounts, and anything in the landing folder.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from warehouse import run_log
from warehouse.files import write_whole
from warehouse.run_lock import holding
from warehouse.settings import Settings

_DAY = 24 * 60 * 60.0
#: What lies there for longer than any run goes on was left behind.
_LEFT_BEHIND = 2 * _DAY
#: So much time goes by, at most, from one time to the next.
_AT_MOST = 7 * _DAY


@dataclass
class Cleaned:
    """How many files were removed, with how many bytes; `left` are those that could not be, with the reason."""

    files: int = 0
    bytes: int = 0
    left: list[str] = field(default_factory=list)


def clean_up(settings: Settings) -> Cleaned:
    """Remove it, while nobody writes. Raises StoreBusy, OSError when the home cannot be used."""
    cleaned = Cleaned()
    with holding(settings, "admissions clean up"):
        now = _now(settings)
        for folder, days in (
            (settings.home / "airflow" / "logs", settings.keep_logs),
            (settings.home / "dbt" / "logs", settings.keep_logs),
            (settings.outbox, settings.keep_outbox),
        ):
            if days:
                _empty(folder, now - days * _DAY, cleaned)
        if settings.keep_logs:
            run_log.forget_before(settings, now - settings.keep_logs * _DAY)
        for left in _left_behind(settings):
            if left.is_dir() and not left.is_symlink():
                _empty(left, now - _LEFT_BEHIND, cleaned)
                _remove_folder(left, cleaned)
            else:
                _remove_if_older(left, now - _LEFT_BEHIND, cleaned)
        # Last, and no matter if it cannot be: on a disk that is full everything else is needed most.
        with suppress(OSError):
            write_whole(_note(settings), json.dumps(now).encode())
    return cleaned


def _now(settings: Settings) -> float:
    """What counts as now (seconds since 1970): no more than a week after it was cleaned up last, whatever the clock
    says. A clock that is a year ahead for a night would have everything thrown away; after a year in which the machine
    was off it does no harm that it takes a few nights more."""
    now = time.time()
    with suppress(OSError, ValueError, TypeError):
        now = min(now, float(json.loads(_note(settings).read_bytes())) + _AT_MOST)
    return now


def _note(settings: Settings) -> Path:
    """When it was cleaned up last."""
    return settings.home / "cleaned_up.json"


def _left_behind(settings: Settings) -> Iterator[Path]:
    """What processes write before they give it its name or take it away again."""
    yield from settings.home.glob("rebuild-*")
    yield from settings.home.glob(".incoming-*")
    yield from settings.archive.glob("[0-9a-f][0-9a-f]/.incoming-*")
    yield from settings.published.parent.glob(f".{settings.published.name}.*")
    yield from settings.published.parent.glob(f".{settings.parquet.name}.*")
    if not settings.restoring.exists():
        for folder in (settings.home, settings.archive, settings.published.parent):
            yield from folder.glob(".restoring")


def _empty(folder: Path, before: float, cleaned: Cleaned) -> None:
    """Remove what was last written before that moment, and folders in which nothing is left. Links are not followed."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            _remove_if_older(Path(place, name), before, cleaned)
        if Path(place) != folder:
            _remove_folder(Path(place), cleaned)


def _remove_if_older(path: Path, before: float, cleaned: Cleaned) -> None:
    try:
        found = path.lstat()
        if found.st_mtime < before:
            path.unlink()
            cleaned.files += 1
            cleaned.bytes += found.st_size
    except FileNotFoundError:
        return
    except OSError as error:
        cleaned.left.append(f"{path}: {error.strerror}")


def _remove_folder(path: Path, cleaned: Cleaned) -> None:
    """Where it is empty."""
    try:
        if not any(path.iterdir()):
            path.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        cleaned.left.append(f"{path}: {error.strerror}")
