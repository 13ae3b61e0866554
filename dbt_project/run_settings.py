"""What a build depends on besides the reports: the current day, the due day, the communes in scope.

They reach SQL as tables, not as dbt variables: a changed variable would have dbt parse the whole project again.
"""

from reference.communes import communes_expected, communes_in_scope
from reference.terms import check_terms
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables


def write_run_settings(settings: Settings) -> None:
    """Fill `raw.run_settings` (one row) and `raw.scope` (one row per commune and validity in scope).

    Raises BadTerms for terms that overlap: nothing is built on them, as a month would count in two.
    """
    check_terms()
    expected = {commune.key for commune in communes_expected(settings.scope)}
    in_scope = [(commune.key, commune.code, commune.key in expected) for commune in communes_in_scope(settings.scope)]
    with writing(settings) as connection:
        create_tables(connection)
        connection.begin()
        connection.execute("DELETE FROM warehouse.raw.run_settings")
        connection.execute(
            "INSERT INTO warehouse.raw.run_settings VALUES (?, ?, ?, ?)",
            [settings.current_day(), settings.due_day, settings.scope, scope_name(settings.scope)],
        )
        connection.execute("DELETE FROM warehouse.raw.scope")
        connection.execute(
            "INSERT INTO warehouse.raw.scope SELECT unnest(?), unnest(?), unnest(?)",
            [list(column) for column in zip(*in_scope, strict=True)],
        )
        connection.commit()


def scope_name(scope: str) -> str:
    """What the whole of the scope is called: `district:105` -> `Thành phố Lai Châu`; several parts are joined."""
    if scope.strip() == "country":
        return "Cả nước"
    return ", ".join(dict.fromkeys(_part_name(part.strip()) for part in scope.split(",")))


def _part_name(part: str) -> str:
    level, _, code = part.partition(":")
    names = {
        "province": [c.province_name for c in communes_in_scope(part) if c.province_code == code],
        "district": [c.district_name for c in communes_in_scope(part) if c.district_code == code],
        "commune": [c.name for c in communes_in_scope(part) if c.code == code],
    }
    return names[level][0]
