"""What dbt ran for each node of a build, kept for all homes: while the project is the same, so are the statements.

In: a recording that dbt's process has left in its folder (dbt_process.py). Out: the same beside what dbt has parsed,
until a file of the project changes. dbt needs tens of milliseconds for a node whose statement takes one.
"""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter

#: The variable of the environment that names the file in which dbt's process leaves its recording.
FILE = "ADMISSIONS_DBT_RECORDING"
SOURCE, SEED, VIEW, TABLE, TEST = "source", "seed", "view", "table", "test"


@dataclass(frozen=True)
class Node:
    """A node of dbt's graph: what it is, what it is made of or looks at, and its `schema.table` where it has rows
    of its own."""

    kind: str
    parents: tuple[str, ...] = ()
    table: str = ""


@dataclass(frozen=True)
class Step:
    """A node of a build with the statements that dbt ran for it, each of which changes the store. A test has one, whose
    row says how many rows are wrong, whether that is worth a warning, and whether it is an error."""

    node: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Recording:
    """The steps of a build in the order in which dbt began them, and the graph of the whole project."""

    steps: tuple[Step, ...]
    graph: dict[str, Node]

    @cached_property
    def nodes(self) -> frozenset[str]:
        return frozenset(step.node for step in self.steps)


_RECORDING = TypeAdapter(Recording)


def write(recording: Recording, path: Path) -> None:
    path.write_text(json.dumps(asdict(recording)), encoding="utf-8")


def read(path: Path) -> Recording | None:
    """The recording; None where there is none that can be read."""
    try:
        return _RECORDING.validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
