"""Layouts learnt once: what a steward has said a commune's column is, from a month on. Kept beside the archive."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from ingest.monthly.headers import HeaderMap
from ingest.values.text import key
from reference.fields import fields_of
from reference.trouble import Trouble
from warehouse.journal import append, entries_of

#: Says that a column belongs to no field of the form, so that it is not asked about again.
NO_FIELD = "none"


class UnknownField(Trouble, ValueError):
    """The form has no such field; the text lists what there is."""

    text = "error_unknown_field"


@dataclass(frozen=True)
class LearntColumn:
    """A column header of one commune's form and the field it holds, from `from_month` on.

    `header` is the header as it is shown (`Đối tượng / Xếp loại`); `field` is a field's name or NO_FIELD.
    """

    commune_code: str
    form: str
    header: str
    field: str
    from_month: date
    said_by: str

    def __post_init__(self) -> None:
        names = [field.name for field in fields_of(self.form)]
        if self.field != NO_FIELD and self.field not in names:
            raise UnknownField(f"{self.form}: {self.field!r}; {', '.join([*names, NO_FIELD])}")


def layouts_file(archive: Path) -> Path:
    """Where the learnt layouts of this office are kept: one JSON object a line, never rewritten."""
    return archive / "layouts.jsonl"


def read_layouts(archive: Path) -> tuple[LearntColumn, ...]:
    """Everything that was ever said; of two lines about the same header the later one holds.

    Raises JournalDamaged when a line cannot be read.
    """
    return tuple(
        LearntColumn(**values | {"from_month": date.fromisoformat(values["from_month"])})
        for values in entries_of(layouts_file(archive))
    )


def remember(archive: Path, learnt: LearntColumn) -> None:
    """Append what was said."""
    append(layouts_file(archive), [asdict(learnt)])


def with_learnt(
    mapped: HeaderMap, learnt: Iterable[LearntColumn], commune_code: str | None, month: date | None
) -> HeaderMap:
    """`mapped` with the columns that this commune's stewards have explained for that month.

    A field that has its column already keeps it: what was said helps where nothing is understood.
    """
    if month is None:
        return mapped
    said = {
        key(each.header): each.field
        for each in learnt
        if (each.commune_code, each.form) == (commune_code, mapped.form) and each.from_month <= month
    }
    columns, unmapped = dict(mapped.columns), dict(mapped.unmapped)
    for index, text in mapped.unmapped.items():
        field = said.get(key(text))
        if field is None or field in columns:
            continue
        del unmapped[index]
        if field != NO_FIELD:
            columns[field] = index
    return replace(mapped, columns=columns, unmapped=unmapped)


def column_changes(before: dict[str, str], after: dict[str, str]) -> Sequence[tuple[str, str, str]]:
    """Fields whose column differs between two months: (field, letter before, letter after), `–` where it has none."""
    return [
        (field, before.get(field, "–"), after.get(field, "–"))
        for field in sorted(before.keys() | after.keys())
        if before.get(field) != after.get(field)
    ]
