"""What a commune's clerk reads when a rule fails."""

import shlex
from datetime import date

import pytest
from failing_lines import ALL_RULES, failing

from expectations.catalogue import read_rules, rules
from expectations.messages import message, number
from reference.figures import month_name

WITHOUT_FIGURES = (
    *("missing_sheet", "copy", "copy_of_other_month", "unread_value", "noticed", "cell_in_two_communes", "late"),
    *("left_blank", "unread_sheet", "unread_column", "missing_column"),
    *("other_communes_cells", "other_months_figures", "issued_otherwise"),
    *("missing_cell", "missing_on_sheet", "unknown_cell", "repeated_cell"),
)
WITH_FIGURES = [rule.rule_id for rule in rules() if rule.kind not in WITHOUT_FIGURES]


@pytest.mark.parametrize("rule_id", WITH_FIGURES)
def test_every_message_says_place_found_expected_and_what_to_do(rule_id):
    said = message(ALL_RULES[rule_id], failing(rule_id, reported=1234, expected=871))
    for text, reported in ((said.vi, "1.234"), (said.en, "1,234")):
        assert "“Biểu của xã”" in text
        assert "D14" in text
        assert text.index(reported) < text.index("871")
        assert "{" not in text
        assert ".." not in text
        assert "  " not in text
    assert "đề nghị đồng chí" in said.vi.lower()
    assert "please" in said.en.lower()


@pytest.mark.parametrize("rule_id", WITH_FIGURES)
def test_found_and_expected_are_not_mixed_up(rule_id):
    one = message(ALL_RULES[rule_id], failing(rule_id, reported=97, expected=64))
    other = message(ALL_RULES[rule_id], failing(rule_id, reported=64, expected=97))
    for text, swapped in ((one.vi, other.vi), (one.en, other.en)):
        assert text.index("97") < text.index("64")
        assert swapped.index("64") < swapped.index("97")


def test_a_total_that_is_too_low_names_the_column_and_the_missing_amount():
    said = message(
        ALL_RULES["kn1_column_total"],
        failing("kn1_column_total", 12, 14, field="women", cell_name="TỔNG CỘNG", sheet="Kết nạp"),
    )
    assert said.vi.startswith(
        "Trang tính “Kết nạp”, ô D14, dòng tổng cộng: cột “Kết nạp: nữ” ghi 12, nhưng cộng các dòng chi bộ"
        " trong biểu được 14 (ghi thiếu 2). Đề nghị đồng chí cộng lại cột này;"
    )
    assert said.en.startswith(
        "Sheet “Kết nạp”, cell D14, total row: column “Admitted, of which women” says 12, but the rows of the"
        " cells in the sheet add up to 14 (2 too few). Please"
    )


def test_a_sub_total_names_its_section():
    said = message(
        ALL_RULES["kn1_section_total"],
        failing("kn1_section_total", 9, 4, cell_name="I. Khối dân cư"),
    )
    assert "dòng mục “I. Khối dân cư”" in said.vi
    assert "thuộc mục này được 4 (ghi thừa 5)" in said.vi


def test_a_part_above_its_whole_names_both_columns():
    said = message(
        ALL_RULES["kn1_women_within_admitted"], failing("kn1_women_within_admitted", 4, 3, cells=("E14", "D14"))
    )
    assert "cột “Kết nạp: nữ” ghi 4, lớn hơn cột “Đảng viên kết nạp trong tháng” (ghi 3)" in said.vi
    assert "dòng “Chi bộ Tổ dân phố số 22”" in said.vi


def test_another_sheet_is_named_with_its_own_name_and_cell():
    said = message(
        ALL_RULES["kn3_admitted_as_kn1"],
        failing("kn3_admitted_as_kn1", 2, 3, cells=("E14", "Kết nạp 7!D15")),
    )
    assert "nhưng trang tính “Kết nạp 7”, ô D15, cột “Đảng viên kết nạp trong tháng” ghi 3" in said.vi
    assert "but sheet “Kết nạp 7”, cell D15, column “Members admitted in the month” says 3" in said.en


def test_a_cumulative_figure_names_the_report_of_the_month_before():
    said = message(ALL_RULES["kn1_ytd_carried"], failing("kn1_ytd_carried", 9, 7, month=date(2020, 1, 1)))
    assert "báo cáo tháng 12/2019" in said.vi
    assert "December 2019" in said.en


def test_a_percentage_is_written_as_one():
    said = message(ALL_RULES["kn1_attainment_recomputed"], failing("kn1_attainment_recomputed", 85.5, 1000 / 12))
    assert "ghi 85,5%" in said.vi
    assert "được 83,33%" in said.vi
    assert "says 85.5%" in said.en
    assert "makes 83.33%" in said.en


def test_a_target_names_the_year_it_was_set_for():
    said = message(ALL_RULES["kn1_year_target_on_file"], failing("kn1_year_target_on_file", 20, 18))
    assert "chỉ tiêu được giao năm 2020 (biểu CT-1) là 18 (ghi thừa 2)" in said.vi


def test_a_missing_sheet_is_named_with_form_and_month():
    said = message(
        ALL_RULES["kn2_sheet_missing"],
        failing("kn2_sheet_missing", 0, 1, sheet="", cells=(), cell_name="", line_kind="", field=""),
    )
    assert said.vi.startswith("Tệp báo cáo tháng 7/2020 không có trang tính “Nguồn” (biểu KN-2).")
    assert said.en.startswith("The workbook of July 2020 has no sheet “Nguồn” (form KN-2).")


def test_a_sheet_that_was_not_understood_is_no_missing_sheet():
    rule = ALL_RULES["kn2_sheet_unread"]
    line = failing("kn2_sheet_unread", 1, 0, sheet="Nguồn 1", cells=(), cell_name="", line_kind="", field="")
    said = message(rule, line)
    assert said.vi.startswith("Trang tính “Nguồn 1”: trang này có số liệu nhưng không nhận ra được là biểu nào")
    assert "it was not read; form KN-2 may be here" in said.en


@pytest.mark.parametrize(
    ("header", "typed"),
    [
        ("Phát triển / SL", '"Phát triển / SL"'),
        # What a shell would take for something else is quoted so that it arrives as it stands.
        ('Số "thực" $', "'Số \"thực\" $'"),
        ("Người dân tộc (d'tộc)", '"Người dân tộc (d\'tộc)"'),
    ],
)
def test_a_column_that_was_not_read_names_its_header_and_the_command_that_explains_it(header, typed):
    line = failing("kn1_admitted_unread", 1, 0, cells=("D8",), cell_name=header, line_kind="", field="admitted")
    said = message(ALL_RULES["kn1_admitted_unread"], line)
    command = f"admissions map 03408 KN-1 {typed} admitted --from 2020-07"
    assert shlex.split(command)[4] == header
    for text in (said.vi, said.en):
        assert text.count("D8") == 1
        assert f"“{header}”" in text
        assert command in text
    assert said.vi.startswith("Trang tính “Biểu của xã”, ô D8: cột “Đảng viên kết nạp trong tháng” chưa đọc được")


def test_a_copy_names_both_months():
    said = message(
        ALL_RULES["copy_of_previous_month"],
        failing("copy_of_previous_month", 1, 0, sheet="", cells=(), cell_name="", line_kind="", field=""),
    )
    assert said.vi.startswith(
        "Tệp báo cáo: số liệu tháng 7/2020 giống hệt tháng trước (báo cáo tháng 6/2020) ở mọi dòng của mọi biểu,"
    )
    assert "Đề nghị đồng chí kiểm tra xem có gửi nhầm" in said.vi
    assert said.en.startswith(
        "Workbook: the figures of July 2020 are those of the month before (June 2020) in every row"
    )
    assert "Please check whether the wrong file was sent" in said.en


def test_a_copy_of_another_month_names_it():
    said = message(
        ALL_RULES["copy_of_other_month"],
        failing("copy_of_other_month", 1, 0, sheet="", cells=(), cell_name="3/2020", line_kind="", field=""),
    )
    assert said.vi.startswith("Tệp báo cáo: số liệu tháng 7/2020 giống hệt báo cáo tháng 3/2020 ở mọi dòng")
    assert said.en.startswith("Workbook: the figures of July 2020 are those of the report of March 2020 in every row")


def test_cells_of_another_commune_name_it_and_what_to_do():
    said = message(
        ALL_RULES["cells_of_another_commune"],
        failing("cells_of_another_commune", 9, 0, cells=("B11",), cell_name="Phường Đoàn Kết", line_kind=""),
    )
    assert said.vi.startswith("Trang tính “Biểu của xã”, ô B11: đây là các chi bộ của Phường Đoàn Kết; hầu như")
    assert "sửa tên đơn vị ở tiêu đề rồi gửi lại" in said.vi
    assert said.en.startswith("Sheet “Biểu của xã”, cell B11: these are the cells of Phường Đoàn Kết; hardly any")
    assert "please correct the name in the title and send it again" in said.en


def test_figures_of_another_month_name_both_months():
    said = message(
        ALL_RULES["figures_of_another_month"],
        failing("figures_of_another_month", 5, 0, cells=("B11",), cell_name="9/2020", line_kind=""),
    )
    assert "đây là số liệu của tháng 9/2020, không phải tháng 7/2020 ghi ở tiêu đề" in said.vi
    assert "these are the figures of September 2020, not of July 2020, which the title names" in said.en
    assert "in line with the report of June 2020" in said.en


def test_a_missing_row_names_the_cell_and_where_it_is_looked_for():
    line = failing("kn2_cell_missing", 0, 1, cells=("B12",), line_kind="", field="", sheet="Nguồn")
    said = message(ALL_RULES["kn2_cell_missing"], line)
    assert said.vi.startswith(
        "Trang tính “Nguồn”, ô B12: không có dòng “Chi bộ Tổ dân phố số 22”, là chi bộ có trong báo cáo tháng 6/2020."
    )
    assert "there is no row “Chi bộ Tổ dân phố số 22”, a cell of the report of June 2020" in said.en


def test_a_row_that_only_the_other_sheet_has_names_its_place_there():
    line = failing("kn3_cell_not_on_sheet", 0, 1, cells=("B12", "Kết nạp!B14"), line_kind="", field="")
    assert "là chi bộ có ở trang tính “Kết nạp”, ô B14" in message(ALL_RULES["kn3_cell_not_on_sheet"], line).vi


def test_what_is_out_of_range_says_which_bound_it_passes():
    high = message(ALL_RULES["kn3_mean_age_plausible"], failing("kn3_mean_age_plausible", 145, 90))
    low = message(ALL_RULES["kn3_mean_age_plausible"], failing("kn3_mean_age_plausible", 4.5, 18))
    assert "ghi 145, nhưng nhiều nhất chỉ có thể là 90" in high.vi
    assert "says 4.5, but at least 18 can be right" in low.en


def test_a_blank_says_what_it_should_be():
    said = message(ALL_RULES["kn2_left_blank"], failing("kn2_left_blank", None, 12, line_kind="total"))
    assert said.vi.startswith("Trang tính “Biểu của xã”, ô D14, dòng tổng cộng: cột “Quần chúng ưu tú” để trống,")
    assert "phải là 12." in said.vi
    assert "it is 12." in said.en


def test_a_late_report_says_by_how_many_days():
    said = message(ALL_RULES["report_late"], failing("report_late", 12, 0, sheet="", cells=(), cell_name="", field=""))
    assert said.vi.startswith("Tệp báo cáo: báo cáo tháng 7/2020 đến chậm 12 ngày so với hạn.")
    assert "came 12 days after it was due" in said.en


def test_a_value_that_could_not_be_read_keeps_the_readers_own_sentence():
    line = failing(
        "kn1_value_unread",
        1,
        0,
        line_kind="cell",
        problem_vi="Ô D14 ghi “hai” nhưng cần một số nguyên. Đề nghị ghi lại bằng chữ số.",
        problem_en="Cell D14 holds “hai” where a whole number is expected. Please write it in digits.",
    )
    said = message(ALL_RULES["kn1_value_unread"], line)
    assert said.vi == (
        "Trang tính “Biểu của xã”, ô D14, dòng “Chi bộ Tổ dân phố số 22”: Ô D14 ghi “hai” nhưng cần một số nguyên."
        " Đề nghị ghi lại bằng chữ số. Sửa xong, đề nghị đồng chí gửi lại tệp."
    )
    assert "“hai”" in said.en
    unknown = message(ALL_RULES["kn1_value_unread"], failing("kn1_value_unread", 1, 0, cells=(), field=""))
    assert "có ô không đọc được" in unknown.vi


def test_a_rule_without_words_of_its_own_names_the_fields_it_adds():
    (rule,) = read_rules(
        """
rules:
  - id: kn3_increases
    form: KN-3
    kind: row_identity
    severity: info
    field: closing
    plus_fields: [opening, increase_admitted]
    minus_fields: [decrease_deceased]
    meaning: {vi: Thử., en: Trial.}
"""
    )
    said = message(rule, failing("kn3_balance", 9, 8))
    assert "lấy “Đảng viên đầu tháng” + “Tăng: kết nạp” − “Giảm: từ trần” được 8" in said.vi


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234, "1.234", "1,234"),
        (12.5, "12,5", "12.5"),
        (1234567.891, "1.234.567,89", "1,234,567.89"),
        (0, "0", "0"),
        (-0.0, "0", "0"),
        (-3, "−3", "−3"),
        (100, "100", "100"),
        (0.001, "0", "0"),
    ],
)
def test_numbers_are_written_the_way_each_language_writes_them(value, vi, en):
    assert number(value, "vi") == vi
    assert number(value, "en") == en


def test_months_do_not_depend_on_the_machines_language():
    assert month_name(date(2020, 7, 1), "vi") == "7/2020"
    assert month_name(date(2020, 7, 1), "en") == "July 2020"
