"""Official forms whose figures agree with themselves, row by row; some of their labels mean nothing, rows are moved."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.official_forms.identities import identities_of
from ingest.official_forms.rows import official_forms
from ingest.values.numbers import Raw

#: Words that are in no list and speak of nothing.
NONSENSE = ("Mục phụ lục", "- Phụ lục kèm", "+ Phần bổ khuyết", "3. Bổ khuyết", "- Abc xyz", "Như trên", "Ghi riêng")


@dataclass
class Row:
    """A row as somebody wrote it; `field` is whose figures it holds, '' for a heading or a row of the office's own."""

    field: str
    label: str
    this_period: float | None = None
    same_period_last_year: float | None = None

    @property
    def cells(self) -> list[Raw]:
        return [self.label, *("" if value is None else value for value in self.figures), ""]

    @property
    def figures(self) -> tuple[float | None, float | None]:
        return self.this_period, self.same_period_last_year


def consistent_rows(chance: random.Random, form: str, most: int = 40) -> list[Row]:
    """The form as issued, no part of a sum above `most`."""
    periods = [_figures(chance, form, most) for _ in range(2)]
    return [
        Row(row.field, row.label, *(figures[row.field] for figures in periods)) if row.field else Row("", row.label)
        for row in official_forms()[form].rows
    ]


def _figures(chance: random.Random, form: str, most: int) -> dict[str, float]:
    fields = official_forms()[form].fields
    found = {field: float(chance.choice((0, chance.randint(0, most), chance.randint(0, most)))) for field in fields}
    sums = [identity for identity in identities_of(form) if identity.kind == "sum"]
    wholes = {identity.fields[0] for identity in sums}
    groups = [identity for identity in sums if identity.fields[0] == "admitted"]
    if groups:
        # The same people by occupation, age and education: what each lacks is given to its last part.
        total = sum(found[name] for name in groups[0].fields[1:])
        for group in groups:
            _share_out(chance, found, group.fields[1:], total)
    for identity in reversed(sums):
        whole, *parts = identity.fields
        if whole == "occupation_enterprise":
            _share_out(chance, found, parts, found[whole])
        elif whole != "closing":
            found[whole] = sum(found[name] for name in parts)
    for identity in sums:
        whole, *parts = identity.fields
        if whole in ("increase", "decrease"):
            found[whole] = sum(found[name] for name in parts)
    if "closing" in wholes:
        found["opening"] += found["decrease"] + 300.0
        found["closing"] = found["opening"] + found["increase"] - found["decrease"]
    for identity in identities_of(form):
        if identity.kind == "at most":
            part, whole = identity.fields
            found[part] = min(found[part], found[whole])
    if "mean_age" in found:
        found["mean_age"] = 31.5
    return found


def _share_out(chance: random.Random, found: dict[str, float], parts: Sequence[str], total: float) -> None:
    left = int(total)
    for name in parts[:-1]:
        found[name] = float(chance.choice((0, chance.randint(0, left // 3), chance.randint(0, left // 2))))
        left -= int(found[name])
    found[parts[-1]] = float(left)


def without_words(chance: random.Random, rows: list[Row], number: int) -> None:
    """Replace the labels of so many rows by words that mean nothing."""
    for row in chance.sample(rows, number):
        row.label = chance.choice(NONSENSE)


def moved(chance: random.Random, rows: list[Row], number: int) -> None:
    """Put so many rows somewhere else."""
    for _ in range(number):
        row = rows.pop(chance.randrange(len(rows)))
        rows.insert(chance.randrange(len(rows) + 1), row)
