"""What processes take of this machine's memory."""

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil


def of_services(leaders: Iterable[int]) -> dict[int, float]:
    """MB in memory for each service, by the number of the process that leads it: with all its children, and its part of
    what is shared with others."""
    return {leader: sum(map(_proportional, _all_of(leader))) for leader in leaders}


def _all_of(leader: int) -> set[int]:
    # PostgreSQL's children lead sessions of their own, and children of a process that is gone have another parent.
    found = {leader, *(child.pid for child in psutil.Process(leader).children(recursive=True))}
    for pid in psutil.pids():
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == leader:
                found.add(pid)
    return found


def _proportional(pid: int) -> float:
    try:
        told = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except (ProcessLookupError, FileNotFoundError):
        return 0.0
    return int(told[1]) / 1024 if told else 0.0
