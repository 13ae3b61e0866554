"""The table macros of the published file: one SQL file each, read here for whoever publishes."""

from pathlib import Path

FOLDER = Path(__file__).parent


def table_macros() -> tuple[str, ...]:
    """The statements that create the macros (`CREATE OR REPLACE MACRO marts.… AS TABLE …`), by name.

    They name tables as `marts.…`: whoever runs them has the published file as the current database.
    """
    return tuple(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql")))
