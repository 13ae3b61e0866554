"""The dbt-duckdb plugin that names the store when dbt opens its connection.

The profile says how the store is attached, not where it lies: what dbt has parsed holds for one profile, and with a
path in it every home would parse the whole project for itself.
"""

import os
from dataclasses import replace
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

#: Where the store lies (a path, or what else DuckDB attaches) and the folder that DuckDB spills to.
STORE, SPILL = "ADMISSIONS_STORE", "ADMISSIONS_DBT_SPILL"
ALIAS = "warehouse"


class Plugin(BasePlugin):  # type: ignore[misc]
    """Has dbt attach the store of the environment in the place of the profile's."""

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Called before DuckDB starts: a folder for spilling cannot be named again once it is in use."""
        if spill := os.environ.get(SPILL):
            config["temp_directory"] = spill
        if store := os.environ.get(STORE):
            creds.attach = [replace(each, path=store) if each.alias == ALIAS else each for each in creds.attach]
