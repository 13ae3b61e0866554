"""What a blank sheet says to a wrong entry: validation while typing, red where the figures of a row disagree.

Fields, parts and wholes come from `reference/fields.csv`. A formula is written for its first row; programs shift it
down the rows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from outbox.blank.plan import Blank
from reference.fields import Field, fields_of
from reference.sheet_layout import column_of, sheet_name

_TITLE = "Số liệu chưa đúng"
#: Usually each step of the way is taken by fewer people than the one before: (fewer, more).
_NARROWS = (("under_verification", "class_attended"), ("files_complete", "under_verification"))
_COUNT = "Nhập số nguyên từ 0 trở lên: không có thì ghi 0, chưa có số liệu thì để trống."
#: Mean ages of a cell's members lie between these.
_YOUNGEST, _OLDEST = 18, 110


@dataclass(frozen=True)
class Group:
    """Fields that add up to a whole, or are each a part of it."""

    whole: Field
    parts: tuple[Field, ...]


@dataclass(frozen=True)
class Mark:
    """A condition that colours cells: columns of `fields`, on every row for which `formula` holds."""

    fields: tuple[str, ...]
    formula: str
    style: str


def partitions(form: str) -> tuple[Group, ...]:
    """The groups of fields that must add up to their whole (age bands, occupations, who introduced)."""
    known = {field.name: field for field in fields_of(form)}
    divided = [field for field in fields_of(form) if field.partition]
    return tuple(
        Group(known[whole], tuple(parts))
        for (whole, _), parts in groupby(divided, key=lambda field: (field.whole, field.partition))
    )


def subsets(form: str) -> tuple[Group, ...]:
    """The fields that cannot exceed their whole, by whole."""
    known = {field.name: field for field in fields_of(form)}
    wholes = dict.fromkeys(field.subset_of for field in fields_of(form) if field.subset_of)
    return tuple(
        Group(known[whole], tuple(field for field in fields_of(form) if field.subset_of == whole)) for whole in wholes
    )


def _cell(form: str, field: str, row: int) -> str:
    return f"${column_of(form, field)}{row}"


def _span(form: str, fields: Sequence[Field], row: int) -> str:
    """`$E10:$H10,$S10:$V10`: the fields' cells, neighbours as one range."""
    runs: list[list[Field]] = []
    for field in fields:
        if runs and runs[-1][-1].position + 1 == field.position:
            runs[-1].append(field)
        else:
            runs.append([field])
    return ",".join(f"{_cell(form, run[0].name, row)}:{_cell(form, run[-1].name, row)}" for run in runs)


# -------------------------------------------------------------------------------------------- while typing


def validation(blank: Blank, field: Field, row: int, targets: str) -> dict[str, Any] | None:
    """What may be typed into `field` from spreadsheet row `row` down, as xlsxwriter wants it; None: anything.

    `targets` are the ranges of the cells' yearly targets.
    """
    match field.type:
        case "count":
            return _count_validation(blank, field, row, targets)
        case "years":
            limits = {"criteria": "between", "minimum": _YOUNGEST, "maximum": _OLDEST}
            message = f"Nhập tuổi bình quân từ {_YOUNGEST} đến {_OLDEST}, ví dụ 41,5."
            return {"validate": "decimal", **limits, **refusal(message)}
        case "flag":
            return {"validate": "list", "source": ["có", "không"], **refusal("Chọn “có” hoặc “không”.")}
        case _:
            return None


def refusal(message: str) -> dict[str, Any]:
    """What a program shows and does when something else is typed."""
    return {"error_type": "stop", "error_title": _TITLE, "error_message": message}


def _count_validation(blank: Blank, field: Field, row: int, targets: str) -> dict[str, Any]:
    own = _cell(field.form, field.name, row)
    terms = [f"ISNUMBER({own})", f"{own}>=0", f"{own}=INT({own})"]
    messages = []
    for term, message in _limits(blank, field, row, targets):
        terms.append(term)
        messages.append(message)
    found: dict[str, Any] = {
        "validate": "custom",
        "value": f"=AND({','.join(terms)})",
        **refusal(" ".join([*messages, _COUNT])),
    }
    if field.name == "year_target" and blank.year_target is not None:
        found["input_title"] = "Chỉ tiêu năm của chi bộ"
        found["input_message"] = f"Chỉ tiêu được giao cho toàn đảng bộ: {blank.year_target}. Cộng các chi bộ phải đủ."
    return found


def _limits(blank: Blank, field: Field, row: int, targets: str) -> Iterator[tuple[str, str]]:
    """Conditions beyond being a whole number, each with the sentence for whoever breaks it."""
    form = field.form
    own = _cell(form, field.name, row)
    for group in subsets(form):
        if field == group.whole:
            parts = _span(form, group.parts, row)
            yield f"{own}>=MAX({parts})", "Không được nhỏ hơn các cột “trong đó” của dòng này."
        elif field in group.parts:
            whole = _cell(form, group.whole.name, row)
            yield f"{own}<=N({whole})", f"Không được lớn hơn “{group.whole.name_vi}” của dòng này (điền cột ấy trước)."
    for group in partitions(form):
        if field in group.parts:
            yield _partition_limit(group, field, row)
    if field.name.startswith("decrease_"):
        fewer = [known for known in fields_of(form) if known.name.startswith("decrease_")]
        more = [known for known in fields_of(form) if known.name == "opening" or known.name.startswith("increase_")]
        yield (
            f"SUM({_span(form, fewer, row)})<=SUM({_span(form, more, row)})",
            "Số giảm không được lớn hơn số đầu tháng cộng số tăng.",
        )
    if field.name == "year_target" and blank.year_target is not None:
        yield (
            f"SUM({_fixed(targets)})<={blank.year_target}",
            f"Cộng các chi bộ không được vượt chỉ tiêu được giao ({blank.year_target}).",
        )


def _partition_limit(group: Group, field: Field, row: int) -> tuple[str, str]:
    """Never more than the whole; when the last column is filled in, exactly the whole."""
    total = f"SUM({_span(field.form, group.parts, row)})"
    whole = f"N({_cell(field.form, group.whole.name, row)})"
    if field == group.parts[-1]:
        return (
            f"{total}={whole}",
            f"Cộng các cột nhóm “{field.group_vi}” phải bằng “{group.whole.name_vi}” (điền cột này sau cùng).",
        )
    return (
        f"{total}<={whole}",
        f"Cộng các cột nhóm “{field.group_vi}” không được lớn hơn “{group.whole.name_vi}” (điền cột ấy trước).",
    )


def _fixed(ranges: str) -> str:
    """`Y10:Y14` -> `$Y$10:$Y$14`."""
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", ranges)


# ------------------------------------------------------------------------------------ where figures disagree


def marks(form: str, row: int) -> Iterator[Mark]:
    """What is coloured on the rows of the cells, the first of which is spreadsheet row `row`.

    Pasted figures are not validated; these show what the gate would find.
    """
    for group in partitions(form):
        parts, whole = _span(form, group.parts, row), _cell(form, group.whole.name, row)
        names = tuple(part.name for part in group.parts)
        yield Mark(names, f"=AND(COUNT({parts})>0,SUM({parts})<>N({whole}))", "disagrees")
    for group in subsets(form):
        whole = _cell(form, group.whole.name, row)
        for part in group.parts:
            yield Mark((part.name,), f"=N({_cell(form, part.name, row)})>N({whole})", "disagrees")
    names_of_form = {field.name for field in fields_of(form)}
    for fewer, more in _NARROWS:
        if fewer in names_of_form:
            yield Mark((fewer,), f"=N({_cell(form, fewer, row)})>N({_cell(form, more, row)})", "unusual")
    yield from _to_fill(form, row)
    if "closing" in names_of_form:
        yield Mark(("closing",), f"=N({_cell(form, 'closing', row)})<0", "disagrees")


#: What is worked out, or may be left: never missing.
_NEVER_MISSING = frozenset({"attainment_pct", "increase_admitted", "closing", "head_is_member"})
#: What is to be entered for every cell that has a name, before anything else.
_FIRST = frozenset({"admitted", "admitted_ytd", "admitted_ttd", "year_target"})


def _to_fill(form: str, row: int) -> Iterator[Mark]:
    """A blank that is still to be filled in: the admissions of a cell that has a name, then whatever is not known once
    they are entered (what is usual, and last month's, stands there by itself)."""
    if form == "KN-1":
        entered = f'{_cell(form, "admitted", row)}<>""'
    elif form == "KN-3":
        entered = f'{_cell(form, "increase_admitted", row)}<>""'
    else:
        # A condition of one sheet on another is understood by every program in this way only.
        admitted = f"'{sheet_name('KN-1')}'!{column_of('KN-1', 'admitted')}"
        entered = f'INDIRECT("{admitted}"&ROW({_cell(form, "cell_name", row)}))<>""'
    for field in fields_of(form):
        if field.is_number and field.name not in _NEVER_MISSING:
            first = field.name in _FIRST
            asked = f'{_cell(form, "cell_name", row)}<>""' if first and form == "KN-1" else entered
            yield Mark((field.name,), f'=AND({asked},{_cell(form, field.name, row)}="")', "to fill")
