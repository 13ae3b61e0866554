"""Doors, rooms, ground floor: a door may call any room; rooms do not call each other or a door."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOORS = {"cli", "steps", "dags", "deploy", "portal"}
ROOMS = {"answers", "ingest", "expectations", "dbt_project", "samples", "outbox"}
MAY_BE_CALLED = {
    "ingest": {"warehouse", "reference"},
    "expectations": {"warehouse", "reference"},
    "dbt_project": {"warehouse", "reference"},
    "samples": {"warehouse", "reference"},
    "answers": {"warehouse", "reference"},
    "outbox": {"warehouse", "reference"},
    "warehouse": {"reference"},
    "reference": set(),
}


def modules_called(folder: Path) -> set[str]:
    called = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                called |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                called.add(node.module.split(".")[0])
    return called


@pytest.mark.parametrize("name", sorted(MAY_BE_CALLED))
def test_a_floor_calls_only_what_it_stands_on(name: str) -> None:
    called = modules_called(ROOT / name)
    assert called
    assert called & (DOORS | ROOMS | {"warehouse", "reference"}) <= MAY_BE_CALLED[name] | {name}


def test_only_the_warehouse_opens_duckdb() -> None:
    openers = [
        path.relative_to(ROOT).as_posix()
        for folder in sorted(ROOMS | {"cli", "dags", "deploy", "portal", "steps"})
        for path in (ROOT / folder).rglob("*.py")
        if "duckdb.connect(" in path.read_text(encoding="utf-8")
    ]
    assert openers == []
