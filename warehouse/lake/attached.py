"""A DuckLake attached to a connection of DuckDB, in the place of a file.

The extensions of DuckDB that this takes are packages of Python, and are loaded for a DuckLake alone.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import duckdb

from warehouse.lake.address import Bucket, Lake, secret_in, unreachable
from warehouse.literals import quoted

_EXTENSIONS = ("ducklake", "postgres_scanner")
#: What reaches a bucket.
_REMOTE = "httpfs"
#: The same commit is tried again where another host was faster.
_TRIES = 100


def attach(connection: duckdb.DuckDBPyConnection, lake: Lake, name: str = "warehouse") -> None:
    """Attach it under this name; it is made where there is none yet. Raises NoSecret, CatalogueUnreachable,
    DataUnreachable, and DuckDB's own errors."""
    prepare(connection, lake)
    try:
        connection.execute(f"ATTACH {quoted(lake.address)} AS {name} (DATA_PATH {quoted(_folder(lake))})")
    except duckdb.Error as error:
        raise unreachable(str(error), lake) or error from error


def open_snapshot(lake: Lake, snapshot: int) -> duckdb.DuckDBPyConnection:
    """What the store was at this snapshot, attached as `warehouse` and read-only, until the caller closes it. Nothing
    but the store can be reached from there. Raises as `attach` does."""
    connection = duckdb.connect(":memory:")
    try:
        prepare(connection, lake)
        connection.execute(f"ATTACH {quoted(lake.address)} AS warehouse (READ_ONLY, SNAPSHOT_VERSION {snapshot})")
        connection.execute(f"SET TimeZone = 'UTC'; SET allowed_directories = [{quoted(_folder(lake))}]")
    except duckdb.Error as error:
        connection.close()
        raise unreachable(str(error), lake) or error from error
    except BaseException:
        connection.close()
        raise
    return connection


def _folder(lake: Lake) -> str:
    return lake.data.rstrip("/") + "/"


def prepare(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Give the connection what attaching takes: extensions and secrets. Raises NoSecret."""
    for extension in (*_EXTENSIONS, *([_REMOTE] if lake.is_remote else [])):
        connection.execute(f"LOAD {quoted(_extension(extension))}")
    connection.execute(f"SET ducklake_max_retry_count = {_TRIES}")
    if password := lake.password:
        connection.execute(f"CREATE OR REPLACE SECRET (TYPE postgres, PASSWORD {quoted(password)})")
    if lake.is_remote:
        connection.execute(f"CREATE OR REPLACE SECRET ({_secret_of(lake.bucket)})")


def _secret_of(bucket: Bucket) -> str:
    values = {"TYPE": "s3", "KEY_ID": quoted(bucket.key_id), "SECRET": quoted(secret_in(bucket.secret_file))}
    if bucket.region:
        values["REGION"] = quoted(bucket.region)
    if bucket.endpoint:
        scheme, _, server = bucket.endpoint.rpartition("://")
        values |= {"ENDPOINT": quoted(server.rstrip("/")), "URL_STYLE": "'path'"}
        values["USE_SSL"] = "false" if scheme == "http" else "true"
    return ", ".join(f"{name} {value}" for name, value in values.items())


@cache
def _extension(name: str) -> Path:
    """The extension's file in its package: nothing is fetched, or copied into the home of whoever runs this."""
    package = find_spec(f"duckdb_extension_{name}")
    assert package is not None, f"duckdb_extension_{name} is not installed"
    assert package.origin is not None
    return Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
