"""What holds is decided in one place: whoever asks gets the same answer, whatever a rule allows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_store import Reconciled

from expectations.beyond import allowed, allowed_sql, beyond, beyond_sql
from expectations.catalogue import Rule, rules
from expectations.publish_rules import row_of
from expectations.repairs.load import case_of
from expectations.store import judging
from expectations.store.identities import broken_cases, months_with_differences
from warehouse.connections import writing
from warehouse.settings import Settings

MONTH = date(2020, 7, 1)
AGES = ("age_18_30", "age_31_40", "age_41_50", "age_over_50")
PARTS = {"kn1_ages": AGES, "kn1_women_within_admitted": ("admitted",)}
LETTERS = {"admitted": "D", "women": "E", **dict(zip(AGES, "GHIJ", strict=True))}
#: By line, how far off it is: 20 is expected of each.
OFF = {1: 0.0, 2: 1.0, 3: -1.0, 4: 2.0, 5: -2.0, 6: 3.0, 7: -3.0}


def with_figures(settings: Settings, rule_id: str, field: str) -> None:
    """The figures that the build leaves beside the reconciliations: on each line the field and its parts."""
    parts = PARTS[rule_id]
    with writing(settings) as connection:

        def add(table: str, *values: object) -> None:
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO warehouse.intermediate.{table} VALUES ({marks})", list(values))

        add("int_report_versions", 1, "first", "key of 03408", MONTH, "sent", True, True)
        add("int_column_layouts", 1, 1)
        letters = [LETTERS[name] for name in (field, *parts)]
        add("int_rule_columns", rule_id, 1, field, letters, [1, *(-1 for _ in parts)])
        for name in (field, *parts):
            add("int_column_letters", 1, "KN-1", name, LETTERS[name])
        for line, off in OFF.items():
            add("int_report_lines", line, 1, "KN-1", "Kết nạp", line, line, "cell", f"Chi bộ {line}", f"{line}", 1)
            figures = {field: 20 + off, **dict.fromkeys(parts, 20 / len(parts))}
            connection.execute(
                f"INSERT INTO warehouse.intermediate.int_lines_kn1 (line_id, submission_number, {', '.join(figures)})"
                f" VALUES ({', '.join('?' * (2 + len(figures)))})",
                [line, 1, *figures.values()],
            )


def lines_of(rule_id: str, kind: str, field: str) -> list[Reconciled]:
    return [
        Reconciled(
            rule_id=rule_id,
            kind=kind,
            reported=20 + off,
            expected=20,
            line_number=line,
            line_kind="cell",
            cell_name=f"Chi bộ {line}",
            field=field,
            cells=tuple(f"{LETTERS[name]}{line}" for name in (field, *PARTS[rule_id])),
        )
        for line, off in OFF.items()
    ]


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("rule_id", "allows", "failing"),
    [
        ("kn1_ages", {}, {2, 3, 4, 5, 6, 7}),
        ("kn1_ages", {"tolerance": 1.0}, {4, 5, 6, 7}),
        ("kn1_ages", {"tolerance": 2.5}, {6, 7}),
        ("kn1_ages", {"relative_tolerance": 0.1}, {6, 7}),
        ("kn1_ages", {"tolerance": 1.0, "relative_tolerance": 0.1}, set()),
        ("kn1_women_within_admitted", {}, {2, 4, 6}),
        ("kn1_women_within_admitted", {"tolerance": 1.0}, {4, 6}),
        ("kn1_women_within_admitted", {"relative_tolerance": 0.05, "tolerance": 1.0}, {6}),
    ],
)
def test_a_tolerance_that_is_changed_once_is_changed_for_every_reader(
    reconciled: Callable[..., Settings], rule_id: str, allows: dict[str, float], failing: set[int]
) -> None:
    from expectations.check import check

    rule: Rule = replace(next(each for each in rules() if each.rule_id == rule_id), **allows)
    settings = reconciled(*lines_of(rule_id, rule.kind, rule.field))
    with_figures(settings, rule_id, rule.field)

    (outcome,) = (each for each in check(settings, [rule]).outcomes if each.looked_at)
    assert (outcome.looked_at, outcome.failed) == (len(OFF), len(failing))
    with writing(settings) as connection:
        judged_failing = connection.execute("SELECT line_number FROM warehouse.quality.failures").fetchall()
        assert {line for (line,) in judged_failing} == failing

        judging.prepare(connection, [row_of(rule)])
        assert months_with_differences(connection, [rule.kind]) == ({MONTH} if failing else set())
        cases = list(broken_cases(connection, MONTH, [rule.kind]))
        assert len(cases) == bool(failing)
        for rows in cases:
            assert {int(row.cell_name.removeprefix("Chi bộ ")) for row in rows.identities if row.beyond} == failing
            case = case_of(rows, {rule_id: rule})
            broken = {case.figures[case.identities[number].figures[0]].line_number for number in case.broken}
            assert broken == failing


QUARTERS = st.integers(-400, 400).map(lambda number: number / 4)


@given(st.none() | QUARTERS, st.none() | QUARTERS, QUARTERS.map(abs), st.sampled_from([0.0, 0.02, 0.1]), st.booleans())
def test_what_the_store_says_of_a_difference_is_what_a_repair_is_told(
    difference: float | None, expected: float | None, tolerance: float, relative: float, is_upper: bool
) -> None:
    given_values = [difference, expected, tolerance, relative, is_upper]
    statement = (
        f"SELECT {allowed_sql('expected', 'line')}, {beyond_sql('difference', 'expected', 'line')} FROM (SELECT"
        " CAST(? AS DOUBLE) AS difference, CAST(? AS DOUBLE) AS expected, CAST(? AS DOUBLE) AS tolerance,"
        " CAST(? AS DOUBLE) AS relative_tolerance, ? AS is_upper) AS line"
    )
    ((may_be, said),) = duckdb.execute(statement, given_values).fetchall()
    assert may_be == pytest.approx(allowed(expected, tolerance, relative))
    assert said == pytest.approx(beyond(difference, allowed(expected, tolerance, relative), is_upper), abs=1e-9)


@pytest.mark.parametrize(("difference", "is_beyond"), [(0.5 + 1e-12, False), (0.50001, True), (-0.50001, True)])
def test_the_noise_of_sums_is_within_what_is_allowed_and_whatever_can_be_seen_is_not(
    difference: float, is_beyond: bool
) -> None:
    assert bool(beyond(difference, 0.5, is_upper=False)) is is_beyond


def test_what_cannot_be_compared_is_neither_within_nor_beyond() -> None:
    assert beyond(None, 1.0, is_upper=False) is None


def test_a_line_of_a_rule_that_is_not_known_is_not_evaluated(reconciled: Callable[..., Settings]) -> None:
    settings = reconciled(*lines_of("kn1_ages", "row_identity", "admitted"))
    with writing(settings) as connection:
        judging.prepare(connection, [])
        assert connection.execute("SELECT DISTINCT beyond FROM judged").fetchall() == [(None,)]
