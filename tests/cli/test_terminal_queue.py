"""How the stewards' queue and a case look on a terminal."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from rich.console import Console, RenderableType

from answers.cases import (
    CaseView,
    CauseView,
    Context,
    ContextRow,
    DecisionView,
    Effect,
    ProposedChange,
    QueueLine,
    SentFile,
)
from answers.reports import FailureLine
from cli.terminal_queue import case_lines, queue_table

FAILURE = FailureLine(
    failure_id="d5110ea2f0",
    case_id="03408-2020-05",
    rule_id="kn3_balance",
    severity="critical",
    form="KN-3",
    commune_code="03408",
    commune_name="Phường Đông Phong",
    month=date(2020, 5, 1),
    submission_id="s",
    sheet="Đảng viên",
    cells=["M11", "D11"],
    cell_name="Chi bộ Bản Một",
    reported=40,
    expected=41,
    difference=-1,
    message_vi="Số cuối tháng thiếu 1.",
    message_en="The closing is one too few.",
    state="open",
    first_seen_at=datetime(2020, 6, 3),
    decision=None,
    decided_by=None,
    decided_reason=None,
    cause_id=None,
)
CASE = CaseView(
    case_id="03408-2020-05",
    commune_code="03408",
    commune_name="Phường Đông Phong",
    month=date(2020, 5, 1),
    files=(SentFile("KN 5-2020.xlsx", 2, datetime(2020, 6, 3)),),
    is_held_back=True,
    effect=Effect(2, 6, 8, 53, 55),
    causes=(
        CauseView(
            "critical",
            "Ô Đảng viên!D11 ghi 41.",
            "Cell Đảng viên!D11 says 41.",
            (FAILURE,),
            Context(
                "Đảng viên",
                (("D", "Đầu tháng", "Opening"), ("M", "Cuối tháng", "Closing")),
                (
                    ContextRow(10, "Khối dân cư", (81.0, 81.0), (80.0, 81.0), is_it=False),
                    ContextRow(11, "Chi bộ Bản Một", (41.0, 40.0), (39.0, None), is_it=True),
                ),
            ),
        ),
    ),
    settled=(),
    repairs={
        1: (
            ProposedChange("Đảng viên!D11", "ô D11: 41 → 40", "cell D11: 41 → 40", follows=False),
            ProposedChange("Đảng viên!D27", "ô D27: 99 → 98", "cell D27: 99 → 98", follows=True),
        )
    },
    shadows=(("Đảng viên", "D11", "Chi bộ Bản Một"),),
    decisions=(
        DecisionView(datetime(2020, 6, 4), "Lò Thị B", "accept", "[red]sổ", 2, ()),
        DecisionView(datetime(2020, 6, 5), "Lò Văn A", "correct", "gọi điện", 1, (("Đảng viên!D11", 41, 40),)),
    ),
)
LINE = QueueLine(
    case_id="03408-2020-05",
    commune_name="Phường Đông Phong",
    month=date(2020, 5, 1),
    is_held_back=True,
    critical=2,
    warning=1,
    info=0,
    others=3,
    admitted_as_sent=2,
    has_repair=True,
    causes=(("Ô D11 sai.", "D11 is wrong."), ("Ô E12 sai.", "E12 is wrong."), ("Khác.", "More.")),
)


def shown(what: RenderableType, width: int = 100) -> str:
    console = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_a_case_is_shown_with_its_effect_cause_rows_repair_and_the_lines_that_settle_it() -> None:
    text = shown(case_lines(CASE, "en"), width=160)
    for wanted in (
        "Case 03408-2020-05 · Phường Đông Phong, report of May 2020 · held back",
        "File “KN 5-2020.xlsx”, version 2, received 03/06/2020",
        "The city's month: 6, with this report 8; its year to date: 53, with it 55.",
        "1. [critical] Cell Đảng viên!D11 says 41.",
        "d5110ea2  kn3_balance, open · Đảng viên M11 D11",
        "→ 11  Chi bộ Bản Một",
        "41 (39)",
        "40 (–)",
        "1  cell D11: 41 → 40",
        "and 1 total or percentage that follows",
        "It explains 1 place of the next month's report",
        'admissions decide 03408-2020-05 correct --proposal 1 --by "…" --reason "…"',
        'admissions decide d5110ea2 accept --by "…" --reason "…"',
        "admissions annotate 03408 2020-05",
        "04/06/2020 · Lò Thị B: accepted, failures: 2 – [red]sổ",
        "05/06/2020 · Lò Văn A: corrected, failures: 1 – gọi điện · Đảng viên!D11: 41 → 40",
    ):
        assert wanted in text, wanted
    assert "D27" not in text


def test_where_a_steward_s_value_is_the_cause_reopening_it_is_offered_and_the_report_s_own_figure_said() -> None:
    cause = replace(CASE.causes[0], reopen=("aaaabbbbcccc", "ddddeeeeffff"))
    effect = replace(CASE.effect, admitted=3, is_corrected=True, as_sent=2)
    text = shown(case_lines(replace(CASE, causes=(cause,), effect=effect), "en"), width=160)
    assert 'admissions decide aaaabbbb ddddeeee reopen --by "…" --reason "…"' in text
    assert "With the stewards' values the month has 3 admitted; the report itself says 2." in text
    assert "The report says 3" not in text
    assert "reopen" not in shown(case_lines(CASE, "en"), width=160)


def test_what_is_decided_and_waits_to_be_judged_is_told_apart() -> None:
    waiting = DecisionView(datetime(2020, 6, 6), "Lò Thị C", "return", "gửi lại", 3, ())
    text = shown(case_lines(replace(CASE, waiting=(waiting,)), "en"), width=160)
    assert "waiting for the next run" in text
    assert "06/06/2020 · Lò Thị C: returned to the commune, failures: 3 – gửi lại" in text
    assert "waiting for the next run" not in shown(case_lines(CASE, "en"))


def test_a_case_speaks_vietnamese_throughout() -> None:
    text = shown(case_lines(CASE, "vi"))
    assert "đang giữ lại" in text
    assert "Số cuối tháng thiếu 1." in text
    assert "Cuối tháng" in text
    assert "The " not in text
    assert "Cell" not in text


@pytest.mark.parametrize(("state", "said"), [("accepted", "Last decision: accepted"), ("open", "Was accepted before")])
def test_the_last_decision_stands_with_its_reason_and_is_marked_when_it_no_longer_holds(state: str, said: str) -> None:
    decided = replace(FAILURE, state=state, decision="accept", decided_by="Lò B", decided_reason="đã đối chiếu")
    text = shown(case_lines(replace(CASE, causes=(replace(CASE.causes[0], failures=(decided,)),)), "en"))
    assert said in " ".join(text.split())
    assert "Lò B: đã đối chiếu" in text


def test_nothing_is_offered_that_there_is_not() -> None:
    text = shown(case_lines(replace(CASE, repairs={}, shadows=(), causes=(), settled=(FAILURE,), decisions=()), "en"))
    assert "--proposal" not in text
    assert "accept" not in text
    assert "Settled already: 1" in text


def test_the_queue_fits_a_narrow_terminal_without_cutting_ids_or_names() -> None:
    for width in (80, 160):
        text = shown(queue_table([LINE, replace(LINE, case_id="03409-2020-05", admitted_as_sent=None)], "en"), width)
        assert "03408-2020-05" in text
        assert "03409-2020-05" in text
        assert "Phường Đông Phong" in text
        assert "…" not in text.replace("… and 1 more", "")
        assert max(map(len, text.splitlines())) <= width


def test_a_row_of_the_queue_counts_by_severity_and_names_the_first_causes() -> None:
    text = shown(queue_table([LINE], "en"))
    for wanted in ("2 critical", "1 warning", "3 others", "held back: 2 admitted", "D11 is wrong.", "… and 1 more"):
        assert wanted in text
    assert "info" not in text
