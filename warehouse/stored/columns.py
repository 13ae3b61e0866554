"""From a dataclass to the columns of its table: what each is called, of what type it is, and how it is asked for."""

import types
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

#: A whole number for which 32 bits may not be enough.
BigInt = Annotated[int, "BIGINT"]

_SQL_TYPES = {
    str: "VARCHAR",
    int: "INTEGER",
    BigInt: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    date: "DATE",
    datetime: "TIMESTAMP",
}


def column_types(shape: type[Any]) -> Mapping[str, str]:
    """Column -> SQL type, in the order of the table; a field that may be None is a column like any other.

    Raises TypeError for a field of a type that no column has.
    """
    hints = get_type_hints(shape, include_extras=True)
    return {field.name: _sql_type(hints[field.name], f"{shape.__name__}.{field.name}") for field in fields(shape)}


def columns_of(shape: type[Any]) -> tuple[str, ...]:
    """The names of the columns, in the order of the dataclass' fields."""
    return tuple(field.name for field in fields(shape))


def select_list(shape: type[Any], relation: str, **otherwise: str) -> str:
    """What a SELECT asks of `relation` so that `shape(*row)` takes each row; `otherwise`: what a column is instead.

    Raises TypeError where that is said of something that is no column.
    """
    if unknown := otherwise.keys() - set(columns_of(shape)):
        raise TypeError(f"{shape.__name__} has no {', '.join(sorted(unknown))}")
    return ", ".join(otherwise.get(name, f"{relation}.{name}") for name in columns_of(shape))


def _sql_type(hint: Any, where: str) -> str:
    if hint in _SQL_TYPES:
        return _SQL_TYPES[hint]
    origin, inner = get_origin(hint), [each for each in get_args(hint) if each not in (types.NoneType, Ellipsis)]
    if origin in (Union, types.UnionType) and len(inner) == 1:
        return _sql_type(inner[0], where)
    if origin in (list, tuple) and len(inner) == 1:
        return f"{_sql_type(inner[0], where)}[]"
    raise TypeError(f"{where}: no column has the type {hint}")
