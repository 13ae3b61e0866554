"""What Python and SQL say of states, cases and decisions is the same."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import jinja2

from reference.cell_address import on_sheet_sql
from reference.texts import say
from warehouse.case_id import CASE_ID, case_id
from warehouse.failure_states import STATES, UNSETTLED, is_unsettled
from warehouse.last_decision import NEWEST_FIRST, OLDEST_FIRST, of_last
from warehouse.literals import quoted, quoted_list

ROOT = Path(__file__).parents[2]


def answer(sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def test_a_text_comes_back_as_it_was_whatever_it_holds() -> None:
    texts = ["it's", "''", "{x}", 'a "b"']
    assert answer(f"SELECT {quoted_list(texts)}") == [tuple(texts)]
    assert quoted(Path("/o'clock/a")) == "'/o''clock/a'"


def test_the_unsettled_states_are_states_and_the_store_finds_the_same() -> None:
    found = answer(f"FROM (SELECT unnest({list(STATES)}) AS state) WHERE {is_unsettled('state')}")
    assert {state for (state,) in found} == set(UNSETTLED) < set(STATES)


def test_dbt_says_the_same_of_states_and_of_the_places_of_cells() -> None:
    macros = (ROOT / "dbt_project" / "macros" / "states_and_places.sql").read_text(encoding="utf-8")

    def said(call: str) -> str:
        return jinja2.Template(macros + "{{ " + call + " }}").render().strip()

    assert said("is_unsettled('state')") == is_unsettled("state").replace(" IN ", " in ")
    assert said("on_sheet('sheet', 'cell')") == on_sheet_sql()


def test_every_state_has_a_name_in_both_languages() -> None:
    for state in STATES:
        assert say(f"state_{state}", "vi") != say(f"state_{state}", "en")


def test_a_case_has_the_same_id_everywhere() -> None:
    found = answer(f"SELECT {CASE_ID} FROM (SELECT '03408' AS commune_code, DATE '2020-05-01' AS month)")
    assert found == [(case_id("03408", date(2020, 5, 1)),)] == [("03408-2020-05",)]


def test_of_two_decisions_of_one_moment_all_agree_on_which_is_the_last() -> None:
    at, before = datetime(2026, 1, 6, 8), datetime(2026, 1, 5, 8)
    rows = ", ".join(f"({quoted(name)}, TIMESTAMP '{when}')" for name, when in (("a", at), ("b", at), ("c", before)))
    decisions = f"(VALUES {rows}) AS decisions (decision_id, decided_at)"
    assert answer(f"SELECT {of_last('decision_id')} FROM {decisions}") == [("b",)]
    assert answer(f"SELECT decision_id FROM {decisions} ORDER BY {NEWEST_FIRST}") == [("b",), ("a",), ("c",)]
    assert answer(f"SELECT decision_id FROM {decisions} ORDER BY {OLDEST_FIRST}") == [("c",), ("a",), ("b",)]
