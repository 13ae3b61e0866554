"""Every data test of the project is in exactly one group of docs/data_tests.md, which says what holds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbt_project.build import PROJECT

GUIDE = Path(__file__).parents[2] / "docs" / "data_tests.md"


@dataclass(frozen=True)
class DataTest:
    """A test of a column, of a model (column empty), or a query of its own (model empty)."""

    name: str
    model: str = ""
    column: str = ""


@dataclass(frozen=True)
class Group:
    name: str
    test: str
    models: tuple[str, ...]
    columns: tuple[str, ...]

    def has(self, test: DataTest) -> bool:
        if test.name != self.test:
            return False
        return not test.model or (
            any(fnmatchcase(test.model, pattern) for pattern in self.models)
            and any(fnmatchcase(test.column, pattern) for pattern in self.columns)
        )


@cache
def groups() -> tuple[Group, ...]:
    """The rows of the guide's table."""
    found = []
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and cells[1].startswith("`"):
            test, models, columns = (tuple(cell.replace("`", "").split()) for cell in cells[1:4])
            found.append(Group(cells[0], test[0], models, columns))
    return tuple(found)


@cache
def data_tests() -> tuple[DataTest, ...]:
    return tuple(_data_tests())


def _data_tests() -> Iterator[DataTest]:
    for path in sorted((PROJECT / "models").rglob("_*.yml")):
        for model in (yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}).get("models") or []:
            for test in model.get("data_tests") or []:
                yield DataTest(_name(test), model["name"])
            for column in model.get("columns") or []:
                for test in column.get("data_tests") or []:
                    yield DataTest(_name(test), model["name"], column["name"])
    for path in sorted((PROJECT / "tests").rglob("*.sql")):
        if path.parent.name != "generic":
            yield DataTest(path.stem)


def _name(test: Any) -> str:
    return test if isinstance(test, str) else str(test.get("test_name") or next(iter(test)))


def test_there_are_tests_and_groups_to_compare() -> None:
    assert len(set(data_tests())) > 350
    assert len(groups()) > 15


@pytest.mark.parametrize("name", sorted({test.name for test in data_tests()}))
def test_every_data_test_is_in_one_group(name: str) -> None:
    of = {
        test: [group.name for group in groups() if group.has(test)] for test in data_tests() if test.name == name
    }  # fmt: skip
    assert {test: found for test, found in of.items() if len(found) != 1} == {}


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_every_group_has_a_test(group: Group) -> None:
    assert any(group.has(test) for test in data_tests())
