"""`python -m dbt_project.get_ready`: have dbt do once what no store need wait for any more.

It parses the project, builds a store into which nothing has come, and leaves beside the project what it has parsed,
what it ran and that store (parsed.py, beginning.py). Where all of it is there, nothing is done.
"""

import fcntl
import tempfile
from pathlib import Path

from dbt_project import parsed
from dbt_project.build import BUILDS, PROJECT, build
from warehouse.settings import Settings, load_settings


def get_ready() -> bool:
    """Returns whether there was something to do; other processes wait until it is done. Raises BuildFailed, OSError."""
    kept = parsed.empty_store_of(PROJECT, PROJECT)
    if kept.exists():
        return False
    with (kept.parent / "get_ready.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            return False
        with tempfile.TemporaryDirectory() as home:
            settings = _without_reports(Path(home))
            for each in BUILDS:
                build(settings, each)
            parsed.keep_empty_store(PROJECT, PROJECT, settings.store)
    return True


def _without_reports(home: Path) -> Settings:
    """Of an office that has received nothing yet."""
    return load_settings({"ADMISSIONS_HOME": str(home)}, home)


if __name__ == "__main__":
    get_ready()
