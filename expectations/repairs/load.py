"""A case as the store hands it out -> figures and identities, each identity in the shape that its kind has."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from expectations.catalogue import Rule, kinds
from expectations.repairs.case import Case, Figure, Identity
from warehouse.repairs import CaseRows, FigureRow, IdentityRow

#: Kinds whose difference is a sum of figures with signs and a constant; the others have shapes of their own.
_SUMS = frozenset(
    {
        *("column_total", "row_identity", "subset", "carry_forward", "unchanged", "cross_sheet", "target"),
        "left_blank",
    }
)
_SHAPES = {
    **dict.fromkeys(_SUMS, "sum"),
    "percentage": "percentage",
    "range": "between",
    "mean_of_bands": "bands",
    "unread_value": "readable",
    "noticed": "readable",
}
#: The kinds of rules that a repair can settle.
REPAIRABLE = tuple(_SHAPES)
#: Those of which only an excess counts.
UPPER = tuple(kind for kind in _SUMS if kinds()[kind].judge == "upper")


def case_of(rows: CaseRows, rules: Mapping[str, Rule], without: Collection[str] = ()) -> Case:
    """The case of a commune's month, `without` these failures' identities; what is about cells that hold no figure, or
    is no repair's business, is left out."""
    figures = _in_their_places(rows.figures)
    numbers = {(figure.sheet, figure.cell): number for number, figure in enumerate(figures)}
    identities = (
        _identity(row, rules.get(row.rule_id), figures, numbers)
        for row in rows.identities
        if row.kind in _SHAPES and row.failure_id not in without
    )
    found = [identity for identity in identities if identity is not None]
    return Case(figures, (*found, *_parts_left_blank(figures, found, rules.values())))


def _parts_left_blank(
    figures: Sequence[Figure], found: Iterable[Identity], rules: Iterable[Rule]
) -> Iterator[Identity]:  # fmt: skip
    """What a blank part would have to obey, were it filled in: no more than its whole. It is judged of no report."""
    judged = {(identity.rule_id, identity.figures[0]) for identity in found}
    at = {(figure.form, figure.line_number, figure.field): number for number, figure in enumerate(figures)}
    subsets = [rule for rule in rules if rule.kind == "subset"]
    for number, figure in enumerate(figures):
        if figure.value is not None:
            continue
        for rule in subsets:
            whole = at.get((figure.form, figure.line_number, rule.plus_fields[0]))
            if (rule.form, rule.field, rule.line_kind) != (
                figure.form,
                figure.field,
                figure.line_kind,
            ) or whole is None:
                continue
            if (rule.rule_id, number) not in judged:
                yield Identity(
                    failure_id="",
                    rule_id=rule.rule_id,
                    kind=rule.kind,
                    severity=rule.severity,
                    shape="sum",
                    figures=(number, whole),
                    signs=(1.0, -1.0),
                    upper=True,
                )


def _in_their_places(rows: Sequence[FigureRow]) -> tuple[Figure, ...]:
    """The figures, each with what stands around it and with how blanks are used on its sheet."""
    by_place = {(row.form, row.line_number, row.field): row.value for row in rows}
    fields: dict[str, list[str]] = defaultdict(list)
    blanks, zeros = Counter[str](), Counter[str]()
    for row in rows:
        if row.field not in fields[row.form]:
            fields[row.form].append(row.field)
        if row.type == "count" and row.line_kind == "cell":
            blanks[row.form] += row.value is None
            zeros[row.form] += row.value == 0
    found = []
    for row in rows:
        at = fields[row.form].index(row.field)
        around = [(row.line_number, field) for field in fields[row.form][max(0, at - 1) : at + 2]]
        around += [(row.line_number - 1, row.field), (row.line_number + 1, row.field)]
        beside = (by_place.get((row.form, *place)) for place in around if place != (row.line_number, row.field))
        odd = row.value is None and not row.found and 20 * blanks[row.form] < zeros[row.form]
        found.append(_figure(row, frozenset(value for value in beside if value is not None), odd))
    return tuple(found)


def _figure(row: FigureRow, beside: frozenset[float], is_odd_blank: bool) -> Figure:
    return Figure(
        sheet=row.sheet,
        cell=row.cell,
        form=row.form,
        field=row.field,
        type=row.type,
        line_kind=row.line_kind,
        line_number=row.line_number,
        cell_name=row.cell_name,
        value=row.value,
        before=row.before,
        found=row.found,
        beside=beside,
        is_odd_blank=is_odd_blank,
    )


def _identity(
    row: IdentityRow, rule: Rule | None, figures: tuple[Figure, ...], numbers: Mapping[tuple[str, str], int]
) -> Identity | None:
    places = [numbers.get(_place(row.sheet, cell)) for cell in row.cells]
    if rule is None or not places or None in places:
        return None
    involved = tuple(place for place in places if place is not None)
    shape = _SHAPES[row.kind]
    identity = Identity(
        failure_id=row.failure_id,
        rule_id=row.rule_id,
        kind=row.kind,
        severity=row.severity,
        shape=shape,
        figures=involved,
        tolerance=row.tolerance,
    )
    if shape == "sum":
        return _sum(row, identity, figures)
    if shape == "percentage":
        return identity if len(involved) == 3 else None
    if shape == "bands":
        return replace(identity, lows=rule.lows, highs=rule.highs) if len(involved) == 1 + len(rule.lows) else None
    one_figure = replace(identity, figures=involved[:1])
    return replace(one_figure, low=rule.low or 0.0, high=rule.high or 0.0) if shape == "between" else one_figure


def _sum(row: IdentityRow, identity: Identity, figures: tuple[Figure, ...]) -> Identity | None:
    """The identity with its signs, and with what stands in no cell of this report (last month, the target on file) as a
    constant."""
    signs = _signs(row)
    if len(signs) != len(identity.figures):
        return None
    now = sum(sign * figures[number].number for sign, number in zip(signs, identity.figures, strict=True))
    # A blank's figure that cannot be judged (it cannot be read) is still told by the other cells.
    off = row.difference if row.difference is not None else -(row.expected or 0.0)
    return replace(identity, signs=signs, constant=off - now, upper=row.kind in UPPER)


def _place(sheet: str, cell: str) -> tuple[str, str]:
    """`D14` is on the line's own sheet, `Kết nạp!D14` on another one."""
    other, _, address = cell.rpartition("!")
    return (other or sheet, address)


def _signs(row: IdentityRow) -> tuple[float, ...]:
    """With which signs the cells' figures stand in the difference. A total's column is named once for all its rows."""
    if row.kind == "column_total":
        return (1.0, *(-1.0 for _ in row.cells[1:]))
    if row.kind == "left_blank":
        return (1.0,)
    return tuple(float(sign) for sign in row.signs)
