"""Modules that Great Expectations imports for one expectation that no rule uses: they are loaded when something of them
is asked for. Loading them takes a fifth of the time in which it is imported.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

#: Both are for the divergence of distributions: what it is, and a chart of it.
_MODULES = frozenset({"altair", "scipy.stats"})


class WhenAskedFor(MetaPathFinder):
    """Finds these modules as ever, and has them loaded late."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _MODULES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def load_when_asked_for() -> None:
    """From here on, in this process."""
    if not any(isinstance(each, WhenAskedFor) for each in sys.meta_path):
        sys.meta_path.insert(0, WhenAskedFor())
