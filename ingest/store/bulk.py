"""Many rows at once as a file that the store reads many times faster than JSON."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from warehouse.literals import quoted

#: Fewer rows are written as JSON before pyarrow is imported.
MANY = 2_000


def parquet_source(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], path: Path) -> str | None:
    """Write `rows` to `path`; what an INSERT asks for them. None where a value is none of its column's, which JSON
    tells in words."""
    import pyarrow as pa
    from pyarrow import compute, parquet

    from warehouse.rows import arrow_type

    arrays = {}
    try:
        for name, kind in columns.items():
            array = pa.array(_column(rows, name), arrow_type(kind))
            if pa.types.is_floating(array.type) and compute.all(compute.is_finite(array)).as_py() is False:
                return None
            if pa.types.is_string(array.type) and compute.any(compute.match_substring(array, "\0")).as_py():
                return None
            arrays[name] = array
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return None
    parquet.write_table(pa.table(arrays), path, compression="none", use_dictionary=False, write_statistics=False)
    return f"read_parquet({quoted(path)})"


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    try:
        # Most rows have every column; a call for each of millions of values takes several times as long.
        return list(map(itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]
