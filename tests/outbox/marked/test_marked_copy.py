"""What a marked copy shows, and that everything else in it is as the sender left it."""

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from ingest.container.prepare import sheets_as_read
from outbox.marked.mark import mark_workbook
from outbox.marked.notes import OURS
from outbox.marked.plan import FAINT, PROPOSED, TONES
from outbox.marked.to_return import Change
from reference.marked_copy import LIST_SHEET, LIST_TITLE
from tests.ingest.sheets import workbook
from tests.outbox.marked.marking import AUTHOR, HEADING, KN1, marked, opened, plan, point, reading


def colour(cell: openpyxl.cell.Cell) -> str | None:
    return cell.fill.fgColor.rgb[2:] if cell.fill.patternType == "solid" else None


def changed(content: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook as a clerk leaves it after a change."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return written.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("severity", ["critical", "warning", "info"])
def test_a_cell_is_coloured_by_severity_and_the_others_of_its_failure_more_faintly(severity: str) -> None:
    sheet = opened(marked(workbook(), [point("D9", "I9", "J9", severity=severity)]))[KN1]
    assert [colour(sheet[cell]) for cell in ("D9", "I9", "J9", "K9")] == [
        TONES[severity],
        FAINT[severity],
        FAINT[severity],
        None,
    ]


def test_of_a_cell_with_several_failures_the_most_severe_colour_shows_and_all_are_noted() -> None:
    points = [point("D9", message="Điều thứ nhất."), point("D9", severity="info", number=2, message="Điều thứ hai.")]
    cell = opened(marked(workbook(), points))[KN1]["D9"]
    assert colour(cell) == TONES["critical"]
    assert cell.comment.text == (f"{OURS}\nĐiểm 1 (nghiêm trọng)\nĐiều thứ nhất.\nĐiểm 2 (lưu ý)\nĐiều thứ hai.")
    assert cell.comment.author == AUTHOR


def test_the_cells_of_a_long_sum_are_named_and_not_coloured() -> None:
    summed = [f"D{row}" for row in range(9, 25)]
    sheet = opened(marked(workbook(), [point("D25", *summed)]))[KN1]
    assert colour(sheet["D25"]) == TONES["critical"]
    assert {colour(sheet[cell]) for cell in summed} == {None}
    assert "D9:D24" in sheet["D25"].comment.text


def test_a_cell_of_another_sheet_is_marked_there() -> None:
    book = opened(marked(workbook(), [point("E9", "Kết nạp!D9", sheet="Đảng viên", form="KN-3")]))
    assert colour(book["Đảng viên"]["E9"]) == TONES["critical"]
    assert colour(book[KN1]["D9"]) == FAINT["critical"]


def test_marks_stand_on_their_sheets_whichever_of_them_are_hidden() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book[KN1].sheet_state = "hidden"
        book.active = 1

    book = opened(marked(changed(workbook(), hide), [point("D9"), point("E9", sheet="Nguồn", number=2)]))
    assert (colour(book[KN1]["D9"]), colour(book["Nguồn"]["E9"])) == (TONES["critical"], TONES["critical"])
    assert book[LIST_SHEET]["D7"].hyperlink.location == "'Kết nạp'!D9"


def test_a_sheet_with_an_exclamation_mark_in_its_name_is_found() -> None:
    def rename(book: openpyxl.Workbook) -> None:
        book[KN1].title = "Kết nạp!"

    content = changed(workbook(), rename)
    book = opened(marked(content, [point("D9", "Kết nạp!!E9", sheet="Kết nạp!")]))
    assert colour(book["Kết nạp!"]["E9"]) == FAINT["critical"]


def test_a_proposed_value_stands_in_the_note_and_changed_cells_are_marked_too() -> None:
    changes = [Change(KN1, "D9", 2, 3, ("failure 1",)), Change(KN1, "E9", None, 1, ("failure 1", "failure 2"))]
    points = [point("D9", "I9"), point("J9", number=2)]
    sheet = opened(marked(workbook(), points, changes))[KN1]
    assert sheet["D9"].comment.text.endswith("Đề xuất sửa ô D9 từ 2 thành 3 và ô E9 đang để trống thành 1.")
    assert sheet["J9"].comment.text.endswith("Đề xuất sửa ô E9 đang để trống thành 1.")
    assert colour(sheet["E9"]) == PROPOSED
    assert sheet["E9"].comment.text == (
        f"{OURS}\nĐề xuất sửa ô này\nĐang ghi để trống, đề xuất: 1.\nSửa như vậy thì hết các điểm: 1, 2."
    )


def test_two_likely_repairs_are_both_told_and_a_total_only_follows() -> None:
    changes = [
        Change(KN1, "I9", 2, 1, ("failure 1",)),
        Change(KN1, "I20", 5, 4, ("failure 1",), follows=True),
        Change(KN1, "J9", 1, 0, ("failure 1",), or_else=True),
    ]
    sheet = opened(marked(workbook(), [point("D9", "I9", "J9")], changes))[KN1]
    assert sheet["D9"].comment.text.endswith("có thể cần sửa ô I9 từ 2 thành 1; hoặc sửa ô J9 từ 1 thành 0.")
    assert sheet["J9"].comment.text.startswith(f"{OURS}\nĐề xuất sửa ô này\nHoặc ô này sai: đang ghi 1, khi đó là 0.")
    assert sheet["I20"].comment.text.startswith(f"{OURS}\nÔ này thay đổi theo\nĐang ghi 5; thành 4 khi")


def test_in_merged_cells_the_one_that_shows_is_marked() -> None:
    def merge(book: openpyxl.Workbook) -> None:
        book[KN1].merge_cells("D9:E10")

    sheet = opened(marked(changed(workbook(), merge), [point("E10")]))[KN1]
    assert colour(sheet["D9"]) == TONES["critical"]
    assert sheet["D9"].comment is not None


def test_the_sender_s_formats_stay() -> None:
    def decorate(book: openpyxl.Workbook) -> None:
        cell = book[KN1]["D9"]
        cell.font = Font(name="Arial", size=14, bold=True, italic=True)
        cell.border = Border(left=Side("thick"), bottom=Side("double"))
        cell.alignment = Alignment(horizontal="right", wrap_text=True)
        cell.number_format = "0.00"
        book[KN1].column_dimensions["D"].width = 33
        book[KN1].row_dimensions[9].height = 44

    sheet = opened(marked(changed(workbook(), decorate), [point("D9")]))[KN1]
    cell = sheet["D9"]
    assert (cell.font.name, cell.font.sz, cell.font.b, cell.font.i) == ("Arial", 14, True, True)
    assert (cell.border.left.style, cell.border.bottom.style) == ("thick", "double")
    assert (cell.alignment.horizontal, cell.alignment.wrap_text, cell.number_format) == ("right", True, "0.00")
    assert (sheet.column_dimensions["D"].width, sheet.row_dimensions[9].height) == (33, 44)
    assert sheet["C9"].style_id == openpyxl.load_workbook(io.BytesIO(changed(workbook(), decorate)))[KN1]["C9"].style_id


def test_light_letters_turn_dark_where_their_cell_is_coloured() -> None:
    def decorate(book: openpyxl.Workbook) -> None:
        for address, ink in (("D9", "FFFFFFFF"), ("E9", "FF9C0006")):
            book[KN1][address].font = Font(color=ink)
            book[KN1][address].fill = PatternFill("solid", "FF203864")

    sheet = opened(marked(changed(workbook(), decorate), [point("D9"), point("E9", number=2)]))[KN1]
    assert sheet["D9"].font.color is None
    assert sheet["E9"].font.color.rgb == "FF9C0006"


def test_a_blank_cell_that_the_file_does_not_even_have_is_marked() -> None:
    content = workbook()
    sheet = opened(marked(content, [point("AZ3"), point("B200", number=2)]))[KN1]
    assert (colour(sheet["AZ3"]), colour(sheet["B200"])) == (TONES["critical"], TONES["critical"])
    assert [row[0].row for row in sheet.iter_rows(min_row=1, max_row=9)] == list(range(1, 10))
    tree = etree.fromstring(parts(marked(content, [point("AZ3"), point("D9", number=2)]))["xl/worksheets/sheet1.xml"])
    spans = {row.get("r"): row.get("spans") for row in tree.iterfind(".//{*}row")}
    assert (spans["3"], spans["9"] is None) == (None, False)


def test_rows_and_cells_that_do_not_say_where_they_stand_are_counted() -> None:
    content = workbook()
    bare = {name: re.sub(rb'<(row|c) r="[^"]*"', rb"<\1", part) for name, part in parts(content).items()}
    tree = etree.fromstring(parts(marked(packed(bare), [point("B1")]))["xl/worksheets/sheet1.xml"])
    (first, *_) = tree.iterfind(".//{*}row")
    assert [cell.get("s") for cell in first] == [None, first[1].get("s")]
    assert first[1].get("r") == "B1"


def test_what_is_not_marked_stays_byte_for_byte() -> None:
    content = workbook()
    before, after = parts(content), parts(marked(content, [point("D9")]))
    same = [name for name in before if before[name] == after[name]]
    assert {"xl/sharedStrings.xml", "xl/theme/theme1.xml", "docProps/app.xml"} <= set(same)


def test_results_saved_with_formulas_stay() -> None:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        book.add_worksheet(KN1).write_formula("D9", "=1+1", None, 2)
    content = marked(written.getvalue(), [point("D9")])
    assert opened(content)[KN1]["D9"].value == "=1+1"
    assert opened(content, values=True)[KN1]["D9"].value == 2


def test_macros_stay_and_the_name_must_say_so() -> None:
    files = parts(workbook())
    files["xl/vbaProject.bin"] = b"macros"
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    content = packed(files)
    copy = mark_workbook(content, sheets_as_read(content), plan([point("D9")]), HEADING, AUTHOR)
    assert copy.ending == ".xlsm"
    assert parts(copy.content)["xl/vbaProject.bin"] == b"macros"
    plain = mark_workbook(workbook(), sheets_as_read(workbook()), plan([point("D9")]), HEADING, AUTHOR)
    assert plain.ending == ".xlsx"


def test_names_print_settings_and_the_sheet_in_front_still_belong_to_their_sheets() -> None:
    def prepare(book: openpyxl.Workbook) -> None:
        book["Nguồn"].print_title_rows = "7:9"
        book["Nguồn"].print_area = "A1:F20"
        book["Nguồn"].page_setup.orientation = "landscape"
        book.active = 1

    content = changed(workbook(), prepare)
    before, after = opened(content), opened(marked(content, [point("D9")]))
    assert after.sheetnames == [LIST_SHEET, *before.sheetnames]
    assert after.active.title == before.active.title == "Nguồn"
    assert after["Nguồn"].print_title_rows == before["Nguồn"].print_title_rows
    assert after["Nguồn"].print_area == before["Nguồn"].print_area
    assert after["Nguồn"].page_setup.orientation == "landscape"
    assert not after.worksheets[0].sheet_view.tabSelected


def test_a_workbook_that_names_no_sheet_in_front_keeps_its_first_one_there() -> None:
    files = parts(workbook())
    files["xl/workbook.xml"] = re.sub(rb"<bookViews>.*</bookViews>", b"", files["xl/workbook.xml"])
    after = opened(marked(packed(files), [point("D9")]))
    assert (after.active.title, after.sheetnames[0]) == (KN1, LIST_SHEET)


# ------------------------------------------------------------------------------------------------------ notes


def test_a_note_of_the_sender_s_stays_in_front() -> None:
    def note(book: openpyxl.Workbook) -> None:
        book[KN1]["D9"].comment = Comment("Số này đã kiểm tra.", "Thủ")
        book[KN1]["A1"].comment = Comment("Ghi chú khác.", "Thủ")

    sheet = opened(marked(changed(workbook(), note), [point("D9")]))[KN1]
    assert sheet["D9"].comment.text.startswith(f"Số này đã kiểm tra.\n\n{OURS}\nĐiểm 1")
    assert sheet["A1"].comment.text == "Ghi chú khác."


def shapes_of_notes(content: bytes) -> dict[tuple[int, int], tuple[str, float]]:
    """Row and column (from 0) of each shape in the workbook's only drawing: its id, and its height in points."""
    (drawing,) = [etree.fromstring(part) for name, part in parts(content).items() if name.endswith(".vml")]
    found = {}
    for shape in drawing.iterfind("{*}shape"):
        place = (int(shape.findtext("{*}ClientData/{*}Row")), int(shape.findtext("{*}ClientData/{*}Column")))
        assert place not in found
        found[place] = (shape.get("id"), float(re.search(r"height:([\d.]+)p", shape.get("style"))[1]))
    return found


def test_every_note_has_one_shape_large_enough_to_read_it() -> None:
    def note(book: openpyxl.Workbook) -> None:
        for address in ("D9", "A1"):
            book[KN1][address].comment = Comment("x", "Thủ", height=10, width=10)

    content = marked(changed(workbook(), note), [point("D9", message="chữ " * 400), point("E9", number=2)])
    shapes = shapes_of_notes(content)
    assert shapes.keys() == {(0, 0), (8, 3), (8, 4)}
    assert len({name for name, _ in shapes.values()}) == 3
    assert shapes[0, 0][1] == 10
    assert shapes[8, 3][1] > 250 > 100 > shapes[8, 4][1] > 30


def test_a_drawing_that_is_not_quite_xml_is_added_to() -> None:
    def note(book: openpyxl.Workbook) -> None:
        book[KN1]["A1"].comment = Comment("x", "Thủ")

    files = parts(changed(workbook(), note))
    (name,) = [name for name in files if name.endswith(".vml")]
    files[name] = files[name].replace(b'<div style="text-align:left"/>', b"<div>1<br>2</div>")
    assert shapes_of_notes(marked(packed(files), [point("D9")])).keys() == {(0, 0), (8, 3)}


def test_a_note_beside_hidden_columns_still_has_room() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        for number in range(5, 200):
            book[KN1].column_dimensions[openpyxl.utils.get_column_letter(number)].hidden = True

    content = marked(changed(workbook(), hide), [point("D9")])
    (drawing,) = [part.decode() for name, part in parts(content).items() if name.endswith(".vml")]
    left, _, _, _, right, rest, *_ = (int(n) for n in re.search(r"<x:Anchor>(.*?)<", drawing)[1].split(","))
    assert (left, right > 3 or rest > 200) == (0, True)


def test_a_conversation_at_the_cell_gives_way_to_the_note() -> None:
    def note(book: openpyxl.Workbook) -> None:
        for address in ("D9", "E9"):
            book[KN1][address].comment = Comment("[Threaded comment] Vì sao?", "tc={1}")

    files = parts(changed(workbook(), note))
    threads = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    files["xl/threadedComments/threadedComment1.xml"] = (
        f'<ThreadedComments xmlns="{threads}"><threadedComment ref="D9"/><threadedComment ref="E9"/></ThreadedComments>'
    ).encode()
    relations = "xl/worksheets/_rels/sheet1.xml.rels"
    files[relations] = files[relations].replace(
        b"</Relationships>",
        b'<Relationship Id="rIdT" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        b' Target="../threadedComments/threadedComment1.xml"/></Relationships>',
    )
    left = parts(marked(packed(files), [point("D9")]))["xl/threadedComments/threadedComment1.xml"]
    assert (b'"D9"' in left, b'"E9"' in left) == (False, True)


# --------------------------------------------------------------------------------------------------- the list


def test_the_list_says_everything_and_leads_to_the_cells() -> None:
    points = [
        point("D9", "I9", "J9", "K9", message="Sai tổng số."),
        point(
            severity="warning", number=2, sheet=None, field=None, reported=None, expected=None, message="Thiếu biểu."
        ),
    ]
    sheet = opened(marked(workbook(), points, [Change(KN1, "D9", 2, 3, ())]))[LIST_SHEET]
    assert sheet["A1"].value == LIST_TITLE
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7, max_row=8, max_col=11)]
    assert rows == [
        [
            "1",
            "nghiêm trọng",
            KN1,
            "D9",
            "Chi bộ Một",
            "Đảng viên kết nạp trong tháng",
            "2",
            "3",
            "3",
            "Sai tổng số.",
            "I9:K9",
        ],
        ["2", "cảnh báo", "–", "–", "Chi bộ Một", None, None, None, None, "Thiếu biểu.", None],
    ]
    assert sheet["D7"].hyperlink.location == "'Kết nạp'!D9"
    assert sheet["D8"].hyperlink is None


def test_the_list_has_a_name_of_its_own() -> None:
    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("CẦN SỬA")

    assert opened(marked(changed(workbook(), add), [point("D9")])).sheetnames[0] == f"{LIST_SHEET} (2)"


def test_a_quotation_mark_in_a_sheet_s_name_does_not_break_the_link() -> None:
    def rename(book: openpyxl.Workbook) -> None:
        book[KN1].title = "Kết 'nạp' <&>"

    content = marked(changed(workbook(), rename), [point("D9", sheet="Kết 'nạp' <&>")])
    assert opened(content)[LIST_SHEET]["D7"].hyperlink.location == "'Kết ''nạp'' <&>'!D9"


def test_our_own_reader_reads_the_same_and_finds_nothing_to_say_of_the_list() -> None:
    points = [point("D9", "E9", message="Báo cáo tháng 4/2019 của Phường Tân Phong: Chi bộ Bản 5, Tổng số, Nữ")]
    before, after = reading(workbook()), reading(marked(workbook(), points))
    assert (after.forms, after.problems, after.month) == (before.forms, before.problems, before.month)


# -------------------------------------------------------------------------------------------- when it comes back


def test_a_workbook_that_comes_back_is_marked_anew() -> None:
    def decorate(book: openpyxl.Workbook) -> None:
        book[KN1]["D9"].fill = PatternFill("solid", "FFFFF9DB")
        book[KN1]["E9"].comment = Comment("Của xã.", "Thủ")

    first = marked(changed(workbook(), decorate), [point("D9", "I9"), point("E9", number=2)])
    again = opened(marked(first, [point("J9")]))
    assert again.sheetnames.count(LIST_SHEET) == len([name for name in again.sheetnames if "sửa" in name]) == 1
    sheet = again[KN1]
    assert [colour(sheet[cell]) for cell in ("D9", "E9", "I9", "J9")] == ["FFF9DB", None, None, TONES["critical"]]
    assert (sheet["D9"].comment, sheet["E9"].comment.text) == (None, "Của xã.")
    assert again[LIST_SHEET]["D7"].value == "J9"
    assert again[LIST_SHEET]["D8"].value is None


def test_a_cell_that_is_still_wrong_keeps_the_colour_it_had_at_first() -> None:
    def decorate(book: openpyxl.Workbook) -> None:
        book[KN1]["D9"].fill = PatternFill("solid", "FFFFF9DB")

    twice = marked(marked(changed(workbook(), decorate), [point("D9")]), [point("D9")])
    assert colour(opened(twice)[KN1]["D9"]) == TONES["critical"]
    assert opened(twice)[KN1]["D9"].comment.text.count(OURS) == 1
    assert colour(opened(marked(twice, [point("E9")]))[KN1]["D9"]) == "FFF9DB"
