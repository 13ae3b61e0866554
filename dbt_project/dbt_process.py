"""`python -m dbt_project.dbt_process …`: what `dbt …` does, and a recording of what it ran for a build.

Where the environment names a file (recording.FILE) and the build succeeds, its statements are left there. A table that
grows month by month is made anew in an empty store: it is built once more, so that what is kept are the statements of
every later build, too.
"""

import os
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from dbt_project.recording import FILE, SEED, SOURCE, TABLE, TEST, VIEW, Node, Recording, Step, write

#: Before a statement of its own dbt asks what there is. The answers hold for the same project.
_ASKS = re.compile(r"(?:/\*.*?\*/|--[^\n]*\n|\s)*(?:select|describe|with)\b", re.IGNORECASE | re.DOTALL)
_KINDS = {"seed": SEED, "test": TEST}


class _Listener:
    """Keeps the statements of each node, by the node's id."""

    def __init__(self) -> None:
        self.statements: dict[str, list[str]] = defaultdict(list)

    def hear(self, message: Any) -> None:
        if message.info.name != "SQLQuery":
            return
        node, sql = message.data.node_info.unique_id, message.data.sql
        if node and sql.lstrip().startswith("/*"):
            self.statements[node].append(sql)


def main(arguments: list[str]) -> int:
    """Run dbt; returns its exit status."""
    # As the store is: for its owner alone (warehouse/connections.py).
    os.umask(0o077)
    path = os.environ.get(FILE)
    listener = _Listener()
    manifest = None
    if path:
        parsed = dbtRunner().invoke(["--quiet", *_of_parsing(arguments)])
        manifest = parsed.result if parsed.success else None
    done = dbtRunner(manifest=manifest, callbacks=[listener.hear]).invoke(arguments)
    if done.success:
        if path and manifest is not None:
            _keep(Path(path), arguments, manifest, done.result, listener)
        return 0
    if done.exception is None:
        return 1
    sys.stdout.write(f"{done.exception}\n")
    return 2


def _of_parsing(arguments: list[str]) -> list[str]:
    """The same project and folders, for `dbt parse`."""
    place = arguments.index("build")
    after = arguments[place + 1 :]
    wanted = ("--project-dir", "--profiles-dir", "--target-path", "--log-path")
    pairs = [part for name in wanted for part in (name, after[after.index(name) + 1])]
    return [*arguments[:place], "parse", *pairs]


def _keep(path: Path, arguments: list[str], manifest: Any, result: Any, listener: _Listener) -> None:
    built = [each.node for each in result.results if each.node.resource_type in ("model", "test")]
    growing = [node.name for node in built if node.config.materialized == "incremental"]
    if growing:
        once_more = _Listener()
        selected = arguments[: arguments.index("--selector")]
        selected += ["--exclude-resource-type", "test", "--select", *growing]
        again = dbtRunner(manifest=manifest, callbacks=[once_more.hear]).invoke(
            ["--quiet", "--no-write-json", *selected]
        )
        if not again.success:
            return
        listener.statements.update(once_more.statements)
    wanted = {node.unique_id: node.resource_type == "test" for node in built}
    steps = [
        Step(node, tuple(sql for sql in statements if _counts(sql, is_test=wanted[node])))
        for node, statements in listener.statements.items()
        if node in wanted
    ]
    if {step.node for step in steps if step.statements} != wanted.keys():
        return
    write(Recording(tuple(steps), _graph(manifest)), path)


def _counts(sql: str, is_test: bool) -> bool:
    """Whether the statement is what the node is about: a test's question, or what changes the store for a model."""
    return "should_error" in sql if is_test else not _ASKS.match(sql)


def _graph(manifest: Any) -> dict[str, Node]:
    graph = {
        name: Node(SOURCE, table=f"{source.schema}.{source.identifier}") for name, source in manifest.sources.items()
    }
    for name, node in manifest.nodes.items():
        kind = _KINDS.get(node.resource_type) or (VIEW if node.config.materialized == "view" else TABLE)
        table = f"{node.schema}.{node.alias}" if kind == TABLE else ""
        graph[name] = Node(kind, tuple(node.depends_on.nodes) if kind != SEED else (), table)
    return graph


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
