"""A steward's decision is kept whole or refused with a sentence; what it says is what counts from then on."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import steps
from expectations.decide import DecisionRefused, Request, decide, note
from reference.communes import all_communes
from reference.naming import SeveralCommunesMeant
from samples.write import write_samples
from warehouse.connections import writing
from warehouse.decisions import noted as unwritten
from warehouse.decisions import read_journal, take_in_noted
from warehouse.journal import JournalDamaged, entries_of
from warehouse.last_decision import LAST_DECISIONS
from warehouse.publish import publish
from warehouse.settings import Settings, load_settings
from warehouse.tables import create_tables

ROOT = Path(__file__).parents[2]
ACCEPT = Request(("aaa1",), "accept", "Nguyễn Văn A", "đã đối chiếu")
CORRECT = Request(("aaa1",), "correct", "Nguyễn Văn A", "gọi điện", value=3)


@pytest.fixture
def office(tmp_path: Path) -> Settings:
    """Two failures of a case, one of another; the first is about cells D12 and D13 of KN-1."""
    settings = load_settings({"ADMISSIONS_HOME": str(tmp_path / "var"), "ADMISSIONS_TODAY": "2020-08-20"}, tmp_path)
    with writing(settings) as connection:
        create_tables(connection)
        for failure_id, case_id, form, rule_id, state in (
            ("aaa1", "03408-2020-07", "KN-1", "kn1_ages", "open"),
            ("aab2", "03408-2020-07", "KN-1", "kn1_ages", "resolved"),
            ("bbb3", "03387-2020-07", "KN-1", "kn1_ages", "open"),
            ("fff4", "03387-2020-12", "2-BTCTW", "official_parts", "open"),
        ):
            connection.execute(
                "INSERT INTO warehouse.quality.failures"
                " (failure_id, case_id, form, rule_id, commune_key, commune_code, month, submission_id, sheet, cells,"
                " reported, expected, state) VALUES (?, ?, ?, ?, 'k', '03408',"
                " DATE '2020-07-01', 's', 'Kết nạp', ['D12', 'D13', 'B12'], 2, 3, ?)",
                [failure_id, case_id, form, rule_id, state],
            )
        connection.execute(
            "INSERT INTO warehouse.raw.column_map (submission_id, form, sheet, field, column_letter, header)"
            " VALUES ('s', 'KN-1', 'Kết nạp', 'admitted', 'D', 'Tổng số'),"
            " ('s', 'KN-1', 'Kết nạp', 'cell_name', 'B', 'Chi bộ')"
        )
        connection.execute(
            "INSERT INTO warehouse.raw.report_lines_kn1 (submission_id, line_number, sheet, sheet_row, kind, cell_name,"
            " admitted) VALUES ('s', 1, 'Kết nạp', 12, 'cell', 'Chi bộ Một', 2), ('s', 2, 'Kết nạp', 13, 'cell',"
            " 'Chi bộ Hai', NULL)"
        )
        connection.execute(
            "INSERT INTO warehouse.quality.proposals (case_id, rank, submission_id, sheet, cell, value_before,"
            " value_after, settles, slip) VALUES"
            " ('03408-2020-07', 1, 's', 'Kết nạp', 'D12', 2, 3, ['aaa1'], 'near_key'),"
            " ('03408-2020-07', 1, 's', 'Kết nạp', 'D27', 20, 21, ['aaa1'], 'follows'),"
            " ('03408-2020-07', 2, 's', 'Kết nạp', 'D13', NULL, 1, ['aaa1'], 'blank_for_value')"
        )
        connection.execute("INSERT INTO warehouse.ledger.built_submissions VALUES ('s', 1, 'k', DATE '2020-07-01')")
    return settings


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (replace(ACCEPT, failures=("ccc",)), "decision_no_failure"),
        (replace(ACCEPT, failures=("",)), "decision_no_failure"),
        (replace(ACCEPT, failures=("aa",)), "decision_ambiguous"),
        (replace(ACCEPT, failures=("aab2",)), "decision_resolved"),
        (replace(ACCEPT, by=" "), "decision_by_nobody"),
        (replace(ACCEPT, reason=""), "decision_without_reason"),
        (replace(ACCEPT, value=3), "decision_value_not_wanted"),
        (replace(CORRECT, value=None), "decision_without_value"),
        (replace(CORRECT, value=-1), "decision_bad_value"),
        (replace(CORRECT, value=float("nan")), "decision_bad_value"),
        # What no sheet can hold would stop every later build.
        (replace(CORRECT, value=1e300), "decision_bad_value"),
        (replace(CORRECT, value=0.5), "decision_not_a_count"),
        (replace(CORRECT, failures=("fff4",), value=12), "decision_correct_official"),
        (replace(CORRECT, cell="Z99"), "decision_bad_cell"),
        # A name is no figure.
        (replace(CORRECT, cell="B12"), "decision_bad_cell"),
        (replace(CORRECT, failures=("aaa1", "bbb3")), "decision_correct_one"),
        (replace(ACCEPT, failures=()), "decision_on_nothing"),
        (replace(ACCEPT, failures=(), rule="kn2_no_such"), "decision_no_failure_of_rule"),
        (replace(ACCEPT, failures=(), rule="kn1_ages", month=date(2020, 8, 1)), "decision_no_failure_of_rule"),
        (replace(ACCEPT, proposal=1), "decision_value_not_wanted"),
        (replace(ACCEPT, cell="D12"), "decision_value_not_wanted"),
        (replace(CORRECT, proposal=1), "decision_value_or_proposal"),
        (replace(ACCEPT, month=date(2020, 7, 1)), "decision_narrowed_without_rule"),
        (replace(ACCEPT, commune="03408"), "decision_narrowed_without_rule"),
        (replace(CORRECT, value=None, proposal=9), "decision_no_proposal"),
        (replace(CORRECT, value=None, proposal=1, failures=("aaa1", "bbb3")), "decision_proposal_of_one_case"),
        # One that cannot be kept keeps the others out.
        (replace(ACCEPT, failures=("aaa1", "ccc")), "decision_no_failure"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_and_nothing_is_kept(
    office: Settings, request_: Request, text: str
) -> None:
    with pytest.raises(DecisionRefused) as refused:
        decide(office, request_)
    assert refused.value.text == text
    assert ask(office, "FROM warehouse.quality.decisions") == []
    assert not (office.archive / "decisions.jsonl").exists()


def test_a_decision_is_in_the_journal_and_in_the_store_and_its_month_is_built_again(office: Settings) -> None:
    (kept,) = decide(office, replace(CORRECT, failures=("aaa",)))
    assert (kept.decision.cell, kept.decision.value_before, kept.decision.value_after) == ("D12", 2, 3)
    assert ask(office, "SELECT failure_id, decision, value_after FROM warehouse.quality.decisions") == [
        ("aaa1", "correct", 3)
    ]
    lines = (office.archive / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["decided_by"] for line in lines] == ["Nguyễn Văn A"]
    assert ask(office, "FROM warehouse.ledger.built_submissions") == []


def test_a_blank_cell_can_be_given_its_value(office: Settings) -> None:
    (kept,) = decide(office, replace(CORRECT, cell="D13"))
    assert (kept.decision.cell, kept.decision.value_before) == ("D13", None)


def test_a_cell_may_be_named_in_small_letters(office: Settings) -> None:
    (kept,) = decide(office, replace(CORRECT, cell="d13"))
    assert kept.decision.cell == "D13"


def test_a_journal_that_a_stopped_machine_left_unfinished_loses_that_line_alone(office: Settings) -> None:
    decide(office, ACCEPT)
    journal = office.archive / "decisions.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8") + '{"case_id": "03408-20', encoding="utf-8")
    decide(office, replace(ACCEPT, decision="reopen"))
    with writing(office) as connection:
        connection.execute("DELETE FROM warehouse.quality.decisions")
        assert read_journal(connection, office.archive) == 2
    journal.write_text('{"wrong"}\n' + journal.read_text(encoding="utf-8"), encoding="utf-8")
    with writing(office) as connection, pytest.raises(JournalDamaged, match="line 1"):
        read_journal(connection, office.archive)


def test_a_case_is_decided_as_a_whole_and_the_second_decision_knows_of_the_first(office: Settings) -> None:
    (first,) = decide(office, replace(ACCEPT, failures=("03408-2020-07",)))
    (second,) = decide(office, replace(ACCEPT, decision="reopen", by="Trần Thị B"))
    assert (first.before, second.before) == (None, "Nguyễn Văn A")
    assert len(ask(office, "FROM warehouse.quality.decisions")) == 2


def test_a_proposed_repair_is_taken_over_cell_by_cell_at_one_moment(office: Settings) -> None:
    kept = decide(office, replace(CORRECT, failures=("03408-2020-07",), value=None, proposal=1))
    assert [(each.decision.cell, each.decision.value_before, each.decision.value_after) for each in kept] == [
        ("D12", 2, 3),
        ("D27", 20, 21),
    ]
    assert len({each.decision.decision_id for each in kept}) == 2
    assert {each.decision.failure_id for each in kept} == {"aaa1"}
    assert len({each.decision.decided_at for each in kept}) == 1


def settle(settings: Settings, **states: str) -> None:
    with writing(settings) as connection:
        for failure_id, state in states.items():
            connection.execute(
                "UPDATE warehouse.quality.failures SET state = ? WHERE failure_id = ?", [state, failure_id]
            )


@pytest.mark.parametrize(("decision", "meant"), [("accept", {"aaa1"}), ("return", {"aaa1"}), ("reopen", {"aab2"})])
def test_a_decision_on_a_case_leaves_alone_what_does_not_wait_for_it(
    office: Settings, decision: str, meant: set[str]
) -> None:
    settle(office, aab2="corrected")
    kept = decide(office, replace(ACCEPT, failures=("03408-2020-07",), decision=decision))
    assert {each.decision.failure_id for each in kept} == meant
    by_id = decide(office, replace(ACCEPT, failures=("aab2",), decision=decision))
    assert [each.decision.failure_id for each in by_id] == ["aab2"]


def test_reopening_takes_back_the_value_that_settled_a_failure_under_another_one(office: Settings) -> None:
    decide(office, CORRECT)
    settle(office, aaa1="corrected", aab2="corrected", bbb3="corrected")
    kept = decide(office, replace(ACCEPT, failures=("aab2",), decision="reopen"))
    assert [each.decision.failure_id for each in kept] == ["aab2", "aaa1"]
    # Taken back once: there is nothing more to take back.
    assert len(decide(office, replace(ACCEPT, failures=("aab2",), decision="reopen"))) == 1


def test_all_unsettled_failures_of_a_rule_are_decided_at_once(office: Settings) -> None:
    kept = decide(office, replace(ACCEPT, failures=(), rule="kn1_ages"))
    # The one that a resubmission has settled is left alone.
    assert {each.decision.failure_id for each in kept} == {"aaa1", "bbb3"}


def test_of_a_rule_one_commune_or_one_month_may_be_meant(office: Settings) -> None:
    july = replace(ACCEPT, failures=(), rule="kn1_ages", commune="03408", month=date(2020, 7, 1))
    assert len(decide(office, july)) == 2


def test_of_a_rule_a_commune_may_be_meant_by_its_name_and_not_two_by_one(office: Settings) -> None:
    keys = {commune.name: commune.key for commune in all_communes() if commune.is_valid_in(date(2020, 7, 1))
            and commune.code in ("03408", "03387")}  # fmt: skip
    with writing(office) as connection:
        connection.execute(
            "UPDATE warehouse.quality.failures SET commune_key = ? WHERE failure_id = 'aaa1'",
            [keys["Phường Đông Phong"]],
        )
        connection.execute(
            "UPDATE warehouse.quality.failures SET commune_key = ?, commune_code = '03387' WHERE failure_id = 'bbb3'",
            [keys["Phường Tân Phong"]],
        )
    of_rule = replace(ACCEPT, failures=(), rule="kn1_ages")
    (kept,) = decide(office, replace(of_rule, commune="dong phong"))
    assert kept.decision.failure_id == "aaa1"
    with pytest.raises(SeveralCommunesMeant, match="03387"):
        decide(office, replace(of_rule, commune="phong"))
    with pytest.raises(DecisionRefused, match="decision_no_failure_of_rule"):
        decide(office, replace(of_rule, commune="Hà Nội"))


def test_what_is_decided_after_the_clock_went_back_counts(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    right = office.current_instant()
    for decision, at in (("accept", right + timedelta(days=365)), ("reopen", right), ("return", right)):
        monkeypatch.setattr(Settings, "current_instant", lambda _, at=at: at)
        decide(office, replace(ACCEPT, decision=decision))
    last = ask(office, f"SELECT decision FROM {LAST_DECISIONS}")
    assert last == [("return",)]
    entries = [entry["decided_at"] for entry in entries_of(office.archive / "decisions.jsonl")]
    assert entries == sorted(entries)


def test_two_people_who_decide_at_the_same_moment_are_both_heard(office: Settings) -> None:
    def decide_as(name: str, decision: str) -> subprocess.Popen[str]:
        words = ["aaa1", decision, "--by", name, "--reason", "đã đối chiếu", "--no-publish"]
        return subprocess.Popen(
            [sys.executable, "-m", "cli", "decide", *words],
            env={**os.environ, **office.as_environment()},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    published = office.published
    published.parent.mkdir(parents=True)
    shutil.copy(office.store, published)
    processes = [decide_as("Nguyễn Văn A", "accept"), decide_as("Trần Thị B", "return")]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    kept = ask(office, "SELECT decided_by, decision FROM warehouse.quality.decisions ORDER BY decided_by")
    assert kept == [("Nguyễn Văn A", "accept"), ("Trần Thị B", "return")]
    assert len((office.archive / "decisions.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    # Whoever was second is told of the first.
    told = [text for text in said if "Nguyễn Văn A" in text and "Trần Thị B" in text]
    assert len(told) == 1


@pytest.mark.pipeline
def test_decisions_settle_reopen_and_survive_a_rebuild(tmp_path: Path) -> None:
    """Đoàn Kết's workbook of May 2016 as it came first, before its correction, and all communes' from March."""
    settings = load_settings(
        {"ADMISSIONS_HOME": str(tmp_path), "ADMISSIONS_TODAY": "2016-06-06", "ADMISSIONS_ARRIVAL": "modified"}, tmp_path
    )
    write_samples(settings.landing, until=date(2016, 5, 1))
    for path in settings.landing.glob("20??-??/*"):
        if "dinh_chinh" in path.name or path.parent.name < "2016-03":
            path.unlink()
    for _ in steps.run(settings):
        pass

    def published(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(settings.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    held = "SELECT commune_code FROM quality.held_back"
    states = "SELECT DISTINCT state FROM quality.failures WHERE case_id = '03389-2016-05'"
    assert published(held) == [("03389",)]
    case = Request(("03389-2016-05",), "accept", "Nguyễn Văn A", "đã đối chiếu")
    steps.decide(settings, case, True)
    assert (published(held), published(states)) == ([], [("accepted",)])
    assert published(
        "SELECT count(*) FROM marts.fct_admissions WHERE commune_key IN (SELECT commune_key FROM"
        " marts.dim_commune WHERE commune_code = '03389') AND month = DATE '2016-05-01'"
    ) != [(0,)]
    assert steps.rebuild(settings, replace=False)["differences"] == []
    steps.decide(settings, replace(case, decision="reopen", reason="xem lại"), True)
    assert (published(held), published(states)) == ([("03389",)], [("open",)])
    (failure_id, expected) = published(
        "SELECT failure_id, expected FROM quality.failures WHERE state = 'open' AND severity = 'critical' LIMIT 1"
    )[0]
    steps.decide(settings, Request((failure_id,), "correct", "B", "gọi điện", value=expected), True)
    assert published(f"SELECT state FROM quality.failures WHERE failure_id = '{failure_id}'") == [("corrected",)]


def test_a_decision_made_while_another_process_writes_is_noted_and_the_next_build_takes_it_in(office: Settings) -> None:
    publish(office)
    with writing(office):
        (noted,) = note(office, ACCEPT)
        # The store is not touched, and no second lock is asked for.
    assert ask(office, "FROM warehouse.quality.decisions") == []
    with writing(office) as connection:
        assert [each.decision_id for each in unwritten(connection, office.archive)] == [noted.decision.decision_id]
        assert take_in_noted(connection, office.archive) == 1
        assert take_in_noted(connection, office.archive) == 0
    assert ask(office, "SELECT failure_id, decision FROM warehouse.quality.decisions") == [("aaa1", "accept")]
    assert ask(office, "FROM warehouse.ledger.built_submissions") == []


def test_a_noted_decision_is_refused_for_the_same_reasons(office: Settings) -> None:
    publish(office)
    with pytest.raises(DecisionRefused):
        note(office, replace(ACCEPT, failures=("ccc",)))
    assert not (office.archive / "decisions.jsonl").exists()


def test_who_decides_while_another_process_writes_is_told_that_it_is_kept(office: Settings) -> None:
    publish(office)
    decides = (
        "import steps; from expectations.decide import Request; from warehouse.settings import load_settings;"
        "s = steps.decide(load_settings(), Request(('aaa1',), 'accept', 'A', 'đã đối chiếu'), True);"
        "print(s['busy'], s['published'], len(s['decisions']))"
    )
    with writing(office):
        finished = subprocess.run(
            [sys.executable, "-c", decides],
            env=os.environ | office.as_environment() | {"ADMISSIONS_WAIT_SECONDS": "0", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert finished.stdout == "True False 1\n", finished.stderr
    lines = (office.archive / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["failure_id"] for line in lines] == ["aaa1"]
