"""A table brought up to date by what has changed in it: the parts whose rows are others are taken out and put in again,
at the end. The rows are those of a table written as a whole, their order need not be.
"""

import duckdb

from warehouse.relations import Relation, rows_of

#: With fewer rows a table is sooner written as a whole.
LARGE = 100_000
#: So is one of which more rows than this share are others.
_MOST = 0.5


def can_be_brought_up_to_date(there: Relation, wanted: Relation) -> bool:
    """Whether it is the same table, a large one, of which little is another."""
    is_alike = all(getattr(there, each) == getattr(wanted, each) for each in ("schema", "name", "columns", "told_by"))
    changed = max(_rows(there, _others(there, wanted)), _rows(wanted, _others(wanted, there)))
    return is_alike and wanted.told_by is not None and wanted.rows >= LARGE and changed <= _MOST * wanted.rows


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, there: Relation, wanted: Relation) -> bool:
    """Make the rows of `there`, in the database `published`, those of `wanted`, in the database `warehouse`. False
    where they have not become as many."""
    table = f"published.{wanted.full_name}"
    connection.execute(f"DELETE FROM {table} WHERE {rows_of('published', there, _others(there, wanted))}")
    connection.execute(
        f"INSERT INTO {table} FROM warehouse.{wanted.full_name}"
        f" WHERE {rows_of('warehouse', wanted, _others(wanted, there))}"
    )
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (wanted.rows,)


def _others(relation: Relation, than: Relation) -> set[str]:
    """The parts of the relation that the other one does not have just so."""
    return {part.name for part in {*relation.parts} - {*than.parts}}


def _rows(relation: Relation, parts: set[str]) -> int:
    return sum(part.mark.rows for part in relation.parts if part.name in parts)
