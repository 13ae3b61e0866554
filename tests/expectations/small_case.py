"""A small sheet as a case: four rows of cells, a total row, and the identities of a form in miniature.

Columns stand for fields of KN-1: D admitted, E women, I and J two age bands, W the year to date. Rows 11 to 14 are
cells, row 15 is the total.
"""

from collections.abc import Mapping
from dataclasses import replace

from expectations.repairs.case import Case, Figure, Identity

FIELDS = {"D": "admitted", "E": "women", "I": "age_18_30", "J": "age_31_40", "W": "admitted_ytd"}
ROWS = (11, 12, 13, 14)
TOTAL = 15

#: What is right: each row's admitted is the sum of its two age bands, its year to date last month's plus admitted.
RIGHT: dict[str, float | None] = {
    **{"D11": 2, "E11": 1, "I11": 1, "J11": 1, "W11": 5},
    **{"D12": 0, "E12": 0, "I12": 0, "J12": 0, "W12": 3},
    **{"D13": 1, "E13": 1, "I13": 0, "J13": 1, "W13": 1},
    **{"D14": 3, "E14": 2, "I14": 3, "J14": 0, "W14": 14},
    **{"D15": 6, "E15": 4, "I15": 4, "J15": 2, "W15": 23},
}
LAST_MONTH = {"W11": 3.0, "W12": 3.0, "W13": 0.0, "W14": 11.0}


def sheet(changes: Mapping[str, float | None] | None = None) -> Case:
    """The right sheet with other figures in some cells."""
    values = {**RIGHT, **(changes or {})}
    names = [f"{column}{row}" for row in (*ROWS, TOTAL) for column in FIELDS]
    figures = [_figure(name, values[name]) for name in names]
    numbers = {name: number for number, name in enumerate(names)}
    identities = [*_totals(numbers), *_rows(numbers)]
    identities += [
        _identity("kn1_value_unread", "unread_value", "people", [numbers[name]])
        for name in names
        if (values[name] or 0) < 0
    ]
    return Case(figures, identities)


def number_of(case: Case, cell: str) -> int:
    return next(number for number, figure in enumerate(case.figures) if figure.cell == cell)


def named(case: Case, changes: Mapping[int, float]) -> dict[str, float]:
    """Changes by cell."""
    return {case.figures[number].cell: value for number, value in changes.items()}


def softened(case: Case, rule_id: str, severity: str) -> Case:
    """The case with the identities of a rule of another severity."""
    return Case(
        case.figures,
        [replace(each, severity=severity) if each.rule_id == rule_id else each for each in case.identities],
    )


def _figure(name: str, value: float | None) -> Figure:
    row = int(name[1:])
    return Figure(
        sheet="Kết nạp",
        cell=name,
        form="KN-1",
        field=FIELDS[name[0]],
        type="count",
        line_kind="total" if row == TOTAL else "cell",
        line_number=row - 10,
        cell_name="TỔNG CỘNG" if row == TOTAL else f"Chi bộ {row - 10}",
        value=value,
        before=LAST_MONTH.get(name),
    )


def _identity(rule_id: str, kind: str, shape: str, figures: list[int], **rest: object) -> Identity:
    place = "-".join(map(str, figures))
    return Identity(f"{rule_id} {place}", rule_id, kind, "critical", shape, tuple(figures), **rest)  # type: ignore[arg-type]


def _totals(numbers: Mapping[str, int]) -> list[Identity]:
    return [
        _identity(
            "kn1_column_total",
            "column_total",
            "sum",
            [numbers[f"{column}{TOTAL}"], *(numbers[f"{column}{row}"] for row in ROWS)],
            signs=(1.0, *(-1.0 for _ in ROWS)),
        )
        for column in FIELDS
    ]


def _rows(numbers: Mapping[str, int]) -> list[Identity]:
    found = []
    for row in ROWS:
        d, e, i, j, w = (numbers[f"{column}{row}"] for column in FIELDS)
        found += [
            _identity("kn1_ages", "row_identity", "sum", [d, i, j], signs=(1.0, -1.0, -1.0)),
            _identity("kn1_women_within_admitted", "subset", "sum", [e, d], signs=(1.0, -1.0), upper=True),
            _identity(
                "kn1_ytd_carried",
                "carry_forward",
                "sum",
                [w, d],
                signs=(1.0, -1.0),
                constant=-LAST_MONTH[f"W{row}"],
            ),
        ]
    return found
