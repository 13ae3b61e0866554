"""What happens, as events with fields, for whoever gathers logs or measures. People's sentences are not made of them.

A door says where events go (`send_to`); where none has, telling costs nothing. Fields are plain values: names of files,
codes, months, numbers, sentences of the catalogue; never what stands in a workbook, never a secret.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

#: What holds for all that is told inside: the run, the task.
_bound: ContextVar[Mapping[str, object] | None] = ContextVar("bound", default=None)


@dataclass(frozen=True)
class Event:
    """`level` is one of logging's numbers, `at` is in UTC."""

    name: str
    level: int
    at: datetime
    fields: Mapping[str, object]


_sinks: list[Callable[[Event], None]] = []


def send_to(sink: Callable[[Event], None]) -> None:
    """Have `sink` called with every event of this process, once each however often it is named."""
    if sink not in _sinks:
        _sinks.append(sink)


def are_wanted() -> bool:
    """Whether they go anywhere."""
    return bool(_sinks)


def go_to(sink: Callable[[Event], None]) -> bool:
    """Whether that is one of the places."""
    return sink in _sinks


def tell(name: str, level: int = logging.INFO, /, **fields: object) -> None:
    """This has happened. Fields that are None are left out. Where it cannot be told, what is done goes on."""
    if not _sinks:
        return
    known = {key: value for key, value in {**(_bound.get() or {}), **fields}.items() if value is not None}
    event = Event(name, level, datetime.now(UTC), known)
    for sink in _sinks:
        # A log's disk may be full, its reader gone: no run ends because of it.
        with suppress(Exception):
            sink(event)


def bind(**fields: object) -> None:
    """These fields belong to everything that this process tells from now on."""
    _bound.set({**(_bound.get() or {}), **fields})


@contextmanager
def in_run(name: str = "") -> Iterator[None]:
    """What is told inside belongs to one run: the one around it, or a new one of that name (or of a name made up)."""
    bound = _bound.get() or {}
    if "run" in bound:
        yield
        return
    token = _bound.set({**bound, "run": name or uuid4().hex[:12]})
    try:
        yield
    finally:
        _bound.reset(token)
