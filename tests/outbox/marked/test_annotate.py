"""Which reports go back, under which names, with which letter, and what a person is told."""

import os
import re
import signal
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

import steps
from cli.commands import app
from ingest.container.prepare import sheets_as_read
from outbox.marked.annotate import (
    Annotated,
    InsideArchive,
    MarkingStopped,
    NoReportToReturn,
    SeveralReports,
    annotate,
)
from outbox.marked.as_xlsx import SheetAsRead
from outbox.marked.letter import working_days_after
from outbox.marked.plan import FAINT
from reference.marked_copy import LIST_SHEET
from tests.conftest import MakeSettings
from tests.ingest.sheets import TITLE, plain_rows, sheet, workbook
from tests.outbox.marked.marking import opened
from tests.outbox.office import MAY, Cause, Fault, Proposal, Sent, publish
from warehouse.archived import NotArchived, archived_content
from warehouse.settings import Settings

FAULTY = Sent(workbook(), faults=[Fault(["D9", "I9"]), Fault(["E9"], "warning"), Fault(["F9"], state="accepted")])


def report(number: int) -> bytes:
    """Another workbook than every other number's."""
    return workbook([sheet("KN-1", plain_rows("KN-1"), title=(*TITLE, f"Bản {number}"))])


def given(settings: Settings, commune: str = "03408", month: date = MAY, path: Path | None = None) -> Annotated:
    return annotate(settings, commune, month, path, sheets_as_read)


@pytest.mark.parametrize("commune", ["03408", "Phường Đông Phong", "đông phong", "dong phong", "all"])
def test_the_marked_copy_and_the_letter_lie_in_the_month_s_folder(
    settings: Settings, tmp_path: Path, commune: str
) -> None:
    publish(settings, [FAULTY], tmp_path)
    (marked,) = given(settings, commune).marked
    assert marked.path == settings.outbox / "2020-05" / "KN Đông Phong 5-2020 - cần sửa.xlsx"
    assert marked.letter == marked.path.with_suffix(".txt")
    assert marked.document == marked.path.with_suffix(".docx")
    beside = {path.name for path in marked.path.parent.iterdir()}
    assert beside == {marked.path.name, marked.letter.name, marked.document.name}
    assert (marked.commune_name, marked.severities) == ("Phường Đông Phong", ("critical", "warning"))
    book = opened(marked.path.read_bytes())
    assert [book[LIST_SHEET][f"D{row}"].value for row in (7, 8, 9)] == ["D9", "E9", None]
    assert "Báo cáo tháng 5/2020 · Bản 1, nhận lúc 08:30 ngày 03/06/2020" in book[LIST_SHEET]["A2"].value
    assert archived_content(settings.archive, FAULTY.submission_id) == FAULTY.content


def test_only_the_newest_version_goes_back(settings: Settings, tmp_path: Path) -> None:
    newer = Sent(report(2), version=2, file_name="bản 2.xlsx", faults=[Fault(["D9"])])
    publish(settings, [Sent(report(1), file_name="bản 1.xlsx"), newer], tmp_path)
    assert [marked.path.name for marked in given(settings).marked] == ["bản 2 - cần sửa.xlsx"]


def test_official_forms_of_the_month_go_back_beside_the_report(settings: Settings, tmp_path: Path) -> None:
    fault = Fault(["B10"], sheet="2-BTCTW", form="2-BTCTW", cell_name="2024-H1")
    form = Sent(report(2), period="2024-H1", month=date(2024, 6, 1), file_name="TK.xlsx", faults=[fault])
    publish(settings, [Sent(report(1), month=date(2024, 6, 1)), form], tmp_path)
    done = given(settings, month=date(2024, 6, 1))
    assert [marked.path.name for marked in done.marked] == ["TK - cần sửa.xlsx"]
    # The month's report is right, but of a commune that gets a form back nobody says that there is nothing to mark.
    assert done.clean == ()
    row = [cell.value for cell in opened(done.marked[0].path.read_bytes())[LIST_SHEET][7]]
    assert row[4:6] == ["Đảng viên mới kết nạp", "Kỳ 2024-H1"]
    assert "thống kê 6 tháng đầu năm 2024" in done.marked[0].letter.read_text("utf-8")


def test_a_failure_without_a_place_is_in_the_list_and_the_letter(settings: Settings, tmp_path: Path) -> None:
    fault = Fault([], sheet=None, reported=None, expected=None, message="Thiếu biểu KN-2.")
    publish(settings, [Sent(workbook(), faults=[fault])], tmp_path)
    (marked,) = given(settings).marked
    assert opened(marked.path.read_bytes())[LIST_SHEET]["J7"].value == "Thiếu biểu KN-2."
    assert "1. (nghiêm trọng) Thiếu biểu KN-2." in marked.letter.read_text("utf-8")


def test_a_proposal_of_the_first_rank_is_shown_and_no_other(settings: Settings, tmp_path: Path) -> None:
    proposals = [Proposal("D9", 2, 3), Proposal("E9", 0, 7, rank=2)]
    publish(settings, [Sent(workbook(), faults=[Fault(["D9"])], proposals=proposals)], tmp_path)
    (marked,) = given(settings).marked
    book = opened(marked.path.read_bytes())
    assert book[LIST_SHEET]["I7"].value == "3"
    assert book["Kết nạp"]["E9"].comment is None
    assert "\n   Đề xuất sửa ô D9 từ 2 thành 3.\n" in marked.letter.read_text("utf-8")


def test_where_nothing_is_unsettled_nothing_is_written(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [Sent(workbook(), faults=[Fault(["D9"], state="resolved")])], tmp_path)
    assert given(settings) == Annotated((), ("Phường Đông Phong",))
    assert not settings.outbox.exists()


def test_what_is_only_worth_a_look_goes_back_when_asked_for_by_name(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [Sent(report(1), faults=[Fault(["D9"], "info")])], tmp_path)
    everybody = given(settings, "all")
    assert (everybody.marked, everybody.clean) == ((), ("Phường Đông Phong",))
    assert [marked.severities for marked in given(settings).marked] == [("info",)]


@pytest.mark.parametrize(("commune", "month"), [("Hà Nội", MAY), ("", MAY), ("03408", date(2020, 4, 1))])
def test_without_an_accepted_report_nothing_can_go_back(
    settings: Settings, tmp_path: Path, commune: str, month: date
) -> None:
    publish(settings, [FAULTY, Sent(report(1), code="03387", status="refused")], tmp_path)
    with pytest.raises(NoReportToReturn):
        given(settings, commune, month)
    with pytest.raises(NoReportToReturn):
        given(settings, "03387")


def test_two_communes_that_call_their_files_the_same_get_files_of_their_own(settings: Settings, tmp_path: Path) -> None:
    publish(
        settings,
        [
            Sent(report(1), file_name="BC.xlsx", faults=[Fault(["D9"])]),
            Sent(report(2), code="03387", file_name="bc.XLSX", faults=[Fault(["D9"])]),
        ],
        tmp_path,
    )
    together = {marked.path.name for marked in given(settings, "all").marked}
    assert together == {"BC 03408 - cần sửa.xlsx", "bc 03387 - cần sửa.xlsx"}
    assert [marked.path.name for marked in given(settings, "03408").marked] == ["BC 03408 - cần sửa.xlsx"]


def test_a_name_that_no_file_system_takes_is_made_into_one_that_all_take(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [Sent(workbook(), file_name=f'a:b"c?{"x" * 200}.xls', faults=[Fault(["D9"])])], tmp_path)
    (marked,) = given(settings).marked
    assert marked.path.name == f"a_b_c_{'x' * 114} - cần sửa.xlsx"


def test_a_marked_copy_that_comes_back_keeps_its_name(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [Sent(workbook(), file_name="KN - cần sửa.xlsx", faults=[Fault(["D9"])])], tmp_path)
    assert given(settings).marked[0].path.name == "KN - cần sửa.xlsx"


def test_one_file_may_be_named(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [FAULTY], tmp_path)
    (marked,) = given(settings, path=tmp_path / "ra" / "DP.xlsx").marked
    assert (marked.path, marked.letter) == (tmp_path / "ra" / "DP.xlsx", tmp_path / "ra" / "DP.txt")
    assert marked.path.exists()
    (marked,) = given(settings, path=tmp_path / "DP.txt").marked
    assert marked.path != marked.letter
    (marked,) = given(settings, path=tmp_path / "DP.docx").marked
    assert marked.path != marked.document


def test_several_reports_do_not_go_into_one_file(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [FAULTY, Sent(report(1), code="03387", faults=[Fault(["D9"])])], tmp_path)
    with pytest.raises(SeveralReports, match="Phường Tân Phong"):
        given(settings, "Phong", path=tmp_path / "one.xlsx")
    assert len(given(settings, "Phong", path=tmp_path).marked) == 2


def test_nothing_is_written_into_the_archive(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [FAULTY], tmp_path)
    with pytest.raises(InsideArchive):
        given(settings, path=settings.archive / FAULTY.submission_id[:2] / f"{FAULTY.submission_id}.xlsx")


def test_an_archive_that_has_changed_is_said(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [FAULTY], tmp_path)
    path = settings.archive / FAULTY.submission_id[:2] / f"{FAULTY.submission_id}.xlsx"
    path.chmod(0o644)
    path.write_bytes(b"another")
    with pytest.raises(NotArchived, match="expected="):
        given(settings)
    path.unlink()
    with pytest.raises(NotArchived):
        given(settings)


def fourteen_reports() -> list[Sent]:
    """Enough for several processes."""
    codes = ["03386", "03387", "03388", "03389", "03408", "03409", "03406"]
    return [
        Sent(report(number), codes[number % 7], f"{number}.xlsx", version=1 + number // 7, faults=[Fault(["D9"])])
        for number in range(7)
    ] + [
        Sent(
            report(100 + number),
            codes[number],
            f"TK {number}.xlsx",
            period="2020-H1",
            faults=[Fault(["D9"], form="2-BTCTW")],
        )
        for number in range(7)
    ]


def test_many_reports_are_marked_by_several_processes(make_settings: MakeSettings, tmp_path: Path) -> None:
    settings = make_settings(WORKERS="2")
    publish(settings, fourteen_reports(), tmp_path)
    told: list[tuple[int, int]] = []
    done = annotate(settings, "all", MAY, None, sheets_as_read, lambda *progress: told.append(progress))
    assert len({marked.path.name for marked in done.marked}) == 14
    assert all(marked.path.exists() for marked in done.marked)
    assert told[-1] == (14, 14)


def ends_its_process(content: bytes) -> Sequence[SheetAsRead]:
    """What the operating system does to a process when memory has run out."""
    os.kill(os.getpid(), signal.SIGKILL)
    return sheets_as_read(content)


def test_a_process_that_is_killed_while_it_marks_is_a_sentence(make_settings: MakeSettings, tmp_path: Path) -> None:
    settings = make_settings(WORKERS="2")
    publish(settings, fourteen_reports(), tmp_path)
    with pytest.raises(MarkingStopped) as stopped:
        annotate(settings, "all", MAY, None, ends_its_process)
    for language, words in (("vi", "đã đánh dấu 0/14 báo cáo"), ("en", "reports marked: 0/14")):
        sentence = str(steps.sentence_for(stopped.value, language))
        assert words in sentence
        assert "ADMISSIONS_WORKERS=1" in sentence
    assert not settings.outbox.exists()


# ------------------------------------------------------------------------------------- one slip is one point


#: The opening of a row is a mistyped 41: its sum (seen at the closing, which is right) and the carrying over fail.
SLIP = Sent(
    workbook(),
    faults=[
        Fault(["M9", "D9", "E9"], message="Ghi 40, cộng được 41.", reported=40, expected=41),
        Fault(["D9"], message="Ghi 41, tháng trước 40.", reported=41, expected=40),
        Fault(["H11"], "warning", message="Khác."),
    ],
    proposals=[Proposal("D9", 41, 40, settles=(0, 1))],
    causes=[
        Cause("mistyped", ["Kết nạp!D9"], [0, 1], "Ô D9 ghi 41, rất có thể đúng là 40."),
        Cause("unusual", ["Kết nạp!H11"], [2], "Cao khác thường.", "warning"),
    ],
)


def listed(marked: Path) -> list[list[str | None]]:
    """Cell, found, expected, proposed, message of each point of the list."""
    sheet = opened(marked.read_bytes())[LIST_SHEET]
    return [[row[at].value for at in (3, 6, 7, 8, 9)] for row in sheet.iter_rows(min_row=7, max_col=11)]


def test_one_slip_is_one_point_told_of_the_cell_that_is_wrong(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [SLIP], tmp_path)
    (marked,) = given(settings).marked
    assert marked.severities == ("critical", "warning")
    first, second = listed(marked.path)
    assert first[:4] == ["D9", "41", "40", "40"]
    assert str(first[4]).startswith("Ô D9 ghi 41, rất có thể đúng là 40. Đề nghị đồng chí")
    # What says only of which kind a failure is leaves it its own sentence.
    assert (second[0], second[4]) == ("H11", "Khác.")
    text = marked.letter.read_text("utf-8")
    assert "có 2 điểm cần xem lại: 1 nghiêm trọng, 1 cảnh báo" in text
    assert "cộng được 41" not in text


def test_a_cell_that_is_right_as_it_stands_is_not_accused(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [SLIP], tmp_path)
    sheet = opened(given(settings).marked[0].path.read_bytes())["Kết nạp"]
    assert sheet["D9"].comment is not None
    for right in ("M9", "E9"):
        assert sheet[right].comment is None
        assert sheet[right].fill.fgColor.rgb == f"FF{FAINT['critical']}"


def test_where_two_repairs_are_about_as_likely_no_figure_is_asked_for(settings: Settings, tmp_path: Path) -> None:
    doubtful = Sent(
        workbook(),
        faults=[Fault(["D9", "I9", "J9"], message="Ghi 2, cộng được 3.")],
        proposals=[
            Proposal("I9", 2, 1, is_clear=False, field="age_18_30"),
            Proposal("J9", 1, 0, rank=2, is_clear=False, field="age_31_40"),
        ],
        causes=[Cause("doubtful", ["Kết nạp!I9", "Kết nạp!J9"], [0], "Có thể I9, cũng có thể J9.")],
    )
    publish(settings, [doubtful], tmp_path)
    ((cell, found, expected, proposed, _),) = listed(given(settings).marked[0].path)
    assert (cell, found, expected) == ("I9", "2", None)
    assert proposed == "chưa rõ; có thể 1, hoặc J9: 0 – xin đối chiếu sổ"


def test_of_cells_that_contradict_each_other_without_an_explanation_none_is_told_its_figure(
    settings: Settings, tmp_path: Path
) -> None:
    unexplained = Sent(
        workbook(),
        faults=[
            Fault(["D9", "I9"], message="Ghi 2, cộng được 3."),
            Fault(["E9"], message="Ghi 2, phải là 3."),
        ],
        causes=[Cause("unexplained", ["Kết nạp!D9", "Kết nạp!E9"], [0, 1], "Không có cách giải thích.")],
    )
    publish(settings, [unexplained], tmp_path)
    assert [row[:3] for row in listed(given(settings).marked[0].path)] == [["D9", "2", None], ["E9", "2", "3"]]


def test_rows_that_are_missing_are_told_once_whatever_they_break(settings: Settings, tmp_path: Path) -> None:
    missing = Sent(
        workbook(),
        faults=[Fault(["B9"], message="Thiếu dòng."), Fault(["D20"], message="Ghi 2, cộng được 3.")],
        causes=[Cause("row_missing", ["Kết nạp!B9"], [0, 1], "Thiếu dòng của “A”.")],
    )
    alone = Sent(
        report(2),
        code="03387",
        file_name="TP.xlsx",
        faults=[Fault(["B9"], message="Thiếu dòng, xin bổ sung.")],
        causes=[Cause("row_missing", ["Kết nạp!B9"], [0], "Thiếu dòng của “A”.")],
    )
    publish(settings, [missing, alone], tmp_path)
    (row,) = listed(given(settings).marked[0].path)
    assert (row[:4], str(row[4])[:19]) == (["B9", None, None, None], "Thiếu dòng của “A”.")
    # The sentence of a failure that stands alone says what to do.
    ((*_, message),) = listed(given(settings, "03387").marked[0].path)
    assert message == "Thiếu dòng, xin bổ sung."


# ---------------------------------------------------------------------------------------------------- the letter


def test_the_letter_says_what_is_wrong_and_by_when(make_settings: MakeSettings, tmp_path: Path) -> None:
    settings = make_settings(TODAY="2020-06-05")
    publish(settings, [FAULTY], tmp_path)
    text = given(settings).marked[0].letter.read_text("utf-8")
    assert text.startswith("THÀNH ỦY LAI CHÂU\nBAN TỔ CHỨC\n*\n\nLai Châu, ngày 05 tháng 06 năm 2020\n")
    assert "Kính gửi: Đảng ủy phường Đông Phong" in text
    assert "báo cáo tháng 5/2020 của Đảng ủy phường Đông Phong (tệp “KN Đông Phong 5-2020.xlsx”, bản 1" in text
    assert "có 2 điểm cần xem lại: 1 nghiêm trọng, 1 cảnh báo." in text
    assert "1. (nghiêm trọng) Trang tính “Kết nạp”, ô D9: Ghi 2, cần là 3; đề nghị sửa ô này." in text
    assert "2. (cảnh báo) Trang tính “Kết nạp”, ô E9: " in text
    assert "chậm nhất là ngày 10/06/2020 (trong 3 ngày làm việc)" in text
    assert "chưa được tính vào số liệu chung" in text


def test_what_is_proposed_is_a_sentence_in_the_letter_and_cells_with_figures_in_the_list(
    settings: Settings, tmp_path: Path
) -> None:
    swapped = Sent(
        workbook(),
        faults=[Fault(["E9", "F9"], message="Hai ô bị đổi chỗ.")],
        proposals=[Proposal("E9", 0, 1), Proposal("F9", None, 0)],
    )
    publish(settings, [swapped], tmp_path)
    (marked,) = given(settings).marked
    assert opened(marked.path.read_bytes())[LIST_SHEET]["I7"].value == "E9: 1; F9: 0"
    text = marked.letter.read_text("utf-8")
    assert "Đề xuất sửa ô E9 từ 0 thành 1 và ô F9 đang để trống thành 0." in text
    assert not re.search(r"\w+\d+: \d", text.partition("1. (")[2])


def test_the_letter_is_a_word_document_that_says_the_same(make_settings: MakeSettings, tmp_path: Path) -> None:
    settings = make_settings(TODAY="2020-06-05")
    publish(settings, [FAULTY], tmp_path)
    (marked,) = given(settings).marked
    made = docx.Document(str(marked.document))
    paragraphs = [each.text for each in made.paragraphs]
    for line in marked.letter.read_text("utf-8").partition("Kính gửi")[2].splitlines()[1:-1]:
        assert not line or line.strip() in paragraphs, line
    heading, signature = made.tables
    assert heading.cell(0, 0).text.splitlines() == [
        "THÀNH ỦY LAI CHÂU",
        "BAN TỔ CHỨC",
        "*",
        "Số:      -CV/BTC",
        "V/v kiểm tra lại số liệu báo cáo tháng 5/2020",
    ]
    assert heading.cell(0, 1).text.endswith("Lai Châu, ngày 05 tháng 06 năm 2020")
    assert signature.cell(0, 0).text.splitlines()[:2] == ["Nơi nhận:", "- Như trên"]
    assert signature.cell(0, 1).text == "T/M BAN TỔ CHỨC"
    assert made.core_properties.title == "V/v kiểm tra lại số liệu báo cáo tháng 5/2020"


def test_only_what_is_critical_is_said_to_be_held_back(settings: Settings, tmp_path: Path) -> None:
    publish(settings, [Sent(workbook(), faults=[Fault(["D9"], "warning")])], tmp_path)
    assert "chưa được tính" not in given(settings).marked[0].letter.read_text("utf-8")


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        (date(2020, 6, 1), 3, date(2020, 6, 4)),  # from Monday to Thursday
        (date(2020, 6, 5), 3, date(2020, 6, 10)),  # Friday: a weekend lies between
        (date(2020, 6, 6), 1, date(2020, 6, 8)),  # Saturday
    ],
)
def test_saturdays_and_sundays_are_no_working_days(day: date, number: int, then: date) -> None:
    assert working_days_after(day, number) == then


# --------------------------------------------------------------------------------------------------- the command


def test_the_command_says_where_things_are_and_what_it_could_not_do(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, [FAULTY, Sent(report(1), code="03387")], tmp_path)
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["annotate", "all", "2020-05"])
    assert done.exit_code == 0, done.exception
    assert "Phường Đông Phong: 1 critical, 1 warning → " in done.stdout
    assert "in the reports of 1 commune: Phường Tân Phong" in done.stdout
    assert CliRunner().invoke(app, ["annotate", "03387", "2020-05"]).exit_code == 0
    unknown = CliRunner().invoke(app, ["annotate", "Hà Nội", "2020-05"])
    for language, words in (("en", "admissions status"), ("vi", "Chưa nhận được báo cáo")):
        sentence = str(steps.sentence_for(unknown.exception, language))
        assert words in sentence
        assert "Hà Nội, 2020-05" in sentence
    assert CliRunner().invoke(app, ["annotate", "03408", "2020-13"]).exit_code == 2
