"""The sums over the sixty months are what the city published; the targets add up to its 400."""

from functools import cache

import pytest

from samples import plan
from samples.city import DONG_PHONG, TAN_PHONG
from samples.model import Report, Value, all_reports, targets_2015, targets_2020, targets_2023, targets_2025
from samples.months import MERGER, TERM_END, term_start, year_of


@cache
def term() -> tuple[Report, ...]:
    return tuple(report for report in all_reports() if report.month <= TERM_END)


def total(report: Report, field: str) -> int:
    value: Value = report.sheet("KN-1").lines[-1].values[field]
    return int(value or 0)


def test_the_term_has_sixty_months_of_seven_communes() -> None:
    assert len(term()) == 420
    assert len({report.commune.code for report in term()}) == 7
    assert len({report.month for report in term()}) == 60


@pytest.mark.parametrize(("field", "published"), [("admitted", 425), ("women", 289), ("ethnic_minority", 108)])
def test_the_city_s_sums_are_the_published_ones(field: str, published: int) -> None:
    assert sum(total(report, field) for report in term()) == published


def test_dong_phong_admitted_37_against_20() -> None:
    assert sum(total(report, "admitted") for report in term() if report.commune is DONG_PHONG) == 37
    assert plan.TARGETS_2015[DONG_PHONG.code].term == 20


def test_the_plan_s_columns_add_up_to_the_plan_of_the_city() -> None:
    spreads = plan.SPREADS.values()
    assert tuple(map(sum, zip(*(spread.admitted for spread in spreads), strict=True))) == plan.PUBLISHED.admitted
    assert sum(spread.women for spread in spreads) == plan.PUBLISHED.women
    assert sum(spread.ethnic_minority for spread in spreads) == plan.PUBLISHED.ethnic_minority


def test_every_commune_s_term_target_is_the_sum_of_its_parts() -> None:
    every = (plan.TARGETS_2015, plan.TARGETS_2020, plan.AMENDED_2023, plan.TARGETS_2025)
    for asked in (asked for plans in every for asked in plans.values()):
        assert asked.term == sum(asked.parts)


def test_the_city_s_targets_are_400_and_80_a_year() -> None:
    lines = targets_2015().lines
    assert sum(line.term for line in lines) == 400
    assert tuple(map(sum, zip(*(line.years for line in lines), strict=True))) == (40, 80, 80, 80, 80, 40)


def test_the_target_of_2020_in_the_new_term_is_that_of_the_whole_year() -> None:
    old = sum(line.years[-1] for line in targets_2015().lines)
    new = sum(line.years[0] for line in targets_2020().lines)
    second_half = sum(plan.parts[0] for plan in plan.TARGETS_2020.values())
    assert new == old + plan.SUNG_PHAI_TARGET_BEFORE + second_half
    dong_phong = next(line for line in targets_2020().lines if line.commune is DONG_PHONG)
    assert (dong_phong.term, dong_phong.years) == (20, (4, 4, 4, 4, 4, 2))


def test_the_targets_of_the_term_were_amended_for_one_commune_and_only_for_years_to_come() -> None:
    changed = [
        (
            old.commune,
            [year for year, was, now in zip(targets_2020().years, old.years, new.years, strict=True) if was != now],
        )
        for old, new in zip(targets_2020().lines, targets_2023().lines, strict=True)
        if old != new
    ]
    assert changed == [(TAN_PHONG, [2023, 2024])]
    assert [sum(line.term for line in issued.lines) for issued in (targets_2020(), targets_2023())] == [400, 406]


def test_the_wards_are_asked_for_what_their_cells_were_asked_before_and_their_half_year() -> None:
    june = [report for report in all_reports() if report.month == MERGER - 1]
    asked_before = {
        line.name: line.values["year_target"] for r in june for line in r.sheet("KN-1").lines if line.kind == "cell"
    }
    closed = asked_before["Chi bộ Ban Quản lý chợ Quyết Tiến"]
    whole_2025 = sum(line.years[0] for line in targets_2025().lines)
    halves = sum(asked.parts[0] for asked in plan.TARGETS_2025.values())
    before = sum(int(target or 0) for target in asked_before.values()) - int(closed or 0)
    assert whole_2025 == before + sum(plan.OUTSIDE_TARGETS_BEFORE.values()) + halves


def test_a_cell_s_targets_of_a_year_stay_the_same_within_a_term() -> None:
    seen: dict[tuple[str, int, int], Value] = {}
    for report in all_reports():
        for line in report.sheet("KN-1").lines:
            if line.kind == "cell":
                key = (line.name, year_of(report.month), term_start(report.month))
                assert seen.setdefault(key, line.values["year_target"]) == line.values["year_target"]
