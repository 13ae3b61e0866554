"""What is imported before anything is forked: dbt with the parsed project, Great Expectations."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

import expectations.check
import expectations.worker
from dbt_project import parsed
from dbt_project.build import PROJECT


def dbt(arguments: list[str]) -> int:
    """What `dbt …` does, and its exit status."""
    done = dbtRunner(manifest=_manifest).invoke(arguments)
    if done.success:
        return 0
    if done.exception is None:
        return 1
    sys.stdout.write(f"{done.exception}\n")
    return 2


def check(_: list[str]) -> int:
    """What `python -m expectations.worker` does."""
    return expectations.worker.main()


MAINS = {"dbt": dbt, "check": check}


def _parsed() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        parsed.lay_ready(PROJECT, work)
        places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        places += ["--target-path", str(work / "target"), "--log-path", str(work / "logs")]
        done = dbtRunner().invoke(["--quiet", "--no-version-check", "parse", *places])
        if not done.success:
            raise RuntimeError("dbt could not parse the project") from done.exception
        parsed.keep(PROJECT, work)
    # DuckDB's threads would be lost in what is forked.
    assert DuckDBConnectionManager._ENV is None
    return done.result


os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
_manifest = _parsed()
