"""The data dictionary in both languages: what dbt describes in English, with its Vietnamese beside it.

In: dbt's manifest of the last build, `dictionary_vi.csv` (a column is described once for all relations) and the
names of `reference/fields.csv`. Out: entries, the comments of the published file and the pages of the site.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reference.fields import all_fields

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

    relation: str
    column: str
    type: str
    vi: str
    en: str


def entries(manifest: Path) -> tuple[Entry, ...]:
    """Every relation of the marts with its columns, relations by name, columns in their order."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]
    return tuple(entry for model in sorted(models, key=lambda each: each["name"]) for entry in _entries_of(model))


def comments(found: Sequence[Entry]) -> tuple[tuple[str, str, str], ...]:
    """(relation, column or empty, comment) for the published file: Vietnamese, then English."""
    return tuple((entry.relation, entry.column, " · ".join(filter(None, (entry.vi, entry.en)))) for entry in found)


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
            lines += ["", f"## {entry.relation}", "", text, "", f"| {' | '.join(columns)} |", "|---|---|---|"]
    return "\n".join(lines) + "\n"


def _entries_of(model: dict[str, object]) -> Iterator[Entry]:
    name = str(model["name"])
    yield Entry(name, "", "", _vietnamese().get((name, ""), ""), _plain(str(model["description"])))
    columns = model["columns"]
    assert isinstance(columns, dict)
    for column in columns.values():
        kind = str(column.get("data_type") or "")
        yield Entry(name, column["name"], kind, vietnamese(name, column["name"]), _plain(column["description"]))


def vietnamese(relation: str, column: str) -> str:
    """What a column holds, in Vietnamese: its own entry, the figure's name, or what is made of a figure."""
    known = _vietnamese()
    own = known.get((relation, column)) or known.get(("*", column)) or _figures().get(column)
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
def _figures() -> dict[str, str]:
    return {field.name: field.name_vi for field in reversed(all_fields()) if field.is_number}
