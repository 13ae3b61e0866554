"""A case as the store hands it out -> figures and identities, each identity in the shape that its kind has."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from expectations.catalogue import Rule, kinds
from expectations.repairs.case import Case, Figure, Identity
from expectations.store.identities import CaseRows, FigureRow, IdentityRow
from reference.cell_address import split

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
    # A negative number. What was not read has no figure.
    "unread_value": "people",
}
#: The kinds of rules that a repair can settle.
REPAIRABLE = tuple(_SHAPES)


def case_of(rows: CaseRows, rules: Mapping[str, Rule], without: Collection[str] = ()) -> Case:
    """The case of a commune's month, `without` these failures' identities; what is about cells that hold no figure, or
    is no repair's business, is left out."""
    figures = _figures(rows.figures)
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    for number, figure in enumerate(figures):
        numbers[figure.sheet][figure.cell] = number
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
    subsets: dict[tuple[str, str, str], list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.kind == "subset":
            subsets[rule.form, rule.field, rule.line_kind].append(rule)
    for number, figure in enumerate(figures):
        if figure.value is not None:
            continue
        for rule in subsets.get((figure.form, figure.field, figure.line_kind), ()):
            whole = at.get((figure.form, figure.line_number, rule.plus_fields[0]))
            if whole is not None and (rule.rule_id, number) not in judged:
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


def _figures(rows: Sequence[FigureRow]) -> tuple[Figure, ...]:
    """The figures, each with how blanks are used on its sheet."""
    blanks, zeros = Counter[str](), Counter[str]()
    for row in rows:
        if row.type == "count" and row.line_kind == "cell":
            blanks[row.form] += row.value is None
            zeros[row.form] += row.value == 0
    writes_zeros = {form for form, number in zeros.items() if 20 * blanks[form] < number}
    return tuple(
        Figure(
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
            is_odd_blank=row.value is None and row.form in writes_zeros,
        )
        for row in rows
    )


def _identity(
    row: IdentityRow, rule: Rule | None, figures: tuple[Figure, ...], numbers: Mapping[str, Mapping[str, int]]
) -> Identity | None:
    involved = _involved(row, numbers)
    if rule is None or not involved:
        return None
    shape = _SHAPES[row.kind]
    if shape == "sum":
        return _sum(row, involved, figures)
    if shape in ("between", "people"):
        involved = involved[:1]
    elif len(involved) != (3 if shape == "percentage" else 1 + len(rule.lows)):
        # A column that the identity needs is not on the sheet.
        return None
    return Identity(
        failure_id=row.failure_id,
        rule_id=row.rule_id,
        kind=row.kind,
        severity=row.severity,
        shape=shape,
        figures=involved,
        allowed=row.allowed,
        low=rule.low or 0.0,
        high=rule.high or 0.0,
        lows=rule.lows,
        highs=rule.highs,
    )


def _sum(row: IdentityRow, involved: tuple[int, ...], figures: tuple[Figure, ...]) -> Identity | None:
    """The identity with its signs, and with what stands in no cell of this report (last month, the target on file) as a
    constant."""
    signs = _signs(row)
    if len(signs) != len(involved):
        return None
    now = sum(sign * (figures[number].value or 0.0) for sign, number in zip(signs, involved, strict=True))
    return Identity(
        failure_id=row.failure_id,
        rule_id=row.rule_id,
        kind=row.kind,
        severity=row.severity,
        shape="sum",
        figures=involved,
        signs=signs,
        constant=(row.difference or 0.0) - now,
        allowed=row.allowed,
        upper=kinds()[row.kind].judge == "upper",
    )


def _involved(row: IdentityRow, numbers: Mapping[str, Mapping[str, int]]) -> tuple[int, ...]:
    """The figures of the identity; none where one of its cells holds no figure. `D14` is on the line's own sheet,
    `Kết nạp!D14` on another one."""
    found = []
    for address in row.cells:
        other, cell = split(address)
        number = numbers.get(other or row.sheet, {}).get(cell)
        if number is None:
            return ()
        found.append(number)
    return tuple(found)


def _signs(row: IdentityRow) -> tuple[float, ...]:
    """With which signs the cells' figures stand in the difference. A total's column is named once for all its rows."""
    if row.kind == "column_total":
        return (1.0, *(-1.0 for _ in row.cells[1:]))
    if row.kind == "left_blank":
        return (1.0,)
    return tuple(float(sign) for sign in row.signs)
