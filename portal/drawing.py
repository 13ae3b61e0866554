"""Charts as SVG files, drawn by a process of their own and kept for the published version that they show.

The drawing library costs seconds to start and more than a hundred megabytes; so it is in a child (`portal.draw`), which
starts with the first chart that nobody has drawn yet, and ends by itself when there is nothing to draw for a while.
"""

import hashlib
import json
import select
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from warehouse.settings import Settings

_ROOT = Path(__file__).parent.parent
#: How charts are drawn: another program draws them anew.
_LOOK = Path(__file__).with_name("draw.py").read_bytes()
#: Seconds that a chart may take, the start of the library on a busy machine with it.
_PATIENCE = 20.0
#: Requests that may wait for a chart at a time: the others are answered at once, without one.
_WAITING = 8


class NotDrawn(Exception):
    """The chart cannot be had now; the page stands without it."""


class Drawing:
    """Draws what is asked for; the same chart of the same version is drawn once."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.portal / "charts"
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_WAITING)
        self._process: subprocess.Popen[bytes] | None = None

    def drawn(self, version: str, chart: Mapping[str, Any]) -> bytes:
        """The SVG of `chart` (see `portal.draw`) with figures of the published `version`. Raises NotDrawn."""
        text = json.dumps(chart, ensure_ascii=False, sort_keys=True, default=str)
        path = self._folder / version / f"{hashlib.sha256(_LOOK + text.encode()).hexdigest()[:32]}.svg"
        with suppress(FileNotFoundError):
            return path.read_bytes()
        if not self._places.acquire(blocking=False):
            raise NotDrawn
        try:
            if not self._lock.acquire(timeout=_PATIENCE):
                raise NotDrawn
            try:
                with suppress(FileNotFoundError):
                    return path.read_bytes()
                self._make_room(path.parent)
                self._draw(text, path)
                return path.read_bytes()
            finally:
                self._lock.release()
        except OSError as error:
            raise NotDrawn from error
        finally:
            self._places.release()

    def stop(self) -> None:
        """With the portal."""
        with self._lock:
            self._end()

    def _make_room(self, folder: Path) -> None:
        """Charts of former versions are no use to anybody, but for the last one: its pages are just being opened."""
        if folder.is_dir():
            return
        folder.mkdir(parents=True)
        others = [each for each in self._folder.iterdir() if each != folder]
        for other in sorted(others, key=lambda each: each.stat().st_mtime)[:-1]:
            shutil.rmtree(other, ignore_errors=True)

    def _draw(self, text: str, path: Path) -> None:
        for _ in range(2):
            process = self._running()
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps([str(path), text]).encode() + b"\n")
                process.stdin.flush()
            except BrokenPipeError:
                # It had nothing to do for long, and ended just now.
                self._end()
                continue
            if self._answer(process) == b"done":
                return
            break
        self._end()
        raise NotDrawn

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "portal.draw"],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def _answer(self, process: "subprocess.Popen[bytes]") -> bytes:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], _PATIENCE)
        return process.stdout.readline().strip() if ready else b""

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()
