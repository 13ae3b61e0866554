"""The sums over the sixty months are what the city published; the targets add up to its 400."""

import pytest

from samples import city
from samples.city import DONG_PHONG
from samples.model import Report, Value, all_reports, targets_2015, targets_2020
from samples.months import NEXT_TERM_START, TERM_END, year_of

TERM = tuple(report for report in all_reports() if report.month <= TERM_END)


def total(report: Report, field: str) -> int:
    value: Value = report.sheet("KN-1").lines[-1].values[field]
    return int(value or 0)


def test_the_term_has_sixty_months_of_seven_communes() -> None:
    assert len(TERM) == 420
    assert len({report.commune.code for report in TERM}) == 7
    assert len({report.month for report in TERM}) == 60


@pytest.mark.parametrize(("field", "published"), [("admitted", 425), ("women", 289), ("ethnic_minority", 108)])
def test_the_city_s_sums_are_the_published_ones(field: str, published: int) -> None:
    assert sum(total(report, field) for report in TERM) == published


def test_dong_phong_admitted_37_against_20() -> None:
    assert sum(total(report, "admitted") for report in TERM if report.commune is DONG_PHONG) == 37
    assert city.TARGETS_2015[DONG_PHONG.code].term == 20


def test_the_plan_s_columns_add_up_to_the_plan_of_the_city() -> None:
    spreads = city.SPREADS.values()
    assert tuple(map(sum, zip(*(spread.admitted for spread in spreads), strict=True))) == city.PUBLISHED.admitted
    assert sum(spread.women for spread in spreads) == city.PUBLISHED.women
    assert sum(spread.ethnic_minority for spread in spreads) == city.PUBLISHED.ethnic_minority


def test_every_commune_s_term_target_is_the_sum_of_its_parts() -> None:
    for plan in (*city.TARGETS_2015.values(), *city.TARGETS_2020.values()):
        assert plan.term == sum(plan.parts)


def test_the_city_s_targets_are_400_and_80_a_year() -> None:
    lines = targets_2015().lines
    assert sum(line.term for line in lines) == 400
    assert tuple(map(sum, zip(*(line.years for line in lines), strict=True))) == (40, 80, 80, 80, 80, 40)


def test_the_target_of_2020_in_the_new_term_is_that_of_the_whole_year() -> None:
    old = sum(line.years[-1] for line in targets_2015().lines)
    new = sum(line.years[0] for line in targets_2020().lines)
    second_half = sum(plan.parts[0] for plan in city.TARGETS_2020.values())
    assert new == old + city.SUNG_PHAI_TARGET_BEFORE + second_half
    dong_phong = next(line for line in targets_2020().lines if line.commune is DONG_PHONG)
    assert (dong_phong.term, dong_phong.years) == (20, (4, 4, 4, 4, 4, 2))


def test_a_cell_s_targets_of_a_year_stay_the_same_within_a_term() -> None:
    seen: dict[tuple[str, int, bool], Value] = {}
    for report in all_reports():
        for line in report.sheet("KN-1").lines:
            if line.kind == "cell":
                key = (line.name, year_of(report.month), report.month >= NEXT_TERM_START)
                assert seen.setdefault(key, line.values["year_target"]) == line.values["year_target"]
