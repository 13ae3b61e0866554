"""What the derived tables are made by. Whoever changes it gets all of them made anew."""

import hashlib
from pathlib import Path

import duckdb

from reference.fields import FOLDER as REFERENCE
from warehouse.connections import writing
from warehouse.ledger import start_afresh_unless
from warehouse.settings import Settings

PROJECT = Path(__file__).parent
#: The reader's lists and the commands': no SQL asks for them, and no sentence of a failure is made of them. New words
#: come with every update, and nothing that was read before is another for that.
OF_NO_FIGURE = frozenset({"abbreviations.csv", "commands.csv", "concepts.csv", "meanings.csv"})


def start_afresh_if_changed(settings: Settings) -> bool:
    """Forget what was derived by other SQL, rules, overrides, reference data, scope or due day, or by another DuckDB.

    Returns True when there was something to forget. Raises StoreBusy when another process has the store.
    """
    with writing(settings) as connection:
        return start_afresh_unless(connection, _recipe(connection, settings))


def _recipe(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    digest = hashlib.sha256(f"{duckdb.__version__}|{settings.scope}|{settings.due_day}".encode())
    models = (path for folder in ("macros", "models") for path in (PROJECT / folder).rglob("*.sql"))
    lists = (path for path in REFERENCE.glob("*.csv") if path.name not in OF_NO_FIGURE)
    for path in sorted([PROJECT / "dbt_project.yml", *models, *lists]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    for table, key in (("rules", "rule_id"), ("overrides", "position")):
        for row in connection.execute(f"FROM warehouse.quality.{table} ORDER BY {key}").fetchall():
            digest.update(repr(row).encode())
    return digest.hexdigest()
