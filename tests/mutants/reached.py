"""A plugin of pytest's: mutmut notes which tests reach a function; here it learns what it could not see by itself."""

import functools
import os
import sys

import pytest

STATS = os.environ.get("MUTANT_UNDER_TEST") == "stats"
OURS = ("dbt_project", "expectations", "ingest", "reference", "warehouse")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What runs while modules are imported is every test's business."""
    if STATS:
        from mutmut.state import state

        names = {item.nodeid for item in session.items}
        for function in state()._stats:
            state().tests_by_mangled_function_name[function] |= names


def pytest_runtest_setup() -> None:
    """What the test before had remembered is worked out again, and so is reached."""
    if STATS:
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] in OURS:
                for found in vars(module).values():
                    if isinstance(found, functools._lru_cache_wrapper):
                        found.cache_clear()
