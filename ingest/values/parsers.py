"""How the cells of a column are read, by the type of its field."""

from collections.abc import Callable, Iterable

from ingest.values.flags import flag_beside
from ingest.values.numbers import Raw, Unreadable, count, decimal, percent, years

Parser = Callable[[Raw], float | bool | Unreadable | None]
_PARSERS: dict[str, Parser] = {"count": count, "years": years, "decimal": decimal, "percent": percent}


def parser_of(kind: str, values: Iterable[Raw] = ()) -> Parser:
    """How the values of a column are read as a field's type; `values` are all of them, where the type is `flag`."""
    return flag_beside(values) if kind == "flag" else _PARSERS[kind]
