"""Which version of this software is running."""

import tomllib
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

_NAME = "admissions-warehouse"
_ROOT = Path(__file__).parent.parent


@cache
def software_version() -> str:
    """`0.1.0`, as the code itself says beside it: a container runs it without installing it, and after an update what
    was installed may be another. Otherwise what is installed; `0` where nothing tells."""
    with suppress(OSError, ValueError, KeyError):
        return str(tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])
    try:
        return version(_NAME)
    except PackageNotFoundError:
        return "0"


def is_newer(other: str) -> bool:
    """Whether `other` (`0.2.0`) is a newer version than the one that is running."""
    return _numbers(other) > _numbers(software_version())


def store_version() -> str:
    """The version of DuckDB that writes the store."""
    return duckdb.__version__


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
