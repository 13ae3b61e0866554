"""The data dictionary in both languages: what dbt describes in English, with its Vietnamese beside it.

In: dbt's manifest of the last build (the marts' models; sources, for what Python writes), `dictionary_vi.csv` (a column
is described once for all relations) and the names of `reference/fields.csv`. Out: entries, the comments of the
published file and the pages of the site.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from reference.fields import MONTHLY_FORMS, all_fields
from warehouse.tables import lines_table, stored_tables

_MARTS = "marts"
#: What is published besides the marts: dbt's sources.
_WRITTEN_BY_PYTHON = ("quality", "raw")
_VIETNAMESE = Path(__file__).with_name("dictionary_vi.csv")
#: What is made of a figure, by the end of the column's name, longest first.
_DERIVED = (
    ("_share_12_months_before", "Tỷ trọng mười hai tháng trước: {}"),
    ("_share_change", "Thay đổi tỷ trọng trong mười hai tháng: {}"),
    ("_12_months_before", "Mười hai tháng trước: {}"),
    ("_in_base", "Phần tính vào mẫu số: {}"),
    ("_conversion", "Tỷ lệ chuyển từ bước trước: {}"),
    ("_change", "Thay đổi trong mười hai tháng: {}"),
    ("_share", "Tỷ trọng (tỷ số 0–1): {}"),
    ("_base", "Mẫu số của tỷ trọng: {}"),
)


@dataclass(frozen=True)
class Entry:
    """A relation (`column` empty) or a column of one, described in both languages; `vi` empty where it is missing."""

    schema: str
    relation: str
    column: str
    type: str
    vi: str
    en: str

    @property
    def heading(self) -> str:
        """What the relation is called: one of the marts by its name alone, `quality.failures` otherwise."""
        return self.relation if self.schema == _MARTS else f"{self.schema}.{self.relation}"


def entries(manifest: Path) -> tuple[Entry, ...]:
    """Every relation of the published file with its columns: the marts first, relations by name, columns in order."""
    known = json.loads(manifest.read_text(encoding="utf-8"))
    models = [node for node in known["nodes"].values() if node["resource_type"] == "model"]
    return tuple(
        entry
        for schema, relations in ((_MARTS, models), *((each, known["sources"].values()) for each in _WRITTEN_BY_PYTHON))
        for relation in sorted(relations, key=lambda each: str(each["name"]))
        if relation["schema"] == schema
        for entry in _entries_of(schema, relation)
    )


def comments(found: Sequence[Entry]) -> tuple[tuple[str, str, str, str], ...]:
    """(schema, relation, column or empty, comment) for the published file: Vietnamese, then English."""
    return tuple(
        (entry.schema, entry.relation, entry.column, " · ".join(filter(None, (entry.vi, entry.en)))) for entry in found
    )


def page(found: Sequence[Entry], language: str) -> str:
    """The dictionary as Markdown in one language (`vi` or `en`)."""
    head = {"vi": ("Từ điển số liệu", "Cột", "Kiểu", "Ý nghĩa"), "en": ("Data dictionary", "Column", "Type", "Meaning")}
    title, *columns = head[language]
    lines = [f"# {title}", ""]
    for entry in found:
        text = (entry.vi if language == "vi" else entry.en).replace("|", "\\|")
        if entry.column:
            lines.append(f"| `{entry.column}` | {entry.type} | {text} |")
        else:
            lines += ["", f"## {entry.heading}", "", text, "", f"| {' | '.join(columns)} |", "|---|---|---|"]
    return "\n".join(lines) + "\n"


def _entries_of(schema: str, relation: dict[str, Any]) -> Iterator[Entry]:
    name = str(relation["name"])
    itself = Entry(schema, name, "", "", "", _plain(relation["description"]))
    yield replace(itself, vi=_vietnamese().get((itself.heading, ""), ""))
    for column in relation["columns"].values():
        yield replace(
            itself,
            column=column["name"],
            type=str(
                column.get("data_type") or stored_tables().get(f"{schema}.{name}", {}).get(column["name"], "")
            ).lower(),
            vi=vietnamese(itself.heading, column["name"]),
            en=_plain(column["description"]),
        )


def vietnamese(relation: str, column: str) -> str:
    """What a column of a relation (by its heading) holds, in Vietnamese: its own entry, the figure's name, or what is
    made of a figure."""
    known = _vietnamese()
    own = (
        known.get((relation, column))
        or _figures_of_sheets().get((relation, column))
        or known.get(("*", column))
        or _figures().get(column)
    )
    if own:
        return own
    if column.startswith("members_") and (rest := vietnamese(relation, column.removeprefix("members_"))):
        return rest
    for ending, text in _DERIVED:
        if column.endswith(ending) and (base := vietnamese(relation, column.removesuffix(ending))):
            return text.format(base[0].lower() + base[1:])
    return ""


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@cache
def _vietnamese() -> dict[tuple[str, str], str]:
    with _VIETNAMESE.open(encoding="utf-8", newline="") as lines:
        return {(row["relation"], row["column"]): row["vi"] for row in csv.DictReader(lines)}


@cache
def _figures_of_sheets() -> dict[tuple[str, str], str]:
    """The same name may be another figure on another form."""
    return {
        (f"raw.{lines_table(field.form)}", field.name): field.name_vi
        for field in all_fields()
        if field.form in MONTHLY_FORMS and field.is_number
    }


@cache
def _figures() -> dict[str, str]:
    return {field.name: field.name_vi for field in reversed(all_fields()) if field.is_number}
