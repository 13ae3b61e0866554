"""The readers that are measured. A reader takes files and yields for each what it read, in one shape.

That shape is a part of `admissions inspect --json`: `commune.code`, `month`, and in `forms` each form's `form`,
`columns` (field to letter), `inferred` (fields read by more than their words) and `lines` with `row`, `kind`,
`cell_name` and `values` (field to value; a blank is None). What is missing counts as not read.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# Our codes for kinds of classes, as the sheet says them.
_CLASSES = {
    "awareness": "nhận thức về Đảng",
    "new_members": "đảng viên mới",
    "committee_work": "nghiệp vụ công tác đảng cho cấp ủy, bí thư, phó bí thư chi bộ",
}

Reader = Callable[[list[Path]], Iterator[dict[str, Any]]]


def ours(files: list[Path]) -> Iterator[dict[str, Any]]:
    """This project's reader, as `admissions inspect --json` runs it, with nothing learnt from earlier reports."""
    from ingest.inspect import inspect_files
    from warehouse.settings import load_settings

    with TemporaryDirectory() as home:
        given = {"HOME": home, "TODAY": "2025-06-30", "WORKERS": "2", "SCOPE": "district:105"}
        settings = load_settings({f"ADMISSIONS_{name}": value for name, value in given.items()}, Path(home))
        for found in inspect_files(files, settings):
            for line in (line for form in found["forms"] for line in form["lines"]):
                if line["values"].get("class_type") in _CLASSES:
                    line["values"]["class_type"] = _CLASSES[line["values"]["class_type"]]
            yield found


def _with_tool(name: str) -> Reader:
    """A peer, imported when it is asked for: the tools are in an environment of their own (requirements.txt)."""

    def read(files: list[Path]) -> Iterator[dict[str, Any]]:
        from benchmarks.messy.peers.tables import reader

        return reader(import_module(f"benchmarks.messy.peers.with_{name}").tables)(files)

    return read


def _with_coma(way: str) -> Reader:
    def read(files: list[Path]) -> Iterator[dict[str, Any]]:
        found: Iterator[dict[str, Any]] = getattr(import_module("benchmarks.messy.peers.with_coma"), way)(files)
        return found

    return read


READERS: dict[str, Reader] = {
    "ours": ours,
    "pandas": _with_tool("pandas"),
    "frictionless": _with_tool("frictionless"),
    "duckdb": _with_tool("duckdb"),
    "coma": _with_coma("schema"),
    "coma-figures": _with_coma("figures"),
}
