"""The dbt-duckdb plugin that names the store when dbt opens its connection.

The profile says how the store is attached, not where it lies: what dbt has parsed holds for one profile, and with a
path in it every home would parse the whole project for itself.
"""

import os
from dataclasses import replace
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from warehouse.lake.address import Lake
from warehouse.settings import load_settings

#: Where the store's file lies (empty: it is a DuckLake, as the settings say) and the folder that DuckDB spills to.
STORE, SPILL = "ADMISSIONS_DBT_STORE", "ADMISSIONS_DBT_SPILL"
ALIAS = "warehouse"


class Plugin(BasePlugin):  # type: ignore[misc]
    """Has dbt attach the store of the environment in the place of the profile's."""

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Called before DuckDB starts: a folder for spilling cannot be named again once it is in use."""
        if spill := os.environ.get(SPILL):
            config["temp_directory"] = spill
        if store := os.environ.get(STORE):
            creds.attach = [replace(each, path=store) if each.alias == ALIAS else each for each in creds.attach]
        elif lake := _lake():
            # It is attached below, where no secret gets into what dbt says of its profile.
            creds.attach = [each for each in creds.attach if each.alias != ALIAS]
            creds._ducklake_dbs.add(ALIAS)
            self._lake = lake

    def configure_connection(self, conn: Any) -> None:
        """Called when DuckDB has started."""
        if lake := getattr(self, "_lake", None):
            from warehouse.lake.attached import attach

            attach(conn, lake, ALIAS)


def _lake() -> Lake | None:
    return load_settings().lake if STORE in os.environ else None
