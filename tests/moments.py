"""Everything that a process does to what outlasts it, one moment after the other, by kind: files that are opened for
writing, renamed, removed, flushed; statements that change a store, commits, closing it; processes that are started;
what is said to a server. A test may have the process end right before any of them, as `kill -9` ends it.

Between two of them nothing happens that anybody could find. What DuckDB does to its file within a statement is not seen
from Python: for that the system ends the process in the middle of a write (`die_when_a_file_has`).
"""

import os
import resource
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable

import duckdb

#: Of each kind so many moments have gone by.
passed: Counter[str] = Counter()

_AUDITED = {
    "os.rename": "name",
    "os.link": "name",
    "os.mkdir": "name",
    "os.remove": "remove",
    "os.rmdir": "remove",
    "subprocess.Popen": "process",
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
#: Statements that leave everything as it is, or concern this connection alone.
_HARMLESS = ("SELECT", "FROM", "WITH", "DESCRIBE", "SET", "RESET", "USE", "PRAGMA", "EXPLAIN", "DETACH")


def watch(when: Callable[[str, int], None]) -> None:
    """From now on `when` is called before each moment, with its kind and its number within the kind, from 1. There is
    no way back: it is for a process that does nothing else."""

    def moment(kind: str) -> None:
        passed[kind] += 1
        when(kind, passed[kind])

    def audited(event: str, arguments: tuple[object, ...]) -> None:
        if event in _AUDITED:
            moment(_AUDITED[event])
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
            moment("write")

    sys.addaudithook(audited)
    for name, kind in (("fsync", "flush"), ("sync", "flush")):
        setattr(os, name, _before(getattr(os, name), lambda _, kind=kind: moment(kind)))
    store = duckdb.DuckDBPyConnection
    for name in ("execute", "executemany"):
        setattr(store, name, _before(getattr(store, name), lambda given: is_change(given) and moment("statement")))
    for name, kind in (("commit", "commit"), ("close", "close")):
        setattr(store, name, _before(getattr(store, name), lambda _, kind=kind: moment(kind)))
    socket.socket.sendall = _before(socket.socket.sendall, lambda _: moment("said"))  # type: ignore[method-assign]


def is_change(given: tuple[object, ...]) -> bool:
    return not str(given[1]).lstrip(" \n(").upper().startswith(_HARMLESS)


def killing(kind: str, number: int) -> Callable[[str, int], None]:
    """For `watch`: the process is killed right before this moment."""

    def when(of: str, passing: int) -> None:
        if (of, passing) == (kind, number):
            os.kill(os.getpid(), signal.SIGKILL)

    return when


def die_when_a_file_has(size: int) -> None:
    """The process, and what it starts, is ended by the system in the middle of the write that would make a file larger
    than `size` bytes: what fits is written. Where Python itself reaches it, the write is refused instead."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _before(call: Callable[..., object], do: Callable[[tuple[object, ...]], object]) -> Callable[..., object]:
    def doing(*given: object, **named: object) -> object:
        do(given)
        return call(*given, **named)

    return doing
