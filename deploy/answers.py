"""The answers in docs/queries.md, written from the published file: `python -m deploy.answers`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warehouse.connections import reading_published
from warehouse.settings import load_settings

PAGE = Path(__file__).parents[1] / "docs" / "queries.md"
_QUERY = re.compile(r"```sql\n(?P<sql>.*?)```\n\n```text\n.*?```", re.DOTALL)


class NoAnswer(ValueError):
    """A query of the page has an empty answer; the text is the query."""


def with_answers(page: str, answer: Callable[[str], list[tuple[Any, ...]]]) -> str:
    """The page with each query's answer below it, a line a row, columns parted by ` | `.

    Raises NoAnswer for a query that no row answers: it shows nobody anything.
    """

    def answered(found: re.Match[str]) -> str:
        rows = answer(found["sql"])
        if not rows:
            raise NoAnswer(found["sql"])
        lines = "".join(" | ".join("–" if value is None else str(value) for value in row) + "\n" for row in rows)
        return f"```sql\n{found['sql']}```\n\n```text\n{lines}```"

    return _QUERY.sub(answered, page)


def main() -> None:
    """Write the answers of the published file into the page."""
    with reading_published(load_settings()) as connection:
        connection.execute("USE warehouse")
        page = with_answers(PAGE.read_text(encoding="utf-8"), lambda sql: connection.execute(sql).fetchall())
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
