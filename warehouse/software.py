"""Which version of this software is installed."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

import duckdb

_NAME = "admissions-warehouse"


@cache
def software_version() -> str:
    """`0.1.0`; `0` where it runs without being installed."""
    try:
        return version(_NAME)
    except PackageNotFoundError:
        return "0"


def is_newer(other: str) -> bool:
    """Whether `other` (`0.2.0`) is a newer version than the one that is installed."""
    return _numbers(other) > _numbers(software_version())


def store_version() -> str:
    """The version of DuckDB that writes the store."""
    return duckdb.__version__


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
