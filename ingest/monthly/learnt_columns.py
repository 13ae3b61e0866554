"""Layouts learnt once: what a steward has said a column is, of a commune or of all, from a month on. Kept beside the
archive."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from ingest.meaning.evidence import one_of_several
from ingest.meaning.header_text import undated
from ingest.monthly.headers import HeaderMap
from ingest.values.text import clean, key
from reference.fields import fields_of
from reference.trouble import Trouble
from warehouse.journal import append, entries_of

#: Says that a column belongs to no field of the form, so that it is not asked about again.
NO_FIELD = "none"
#: Stands for every commune, where a commune's code may stand.
ALL = "all"


class UnknownField(Trouble, ValueError):
    """The form has no such field; the text lists what there is."""

    text = "error_unknown_field"


@dataclass(frozen=True)
class LearntColumn:
    """A column header of a form, one commune's or (ALL) everybody's, and the field it holds, from `from_month` on.

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


@lru_cache(maxsize=4096)
def wording(header: str) -> str:
    """What makes two headers the same words: accents, signs and the dates they name do not tell them apart."""
    return undated(key(header)) or clean(header)


def layouts_file(archive: Path) -> Path:
    """Where the learnt layouts of this office are kept: one JSON object a line, never rewritten."""
    return archive / "layouts.jsonl"


def read_layouts(archive: Path) -> tuple[LearntColumn, ...]:
    """Everything that was ever said; of two lines about the same words the later one holds.

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
    mapped: HeaderMap,
    texts: Mapping[int, str],
    learnt: Iterable[LearntColumn],
    commune_code: str | None,
    month: date | None,
) -> HeaderMap:
    """`mapped` with the columns that stewards have explained for that commune and month; `texts` are the headers over
    the columns.

    What was said goes before what was only inferred, of the column and of the field. A field whose column has listed
    words keeps it. Where several columns have words that were said to be one field's, none is taken.
    """
    unlisted = mapped.unmapped.keys() | mapped.inferred.keys()
    if month is None or not unlisted:
        return mapped
    said = _said(learnt, commune_code, mapped.form, month)
    told = {index: said[words] for index in sorted(unlisted) if (words := wording(texts[index])) in said}
    if not told:
        return mapped
    inferred_fields = {why.field for why in mapped.inferred.values()}
    listed = {field: index for field, index in mapped.columns.items() if field not in inferred_fields}
    claims: dict[str, list[int]] = {}
    for index, field in told.items():
        if field != NO_FIELD and field not in listed:
            claims.setdefault(field, []).append(index)
    taken = {field: indexes[0] for field, indexes in claims.items() if len(indexes) == 1}
    inferred = {index: why for index, why in mapped.inferred.items() if index not in told and why.field not in claims}
    read = {*taken.values(), *inferred}
    unread = sorted(index for index in unlisted - read if told.get(index) != NO_FIELD)
    doubled = {
        index: one_of_several(field, [texts[each] for each in indexes])
        for field, indexes in claims.items()
        if len(indexes) > 1
        for index in indexes
    }
    suspected = {
        index: why
        for index, why in mapped.suspected.items()
        if index not in told and not claims.keys() >= set(why.field.split(","))
    }
    return replace(
        mapped,
        columns=listed | {why.field: index for index, why in inferred.items()} | taken,
        unmapped={index: texts[index] for index in unread},
        inferred=inferred,
        suspected=suspected | doubled,
    )


def _said(learnt: Iterable[LearntColumn], commune_code: str | None, form: str, month: date) -> dict[str, str]:
    """Wording -> field: what was said of the commune before what was said of all, the later word before the earlier."""
    at_that_time = [each for each in learnt if each.form == form and each.from_month <= month]
    return {
        wording(each.header): each.field
        for whose in (ALL, commune_code)
        for each in at_that_time
        if each.commune_code == whose
    }


def column_changes(before: dict[str, str], after: dict[str, str]) -> Sequence[tuple[str, str, str]]:
    """Fields whose column differs between two months: (field, letter before, letter after), `–` where it has none."""
    return [
        (field, before.get(field, "–"), after.get(field, "–"))
        for field in sorted(before.keys() | after.keys())
        if before.get(field) != after.get(field)
    ]
