"""A store that dbt has built while nothing was in it, made once for all processes of a test run: what other stores
begin with, so that dbt is not needed for each."""

import fcntl
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from dbt_project import build as dbt
from dbt_project.recording import Step
from tests.warm.recordings import BUILDS, day_without_reports, recorded
from warehouse.connections import transaction, writing
from warehouse.literals import quoted
from warehouse.settings import Settings

#: The schemas that hold what dbt makes.
_SCHEMAS = "('reference', 'staging', 'intermediate', 'marts')"


def made_in(folder: Path, make_recordings: Callable[[Settings], None]) -> Path:
    """The store's file. One process makes it, others wait for it."""
    settings = day_without_reports(folder / "empty")
    with (folder / "empty.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_made = folder / "empty.made"
        if not is_made.exists():
            make_recordings(settings)
            for each in BUILDS:
                dbt.build(settings, each)
            is_made.touch()
    return settings.store


def begin_with(settings: Settings, empty: Path) -> None:
    """Give a store in which dbt has not built anything what it has built in the empty one. From then on what has
    changed since is built, as ever: everything that is made of reports, settings and decisions."""
    with writing(settings) as connection:
        if _has_something(connection):
            return
        connection.execute(f"ATTACH {quoted(empty)} AS empty_store (READ_ONLY)")
        connection.execute("USE warehouse")
        try:
            with transaction(connection):
                _copy(connection, _steps())
        finally:
            connection.execute("USE memory")
            connection.execute("DETACH empty_store")


def _has_something(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        connection.execute(
            f"SELECT 1 FROM duckdb_schemas() WHERE database_name = 'warehouse' AND schema_name IN {_SCHEMAS}"
        ).fetchall()
    )


def _copy(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    of_dbt = f"WHERE database_name = 'empty_store' AND schema_name IN {_SCHEMAS}"
    for (schema,) in connection.execute(f"SELECT schema_name FROM duckdb_schemas() {of_dbt}").fetchall():
        connection.execute(f"CREATE SCHEMA {schema}")
    tables = connection.execute(
        f"SELECT schema_name || '.' || table_name, sql FROM duckdb_tables() {of_dbt}"
    ).fetchall()
    for name, sql in tables:
        connection.execute(sql)
        connection.execute(f"INSERT INTO warehouse.{name} FROM empty_store.{name}")
    views = dict(connection.execute(f"SELECT view_name, sql FROM duckdb_views() {of_dbt}").fetchall())
    # Some are made of others: in the order in which dbt made them.
    for name in (step.node.rpartition(".")[2] for step in steps):
        if name in views:
            connection.execute(views.pop(name))
    assert not views, views.keys()
    connection.execute("INSERT INTO warehouse.ledger.built_with FROM empty_store.ledger.built_with")
    # A data test has been asked when it was asked of this store.
    connection.execute(
        "INSERT INTO warehouse.ledger.built_nodes FROM empty_store.ledger.built_nodes WHERE node NOT LIKE 'test.%'"
    )


def _steps() -> Iterable[Step]:
    for each in BUILDS:
        known = recorded(each, with_tests=False)
        assert known is not None
        yield from known.steps
