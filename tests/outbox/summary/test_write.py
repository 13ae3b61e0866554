"""What the month's summary says, and that its document and workbook show it."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.shared import Pt
from typer.testing import CliRunner

import steps
from cli.commands import app
from outbox.offices import Sender
from outbox.summary.chart import chart_picture
from outbox.summary.content import content_of, percent, signed
from outbox.summary.document import summary_document
from outbox.summary.month_summary import MonthNotCovered, MonthSummary, month_summary
from outbox.summary.workbook import summary_workbook
from outbox.summary.write import summarise
from tests.outbox.month import AHEAD, HELD_BACK, SILENT, SUMMARY, WHOLE, with_whole
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables

SENDER = Sender("Thành phố Lai Châu", date(2020, 8, 21))
CONTENT = content_of(SUMMARY)
EMPTY = MonthSummary(
    SUMMARY.month, SUMMARY.as_of, replace(SILENT, code=None), 0, 0, (), (), (), 0, SUMMARY.women, SUMMARY.women
)


def document(summary: MonthSummary = SUMMARY) -> docx.document.Document:
    return docx.Document(io.BytesIO(summary_document(content_of(summary), SENDER)))


def book(summary: MonthSummary = SUMMARY) -> openpyxl.Workbook:
    content = summary_workbook(content_of(summary), SENDER, date(2020, 8, 21))
    return openpyxl.load_workbook(io.BytesIO(content))


# ------------------------------------------------------------------------------------------------------ sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "Số liệu tổng hợp đến ngày 20/08/2020 từ báo cáo của các đơn vị.",
        "Trong tháng 7/2020, toàn Đảng bộ kết nạp 1 đảng viên (có số liệu của 1/3 đơn vị).",
        "Từ đầu năm đến nay kết nạp 1.018 đảng viên, đạt 50,9% chỉ tiêu năm (2.000 đảng viên).",
        "Từ đầu nhiệm kỳ 2020–2025 kết nạp 3 đảng viên, đạt 2,14% chỉ tiêu nhiệm kỳ (140 đảng viên); nếu chia đều theo"
        " tháng thì đến nay cần 2,3 đảng viên, như vậy vượt tiến độ 0,7 đảng viên.",
        "Trong số đảng viên kết nạp từ đầu năm: nữ 509 đồng chí (50%); dân tộc thiểu số 100 đồng chí (25%), tính trên"
        " 400 đồng chí có số liệu.",
        "Đơn vị chậm tiến độ nhiệm kỳ: Phường Tân Phong (−1; chưa tính tháng này).",
    ],
)
def test_the_result_is_told_in_sentences(sentence: str) -> None:
    assert sentence in CONTENT.result


def test_a_month_of_which_nothing_is_known_is_said_to_be_unknown_and_not_zero() -> None:
    said = content_of(replace(with_whole(admitted=None), known=0)).result
    assert "Tháng 7/2020 chưa có số liệu của đơn vị nào (0/3 đơn vị)." in said
    assert not any("kết nạp 0" in sentence for sentence in said)


def test_without_a_target_no_attainment_is_claimed() -> None:
    said = " ".join(content_of(with_whole(year_target=None, term_target=None)).result)
    assert "chưa có đủ chỉ tiêu năm của các đơn vị" in said
    assert "chưa có đủ chỉ tiêu nhiệm kỳ của các đơn vị" in said


@pytest.mark.parametrize(("gap", "words"), [(-3.0, "chậm tiến độ 3 đảng viên"), (0.04, "như vậy đúng tiến độ.")])
def test_behind_and_on_the_line_are_told_apart(gap: float, words: str) -> None:
    assert any(words in sentence for sentence in content_of(with_whole(gap=gap)).result)


def test_who_has_reported_late_or_not_at_all_is_named() -> None:
    assert CONTENT.reporting == (
        "Hạn gửi báo cáo tháng 7/2020: ngày 05/08/2020. Đã nhận báo cáo của 2/3 đơn vị, trong đó đúng hạn 1 đơn vị.",
        "Gửi muộn: Phường Tân Phong (ngày 07/08/2020).",
        "Chưa gửi: Phường Quyết Tiến.",
    )
    refused = replace(SUMMARY.reported[2], status="refused")
    assert (
        "Đã gửi nhưng không đọc được nên chưa nhận: Phường Quyết Tiến."
        in content_of(replace(SUMMARY, reported=(refused,))).reporting
    )


def test_what_is_held_back_is_told_with_its_reasons_and_its_effect() -> None:
    (held,) = CONTENT.held_back
    assert held.line == "Phường Tân Phong (theo báo cáo đã gửi: kết nạp 4 đảng viên):"
    # What the commune should do about it is the commune's business.
    assert held.sentences == ("Ô D9 ghi 2, nhưng cộng được 3.", "Thiếu biểu.")
    # 1 + 4, 1,018 + 4 of 2,000, 3 + 4 of 140
    assert CONTENT.held_back_effect == (
        "Nếu tính cả số liệu như đã gửi thì trong tháng kết nạp 5 đảng viên (hiện tính 1).",
        "Khi đó từ đầu năm là 1.022 đảng viên (đạt 51,1% chỉ tiêu), từ đầu nhiệm kỳ là 7 đảng viên (đạt 5% chỉ tiêu).",
        "Trong năm còn 2 báo cáo của các tháng trước bị giữ lại.",
    )


def test_a_month_without_anything_held_back_says_so() -> None:
    content = content_of(replace(SUMMARY, held_back=(), held_back_in_year=0))
    assert content.held_back_intro == "Không có báo cáo nào của tháng bị giữ lại."
    assert content.held_back_effect == ()


def test_communes_with_the_same_attainment_share_a_rank_and_those_without_have_none() -> None:
    twin = replace(AHEAD, code="03386", name="Phường Quyết Thắng")
    rows = content_of(replace(SUMMARY, communes=(AHEAD, twin, HELD_BACK, SILENT))).attainment
    assert [row.rank for row in rows] == [1, 1, 3, None, None]
    assert rows[-1].name == "Toàn Đảng bộ"


def test_communes_of_the_same_name_are_told_apart_by_their_codes() -> None:
    namesake = replace(HELD_BACK, name=AHEAD.name)
    rows = content_of(replace(SUMMARY, communes=(AHEAD, namesake, SILENT))).attainment
    assert [row.name for row in rows[:3]] == [
        "Phường Đông Phong (03408)",
        "Phường Đông Phong (03387)",
        "Phường Quyết Tiến",
    ]


def test_notes_stand_only_where_they_are_needed() -> None:
    assert content_of(replace(SUMMARY, communes=(AHEAD,))).notes == ()
    (unknown,) = CONTENT.notes
    assert unknown.startswith("Dấu “–”: chưa có số liệu")
    (merged,) = content_of(replace(SUMMARY, communes=(replace(AHEAD, admitted_before=19),))).notes
    assert merged.endswith("kết nạp trong năm: Phường Đông Phong 19.")


@pytest.mark.parametrize(("ratio", "text"), [(1.0625, "106,25%"), (0.5, "50%"), (0, "0%"), (None, "–")])
def test_shares_are_written_as_offices_write_them(ratio: float | None, text: str) -> None:
    assert percent(ratio) == text


@pytest.mark.parametrize(("gap", "text"), [(2.66, "+2,7"), (-1234.0, "−1.234"), (0.01, "0"), (None, "–")])
def test_gaps_have_a_sign(gap: float | None, text: str) -> None:
    assert signed(gap) == text


# ----------------------------------------------------------------------------------------------------- the document


def test_the_document_is_an_office_s_report_on_a4() -> None:
    made = document()
    (section,) = made.sections
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert round(section.left_margin.cm, 1) == 3.0
    assert (made.styles["Normal"].font.name, made.styles["Normal"].font.size) == ("Times New Roman", Pt(14))
    left, right = made.tables[0].rows[0].cells
    assert left.text.split("\n")[:3] == ["THÀNH ỦY LAI CHÂU", "BAN TỔ CHỨC", "*"]
    assert right.text.split("\n")[0] == "ĐẢNG CỘNG SẢN VIỆT NAM"
    assert right.text.endswith("Lai Châu, ngày 21 tháng 08 năm 2020")
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert made.core_properties.title == "Báo cáo kết quả kết nạp đảng viên tháng 7/2020"
    assert made.core_properties.created.date() == SENDER.day
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert texts.index("BÁO CÁO") < texts.index("kết quả kết nạp đảng viên tháng 7/2020")


def test_the_document_has_every_sentence_table_and_the_chart() -> None:
    made = document()
    texts = "\n".join(paragraph.text for paragraph in made.paragraphs)
    for sentence in (*CONTENT.result, *CONTENT.reporting, *CONTENT.held_back_effect, *CONTENT.held_back[0].sentences):
        assert sentence in texts
    attainment, reporting = made.tables[1], made.tables[2]
    assert [cell.text for cell in attainment.rows[1].cells] == (
        ["1", "Phường Đông Phong", "1", "6", "4", "150,00", "2", "20", "10,00", "+1,7"]
    )
    assert [cell.text for cell in attainment.rows[3].cells] == ["", "Phường Quyết Tiến", *["–"] * 8]
    assert [cell.text for cell in attainment.rows[4].cells][:4] == ["", "Toàn Đảng bộ", "1", "1.018"]
    assert [cell.text for cell in reporting.rows[2].cells] == [
        "2",
        "Phường Tân Phong",
        "07/08/2020",
        "không",
        "2",
        "giữ lại",
    ]
    assert len(made.inline_shapes) == 1
    assert "w:tblHeader" in attainment.rows[0]._tr.xml


def test_a_column_of_the_document_has_one_number_of_decimals() -> None:
    even = replace(AHEAD, term_attainment=0.1, year_attainment=1.0625, gap=-2.0)
    level = replace(AHEAD, term_attainment=0.10909, year_attainment=1.5, gap=0.0)
    table = document(replace(SUMMARY, communes=(even, level, AHEAD))).tables[1]
    for column in (5, 8, 9):
        figures = [row.cells[column].text for row in table.rows[1:] if row.cells[column].text != "–"]
        assert len(figures) >= 3
        assert len({len(figure.rstrip("*").partition(",")[2]) for figure in figures}) == 1, figures
    assert [row.cells[9].text for row in table.rows[1:3]] == ["−2,0", "0,0"]


#: Widths of Times New Roman's bold letters, in thousandths of their height; marks take no room.
BOLD = {
    **dict.fromkeys("bdđhknpqu", 556),
    **dict.fromkeys("agovxy", 500),
    **dict.fromkeys("cerz", 444),
    **dict.fromkeys("jt()", 333),
    **{"i": 278, "l": 278, "m": 833, "s": 389, "w": 722, "%": 1000, "\u00a0": 250},
    **{"B": 667, "C": 722, "Đ": 722, "N": 722, "S": 556, "T": 667},
}


@pytest.mark.parametrize("number", [1, 2])
def test_no_word_of_a_table_s_header_is_broken(number: int) -> None:
    table = document().tables[number]
    assert sum(column.width.cm for column in table.columns) <= 16.51
    for column, cell in zip(table.columns, table.rows[0].cells, strict=True):
        (run,) = cell.paragraphs[0].runs
        # A hard space parts no word: `nhiệm kỳ` stays on its line.
        for word in re.split("[ ]", cell.text):
            letters = "".join(each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each))
            width = sum(BOLD[each] for each in letters) / 1000 * run.font.size.cm
            # Beside the word: a margin at either side, and what programs differ by.
            needed = width + 2 * 0.1 + 0.05
            assert needed <= column.width.cm, f"{word}: {needed:.2f} in {column.width.cm:.2f} cm"


def test_the_term_is_not_broken_in_two() -> None:
    headings = [cell.text for cell in document().tables[1].rows[0].cells]
    assert sum("nhiệm\u00a0kỳ" in heading for heading in headings) == 3
    assert not any("nhiệm kỳ" in heading for heading in headings)


def test_a_month_without_any_attainment_has_no_chart() -> None:
    made = document(replace(SUMMARY, communes=(SILENT,), whole=replace(WHOLE, term_attainment=None)))
    assert len(made.inline_shapes) == 0
    assert document(EMPTY).tables


def test_the_chart_is_a_picture_that_grows_with_the_communes() -> None:
    # Of the same name, too: each has a bar of its own.
    few, many = (
        chart_picture(content_of(replace(SUMMARY, communes=communes)).attainment)
        for communes in ((AHEAD,), [replace(AHEAD, code=str(number)) for number in range(9)])
    )
    heights = [int.from_bytes(picture[20:24], "big") for picture in (few, many)]
    assert few.startswith(b"\x89PNG")
    assert heights[1] > 2 * heights[0] > 0
    with pytest.raises(ValueError, match="no attainment"):
        chart_picture(content_of(EMPTY).attainment)


# ----------------------------------------------------------------------------------------------------- the workbook


def test_the_workbook_has_figures_to_calculate_with_and_a_chart_of_its_own() -> None:
    made = book()
    assert made.sheetnames == ["Chỉ tiêu", "Gửi báo cáo", "Chưa tính"]
    sheet = made["Chỉ tiêu"]
    row = [cell.value for cell in sheet[6]]
    assert row == [1, "Phường Đông Phong", 1, 6, 4, 1.5, 2, 20, 0.1, 1 / 3, pytest.approx(1 / 60), pytest.approx(5 / 3)]
    assert sheet["F6"].number_format == "0.00%"
    assert [cell.value for cell in sheet[8]][1:] == ["Phường Quyết Tiến", *["–"] * 10]
    (chart,) = sheet._charts
    columns, marks = chart, chart._charts[1]
    assert columns.series[0].val.numRef.f == "'Chỉ tiêu'!$I$6:$I$9"
    assert marks.series[0].val.numRef.f == "'Chỉ tiêu'!$K$6:$K$9"
    held = made["Chưa tính"]
    assert [cell.value for cell in held[6]] == [1, "Phường Tân Phong", 4, "Ô D9 ghi 2, nhưng cộng được 3.\nThiếu biểu."]


def test_a_month_of_which_nothing_is_known_makes_a_workbook_without_a_chart() -> None:
    assert book(EMPTY)["Chỉ tiêu"]._charts == []


# ------------------------------------------------------------------------------------------------ from the published


@pytest.fixture
def published(settings: Settings) -> Settings:
    """July 2020 of two communes; Tân Phong is held back with four admissions."""
    with writing(settings) as connection:
        create_tables(connection)
        execute = connection.execute
        execute("CREATE SCHEMA warehouse.marts")
        execute(
            "INSERT INTO warehouse.raw.run_settings VALUES (DATE '2020-08-20', 5, 'district:105', 'Thành phố Lai Châu')"
        )
        execute(
            """
            CREATE TABLE warehouse.marts.mart_city_attainment AS
            SELECT 'Thành phố Lai Châu' AS scope_name, DATE '2020-07-01' AS month, '2020-2025' AS term, 1 AS admitted,
                18 AS admitted_ytd, 40 AS year_target, 0.45::DOUBLE AS year_attainment, 3 AS admitted_ttd,
                140 AS term_target, 0.02::DOUBLE AS term_attainment, 2.3::DOUBLE AS expected_by_now, 0.7::DOUBLE AS gap,
                2 AS communes_expected,
                1 AS communes_known, 1 AS months_held_back_year"""
        )
        execute(
            """
            CREATE TABLE warehouse.marts.mart_target_attainment AS
            SELECT *, DATE '2020-07-01' AS month, '2020-2025' AS term, 6 AS admitted_ytd, 4 AS year_target,
                2 AS admitted_ttd, 20 AS term_target, 0.3::DOUBLE AS expected_by_now, 1.7::DOUBLE AS gap
            FROM (VALUES
                ('03387', 'Phường Tân Phong', NULL, 0.5::DOUBLE, 0.5::DOUBLE, 0.05::DOUBLE, 7),
                ('03408', 'Phường Đông Phong', 1, 0.5, 0.75, 0.1, 8)
            ) AS communes (commune_code, commune_name, admitted, year_attainment, year_attainment_with_predecessors,
                term_attainment, admitted_before)"""
        )
        execute(
            """
            CREATE TABLE warehouse.marts.mart_reporting_rates AS
            SELECT 'Phường Tân Phong' AS commune_name, DATE '2020-07-01' AS month, DATE '2020-08-05' AS due_on,
                TIMESTAMP '2020-08-03 02:00:00' AS received_at, true AS on_time, 2 AS version, 'held_back' AS status"""
        )
        execute(
            """
            CREATE TABLE warehouse.marts.mart_composition AS
            SELECT DATE '2020-07-01' AS month, 'city' AS level, 'year' AS period_kind, 9 AS women, 18 AS women_base,
                0.5::DOUBLE AS women_share, 6 AS ethnic_minority, 18 AS ethnic_minority_base,
                0.3::DOUBLE AS ethnic_minority_share"""
        )
        execute(
            """
            CREATE TABLE warehouse.marts.mart_steward_queue AS
            SELECT DATE '2020-07-01' AS month, * FROM (VALUES
                ('other', 'Phường Đông Phong', 1, false, 2), ('key', 'Phường Tân Phong', 4, true, 1)
            ) AS cases (commune_key, commune_name, admitted_as_sent, is_held_back, queue_position)"""
        )
        execute(
            """
            INSERT INTO warehouse.quality.failures BY NAME
            SELECT 'key' AS commune_key, DATE '2020-07-01' AS month, * FROM (VALUES
                ('critical', 'open', 'KN-1', 'Mở.'), ('critical', 'returned', 'KN-3', 'Trả lại.'),
                ('warning', 'open', 'KN-1', 'Cảnh báo.'), ('critical', 'resolved', 'KN-1', 'Đã xong.'),
                ('critical', 'open', '2-BTCTW', 'Biểu thống kê.')
            ) AS failures (severity, state, form, message_vi)"""
        )
    settings.published.parent.mkdir(parents=True)
    settings.store.rename(settings.published)
    return settings


def test_the_summary_is_what_the_published_file_says(published: Settings) -> None:
    summary = month_summary(published, date(2020, 7, 1))
    assert (summary.as_of, summary.known, summary.expected) == (date(2020, 8, 20), 1, 2)
    assert (summary.whole.code, summary.whole.name, summary.whole.admitted) == (None, "Thành phố Lai Châu", 1)
    # In the order of the term's attainment; the year's counts those admitted before a merger, where it says so.
    assert [(each.name, each.year_attainment, each.admitted_before) for each in summary.communes] == [
        ("Phường Đông Phong", 0.75, 8),
        ("Phường Tân Phong", 0.5, None),
    ]
    (held,) = summary.held_back
    assert (held.name, held.admitted, held.messages) == ("Phường Tân Phong", 4, ("Mở.", "Trả lại."))
    assert summary.women.number == 9


def test_a_month_that_is_not_there_is_said_with_those_that_are(published: Settings) -> None:
    with pytest.raises(MonthNotCovered, match=r"2020-08 \(2020-07 – 2020-07\)"):
        month_summary(published, date(2020, 8, 1))


def test_both_files_lie_in_the_month_s_folder(published: Settings, tmp_path: Path) -> None:
    done = summarise(published, date(2020, 7, 1))
    folder = published.outbox / "2020-07"
    assert {path.name for path in folder.iterdir()} == {"TH_LaiChau_2020-07.docx", "TH_LaiChau_2020-07.xlsx"}
    assert (done.document.parent, done.known, done.expected, done.held_back) == (folder, 1, 2, 1)
    assert zipfile.is_zipfile(done.document)
    assert zipfile.is_zipfile(done.workbook)
    elsewhere = summarise(published, date(2020, 7, 1), tmp_path / "elsewhere")
    assert elsewhere.workbook.read_bytes() == done.workbook.read_bytes()


def test_the_command_says_where_the_summary_is(published: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in published.as_environment().items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["summary", "2020-07"])
    assert done.exit_code == 0, done.exception
    assert "1 of 2 communes is known, 1 held back" in done.stdout
    missing = CliRunner().invoke(app, ["summary", "2031-01"])
    for language in ("vi", "en"):
        assert "2031-01 (2020-07 – 2020-07)" in str(steps.sentence_for(missing.exception, language))
    assert CliRunner().invoke(app, ["summary", "2020-13"]).exit_code == 2
