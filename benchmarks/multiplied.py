"""A published file as large as the whole country's after ten years: the sample city's, multiplied.

Ten years of 3,321 communes take hours to build for real. So every row of the sample city's published file that belongs
to a commune is there once more for each of hundreds of other communes of the country, under that commune's key, code
and name, and under keys of its own for cells, submissions, cases, failures. What the portal reads is then as many rows
as the country has, in the order in which the months came; a commune's figures, faults and decisions are those of the
sample commune that it is a copy of. The sums of the whole stay those of the sample city: one row a month in either.
"""

import duckdb

#: Communes of the sample city until June 2025, and since then, are there that many times: 3,318 and 3,320 in a month.
FORMER, CURRENT = 473, 1659
#: What no page reads.
_LEFT = (
    "quality.judgements",
    "quality.doubts",
    "marts.mart_official_report",
    "raw.official_lines",
    "marts.mart_cell_succession_proposals",
)
#: Keys that mean the same for every commune.
_SHARED = ("rule_id", "run_id", "indicator_key")
_LISTS = ("failures", "settles", "reopen", "brings")


def multiply(path: str, former: int = FORMER, current: int = CURRENT) -> int:
    """Multiply the published file at `path`; how many rows it has then. Raises duckdb.Error where it is none."""
    with duckdb.connect(path) as connection:
        # In one go they would not fit into memory.
        connection.execute("SET memory_limit = '1500MB'; SET threads = 2")
        _enter_copies(connection, former, current)
        tables = connection.execute(
            """
            SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index)
            FROM duckdb_columns()
            WHERE NOT internal AND schema_name IN ('raw', 'quality', 'marts')
            GROUP BY ALL HAVING list_has_any(list(column_name), ['commune_key', 'submission_id'])
            ORDER BY ALL
            """
        ).fetchall()
        for table, columns in tables:
            if table not in ("marts.dim_commune", *_LEFT):
                connection.execute(_insert(table, columns))
        connection.execute(
            "UPDATE marts.dim_commune SET is_in_scope = true WHERE commune_key IN (SELECT new_key FROM copies)"
        )
        connection.execute("CHECKPOINT")
        return sum(
            size
            for (size,) in connection.execute(
                "SELECT estimated_size FROM duckdb_tables() WHERE NOT temporary"
            ).fetchall()
        )


def _enter_copies(connection: duckdb.DuckDBPyConnection, former: int, current: int) -> None:
    """`copies`: the commune of the sample city, the number of the copy, and the commune of the country that it becomes;
    `whose`: the commune of each submission."""
    connection.execute(
        """
        CREATE TEMP TABLE copies AS
        WITH numbered AS (
            SELECT commune_key, is_current, unnest(range(1, CASE WHEN is_current THEN $current ELSE $former END)) AS i
            FROM marts.dim_commune WHERE is_in_scope
        ), wanted AS (
            SELECT *, row_number() OVER (PARTITION BY is_current ORDER BY i, commune_key) AS place FROM numbered
        ), others AS (
            SELECT commune_key AS new_key, commune_code AS new_code, commune_name AS new_name, is_current,
                row_number() OVER (
                    PARTITION BY is_current ORDER BY valid_to DESC, valid_from, commune_code, commune_key
                ) AS place
            FROM marts.dim_commune WHERE NOT is_in_scope
        )
        SELECT wanted.commune_key, wanted.i, format('{:04x}', wanted.i) AS mark, others.* EXCLUDE (is_current, place)
        FROM wanted JOIN others USING (is_current, place)
        """,
        {"former": former + 1, "current": current + 1},
    )
    connection.execute(
        "CREATE TEMP TABLE whose AS SELECT DISTINCT submission_id, commune_key AS of_commune FROM raw.submissions"
        " WHERE commune_key IS NOT NULL"
    )


def _insert(table: str, columns: list[str]) -> str:
    """The rows of a table once more for each copy of their commune."""
    replaced = ", ".join(f"{sql} AS {name}" for name in columns if (sql := _of_copy(name)))
    if "commune_key" in columns:
        joined = "JOIN copies ON copies.commune_key = rows.commune_key"
    else:
        joined = "JOIN whose USING (submission_id) JOIN copies ON copies.commune_key = whose.of_commune"
    return f"INSERT INTO {table} SELECT rows.* REPLACE ({replaced}) FROM {table} AS rows {joined}"


def _of_copy(column: str) -> str | None:
    """What stands in a column of the copy's; None where it is the same."""
    known = {
        "commune_key": "copies.new_key",
        "commune_code": "copies.new_code",
        "commune_name": "copies.new_name",
        "case_id": "copies.new_code || rows.case_id[6:]",
        "queue_position": f"rows.queue_position * {CURRENT} + copies.i",
    }
    if column in known:
        return known[column]
    if column in _LISTS:
        return f"list_transform(rows.{column}, lambda each: each[:-5] || copies.mark)"
    is_key = column.endswith(("_key", "_id")) and column not in _SHARED
    return f"rows.{column}[:-5] || copies.mark" if is_key else None
