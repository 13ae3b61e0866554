"""A month of many communes built in a DuckLake, beside the same build in a file.

The month is written as `country` writes it, then built, judged and made into marts by dbt itself, in turn over both
stores. PostgreSQL is a server of this machine, the data lies in a folder: what is measured is what the catalogue costs.
"""

from dataclasses import replace
from pathlib import Path

from benchmarks.country import COMMUNES, Store, build_store, new_store, write_first_month
from tests.postgres_server import Postgres, postgres_server
from warehouse.settings import load_settings


def compare(folder: Path, communes: int = COMMUNES) -> dict[str, float]:
    """Seconds and memory of a month's build over both stores, and how many times as long the DuckLake takes."""
    with postgres_server() as postgres:
        file = new_store(folder / "file")
        lake = _in_a_lake(new_store(folder / "lake"), postgres)
        built = {}
        for name, store in (("file", file), ("lake", lake)):
            write_first_month(store.settings, communes)
            built[name] = build_store(store)
    return {
        "communes": communes,
        **{f"{name}_wall": each.wall for name, each in built.items()},
        **{f"{name}_cpu": each.cpu for name, each in built.items()},
        **{f"{name}_peak_mb": each.peak_mb for name, each in built.items()},
        "ratio_wall": built["lake"].wall / built["file"].wall,
    }


def _in_a_lake(store: Store, postgres: Postgres) -> Store:
    postgres.ask("postgres", "CREATE DATABASE admissions")
    home = store.settings.home
    environment = store.environment | {
        "ADMISSIONS_STORE": f"ducklake:postgres:{postgres.address('admissions')}",
        "ADMISSIONS_STORE_DATA": str(home / "data"),
        "ADMISSIONS_STORE_PASSWORD_FILE": str(postgres.folder / "password"),
    }
    return replace(store, settings=load_settings(environment, home.parent), environment=environment)
