"""Reading files in child processes that may die, hang or grow without harm to the run."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from ingest.model import Reading
from ingest.problems import problem
from ingest.reader import Context
from ingest.worker import AT_MOST, LARGEST_FILE, Request

#: Why a file was not read that may well be read another time, when the machine has less to do.
NOT_NOW = frozenset({"reading_took_too_long", "reading_failed"})

#: How long a process may take to start, in seconds: where the machine has much else to do, longer than any reading.
_STARTS_WITHIN = 120

#: How many files may be under way or finished but not yet taken by the caller: as many as are read while it stores a
#: batch.
_WINDOW = 256


@dataclass(frozen=True)
class FileToRead:
    """A file on disk and its path below the landing folder."""

    path: Path
    path_name: str


class _Child:
    """One child process, started when first asked and again after it has died."""

    def __init__(self, context: Context, seconds: int, memory_mb: int) -> None:
        self._context = context
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def start(self) -> Connection:
        ours, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.worker", str(theirs.fileno()), str(self._memory_mb), str(self._seconds)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # It reads what anybody may have made: the secrets of whoever started it are not its own.
            env={name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW_")},
            # The child must find this project wherever the command was started.
            cwd=Path(__file__).parent.parent,
        )
        theirs.close()
        self._connection = ours
        if not ours.poll(_STARTS_WITHIN):
            self._process.kill()
        # Where it was, or has ended by itself, there is nothing to receive.
        ours.recv()
        return ours

    def read(self, file: FileToRead) -> Reading:
        size = file.path.stat().st_size
        if size > LARGEST_FILE:
            return _refused(file, "too_large", f"{size >> 20} MB", f"{LARGEST_FILE >> 20} MB")
        try:
            connection = self._connection or self.start()
            connection.send(Request(str(file.path), file.path_name, self._context))
            if not self._answers(connection):
                self.stop()
                return self._too_long(file)
            answer: Reading | str = connection.recv()
        except (EOFError, ConnectionError):
            status = self._process.wait() if self._process else None
            self.stop()
            if status == -signal.SIGPROF:
                return self._too_long(file)
            return _refused(file, "reading_failed", f"status {status}")
        if isinstance(answer, str):
            return _refused(file, "reading_failed", answer)
        return answer

    def _answers(self, connection: Connection) -> bool:
        """Whether the process answers. It ends itself when it has worked for as long as a reading may; while it is not
        let to work it is waited for: how much else the machine has to do must not decide what is read."""
        for _ in range(AT_MOST):
            if connection.poll(self._seconds):
                return True
            if not self._is_kept_waiting():
                break
        return False

    def _is_kept_waiting(self) -> bool:
        """Whether the process would go on if it had a processor."""
        import psutil  # not needed where files are read in time

        try:
            return self._process is not None and psutil.Process(self._process.pid).status() in (
                psutil.STATUS_RUNNING,
                psutil.STATUS_STOPPED,
            )
        except psutil.NoSuchProcess:
            return False

    def _too_long(self, file: FileToRead) -> Reading:
        return _refused(file, "reading_took_too_long", f"> {self._seconds} s", f"{self._seconds} s")

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _refused(file: FileToRead, code: str, found: str, expected: str | None = None) -> Reading:
    with file.path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    return Reading(
        sha256,
        file.path.stat().st_size,
        reason=code,
        problems=(problem(code, found=found, expected=expected),),
    )


class GuardedReaders(AbstractContextManager["GuardedReaders"]):
    """A few child processes that read files; they are reused from file to file."""

    def __init__(self, workers: int, context: Context, seconds: int, memory_mb: int) -> None:
        self._workers = workers
        self._children: SimpleQueue[_Child] = SimpleQueue()
        self._all = [_Child(context, seconds, memory_mb) for _ in range(workers)]
        for child in self._all:
            self._children.put(child)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._all:
            child.stop()

    def read_all(self, files: Iterable[FileToRead]) -> Iterator[Reading | OSError]:
        """The reading of each file, in the order given; an OSError where the file could not be opened."""
        remaining = iter(files)
        with ThreadPoolExecutor(self._workers) as threads:
            waiting: list[Future[Reading | OSError]] = [
                threads.submit(self._read, file) for file in islice(remaining, _WINDOW)
            ]
            waiting.reverse()
            while waiting:
                yield waiting.pop().result()
                for file in islice(remaining, 1):
                    waiting.insert(0, threads.submit(self._read, file))

    def _read(self, file: FileToRead) -> Reading | OSError:
        child = self._children.get()
        try:
            return child.read(file)
        except OSError as error:
            return error
        except Exception as error:  # an answer that cannot be understood is this file's trouble, not the others'
            child.stop()
            return _refused(file, "reading_failed", f"{type(error).__name__}: {error}")
        finally:
            self._children.put(child)
