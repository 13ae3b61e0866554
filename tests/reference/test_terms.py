"""When terms begin."""

from datetime import date

import pytest

from reference import terms


@pytest.mark.parametrize(
    ("month", "begins"),
    [(date(2020, 7, 1), True), (date(2020, 8, 1), False), (date(2020, 1, 1), False), (date(2025, 7, 1), True)],
)
def test_a_term_begins_in_july_of_every_fifth_year(month: date, begins: bool) -> None:
    assert terms.is_first_of_a_term(month, "03408") is begins


def test_a_commune_s_term_may_begin_on_a_day_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "_own_starts", lambda: {("03408", "2020-2025"): date(2020, 6, 15)})
    assert terms.is_first_of_a_term(date(2020, 6, 1), "03408")
    assert not terms.is_first_of_a_term(date(2020, 7, 1), "03408")
    assert terms.is_first_of_a_term(date(2020, 7, 1), "03386")
