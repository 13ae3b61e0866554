"""The commission's sheet of targets (CT-1): what each cell becomes, and what is said of cells that become nothing."""

from collections.abc import Sequence
from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.plans.targets import TargetsReading, read_targets
from ingest.values.numbers import Raw

SCOPE = "district:105"
TITLES = (("CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN",), ("Nhiệm kỳ 2015–2020",), ("Có hiệu lực từ ngày 01/09/2015",))
HEADER = ("STT", "Xã, phường", "Cả nhiệm kỳ", "Năm 2016", "Năm 2017", "Ghi chú")
DONG_PHONG = (1.0, "Phường Đông Phong", 20.0, 4.0, 5.0, "")
SAN_THANG = (2.0, "Xã San Thàng", 9.0, "-", "", "chưa giao")
TOTAL = ("", "TỔNG CỘNG", 29.0, 4.0, 5.0, "")


def sheet_of(
    *rows: Sequence[Raw], titles: Sequence[Sequence[Raw]] = TITLES, header: Sequence[Sequence[Raw]] = (HEADER,)
) -> Sheet:
    grid = [list(row) for row in (*titles, *header, *rows)]
    width = max(map(len, grid))
    return Sheet("Chỉ tiêu", [row + [""] * (width - len(row)) for row in grid], ())


def read(*rows: Sequence[Raw], **given: Sequence[Sequence[Raw]]) -> TargetsReading:
    reading = read_targets(sheet_of(*rows, **given), SCOPE)
    assert reading is not None
    return reading


def taken(reading: TargetsReading) -> list[tuple[str, int | None, int | None, str, int]]:
    return [(line.commune_code, line.year, line.target, line.cell, line.row) for line in reading.targets]


def said(reading: TargetsReading) -> list[tuple[str, str | None, str | None]]:
    assert {(problem.form, problem.sheet) for problem in reading.problems} <= {("CT-1", "Chỉ tiêu")}
    return [(problem.code, problem.cell, problem.found) for problem in reading.problems]


def test_each_figure_of_a_commune_becomes_a_target_with_its_cell_and_a_dash_is_zero() -> None:
    reading = read(DONG_PHONG, SAN_THANG, TOTAL)
    assert taken(reading) == [
        ("03408", None, 20, "C5", 5),
        ("03408", 2016, 4, "D5", 5),
        ("03408", 2017, 5, "E5", 5),
        ("03409", None, 9, "C6", 6),
        ("03409", 2016, 0, "D6", 6),
        ("03409", 2017, None, "E6", 6),
    ]
    assert {(line.sheet, line.term, line.effective_on) for line in reading.targets} == {
        ("Chỉ tiêu", "2015-2020", date(2015, 9, 1))
    }
    assert said(reading) == []


def test_the_form_shows_where_everything_stood() -> None:
    form = read(DONG_PHONG, SAN_THANG, TOTAL, header=[(*HEADER, "Người ký")]).form
    assert (form.form, form.sheet, form.header_rows) == ("CT-1", "Chỉ tiêu", (4,))
    assert form.columns == {"term_target": "C", "year_target_2016": "D", "year_target_2017": "E"}
    assert form.unmapped == {"G": "Người ký"}
    assert [(line.row, line.kind, line.cell_name) for line in form.lines] == [
        (5, "cell", "Phường Đông Phong"),
        (6, "cell", "Xã San Thàng"),
        (7, "total", "TỔNG CỘNG"),
    ]
    assert form.lines[1].values == {"term_target": 9, "year_target_2016": 0, "year_target_2017": None}


def test_a_figure_that_cannot_be_read_is_said_and_the_others_of_its_row_are_taken() -> None:
    reading = read((1.0, "Phường Đông Phong", "hai mươi", 4.0, 5.0))
    assert said(reading) == [("value_unread", "C5", "hai mươi")]
    assert [problem.field for problem in reading.problems] == ["term_target"]
    assert [(line.year, line.target) for line in reading.targets] == [(None, None), (2016, 4), (2017, 5)]


def test_rows_without_any_figure_and_the_row_of_column_numbers_are_no_communes() -> None:
    numbers = ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)")
    section = ("I", "Các phường", "", "", "", "")
    reading = read(numbers, section, DONG_PHONG, ("", "Người lập biểu"))
    assert [line.row for line in reading.targets] == [7, 7, 7]
    assert said(reading) == []


def test_figures_above_the_header_are_no_targets() -> None:
    reading = read(DONG_PHONG, titles=(*TITLES, ("", "Phường Đông Phong", 7.0, 7.0)))
    assert [line.row for line in reading.targets] == [6, 6, 6]


def test_rows_before_the_last_are_passed_over_and_not_taken_for_the_end() -> None:
    reading = read(("", "", "", "", ""), DONG_PHONG, TOTAL, SAN_THANG, ("", "Xã Không Có", 1.0, 1.0, 1.0), SAN_THANG)
    assert [line.row for line in reading.targets] == [6, 6, 6, 8, 8, 8, 10, 10, 10]
    assert said(reading) == [("target_commune_unknown", "B9", "Xã Không Có")]


@pytest.mark.parametrize("total", ["TỔNG CỘNG", "Tổng số", "Cộng"])
def test_a_total_in_any_column_before_the_figures_is_no_commune(total: str) -> None:
    assert said(read(DONG_PHONG, (total, "", 20.0, 4.0, 5.0))) == []
    assert said(read(DONG_PHONG, ("", total, 20.0, 4.0, 5.0))) == []


def test_a_sheet_without_communes_says_so() -> None:
    reading = read(("", "Người lập biểu"))
    assert reading.targets == ()
    assert said(reading) == [("targets_empty", None, None)]


def test_without_a_term_nothing_is_taken_and_the_sheet_says_so() -> None:
    reading = read(DONG_PHONG, titles=[("CHỈ TIÊU KẾT NẠP",), ("Có hiệu lực từ ngày 01/09/2015",)])
    assert reading.targets == ()
    assert said(reading) == [("term_unknown", None, None)]


def test_a_term_over_its_column_is_the_table_s_term() -> None:
    header = ("STT", "Xã, phường", "Chỉ tiêu nhiệm kỳ 2015–2020")
    reading = read(DONG_PHONG[:3], titles=[("KẾ HOẠCH KẾT NẠP",)], header=[header])
    assert [(line.term, line.year, line.target) for line in reading.targets] == [("2015-2020", None, 20)]


def test_targets_hold_from_the_term_s_first_day_where_no_other_is_said() -> None:
    reading = read(DONG_PHONG, titles=TITLES[:2])
    assert {line.effective_on for line in reading.targets} == {date(2015, 7, 1)}
    assert said(reading) == [("effective_day_assumed", None, "01/07/2015")]


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Có hiệu lực từ ngày 15/8/2015", date(2015, 8, 15)),
        ("Có hiệu lực thi hành kể từ ngày 15 tháng 8 năm 2015", date(2015, 8, 15)),
        ("Áp dụng từ tháng 8/2015", date(2015, 8, 1)),
        ("Thực hiện từ 8/2015", date(2015, 8, 1)),
    ],
)
def test_the_day_from_which_targets_hold_is_read_from_the_titles(title: str, day: date) -> None:
    assert {line.effective_on for line in read(DONG_PHONG, titles=(*TITLES[:2], (title,))).targets} == {day}


def test_a_title_with_no_such_day_does_not_hide_one_that_has_it() -> None:
    titles = (*TITLES[:2], ("Có hiệu lực từ ngày 31/02/2016",), ("Áp dụng từ 01/03/2016",))
    assert {line.effective_on for line in read(DONG_PHONG, titles=titles).targets} == {date(2016, 3, 1)}


def test_the_term_s_first_and_last_year_are_its_own_and_the_years_around_it_are_not() -> None:
    header = ("STT", "Xã, phường", "Năm 2014", "Năm 2015", "Năm 2020", "Năm 2021")
    reading = read((1.0, "Phường Đông Phong", 1.0, 2.0, 3.0, 4.0), header=[header])
    assert [(line.year, line.target) for line in reading.targets] == [(2015, 2), (2020, 3)]
    assert said(reading) == [("target_year_outside_term", "C4", "2014"), ("target_year_outside_term", "F4", "2021")]
    assert [(problem.field, problem.expected) for problem in reading.problems] == [
        ("year_target_2014", "2015-2020"),
        ("year_target_2021", "2015-2020"),
    ]


def test_a_header_of_two_or_three_rows_is_read_whole() -> None:
    upper = ("STT", "Xã, phường", "Chỉ tiêu", "", "", "Ghi chú")
    middle = ("", "", "", "Trong đó", "", "")
    lower = ("", "", "Cả nhiệm kỳ", "2016", "2017", "")
    for header in ([upper, lower], [upper, middle, lower]):
        reading = read(DONG_PHONG, header=header)
        assert [(line.year, line.target) for line in reading.targets] == [(None, 20), (2016, 4), (2017, 5)]
        assert reading.form.header_rows == tuple(range(4, 4 + len(header)))


def test_the_first_of_two_columns_of_one_year_counts() -> None:
    header = ("STT", "Xã, phường", "Năm 2016", "Kế hoạch năm 2016")
    reading = read((1.0, "Phường Đông Phong", 4.0, 7.0), header=[header])
    assert taken(reading) == [("03408", 2016, 4, "C5", 5)]


@pytest.mark.parametrize(
    ("titles", "header"),
    [
        ([("BÁO CÁO KẾT NẠP",), ("Nhiệm kỳ 2015–2020",)], HEADER),
        (TITLES, ("STT", "Xã, phường", "Dân số")),
        (TITLES, ("STT", "Chi bộ", "Cả nhiệm kỳ")),
    ],
)
def test_a_sheet_without_the_word_a_figure_s_column_or_the_communes_is_no_sheet_of_targets(
    titles: Sequence[Sequence[Raw]], header: Sequence[Raw]
) -> None:
    assert read_targets(sheet_of((1.0, "Phường Đông Phong", 20.0), titles=titles, header=[header]), SCOPE) is None


@pytest.mark.parametrize(
    "name", ["Đông Phong", "Đảng bộ phường Đông Phong", "Đảng ủy phường Đông Phong", "Phường Đông Phong, TP Lai Châu"]
)
def test_a_commune_is_known_by_its_committee_its_bare_name_and_with_the_unit_above_it(name: str) -> None:
    reading = read((1.0, name, 20.0, 4.0, 5.0))
    assert {line.commune_code for line in reading.targets} == {"03408"}
    assert {line.commune_name for line in reading.targets} == {"Phường Đông Phong"}
    assert said(reading) == []


def test_a_commune_that_was_no_more_on_that_day_is_said_with_the_day() -> None:
    titles = (("CHỈ TIÊU KẾT NẠP",), ("Nhiệm kỳ 2020–2025",), ("Có hiệu lực từ ngày 01/07/2020",))
    reading = read((1.0, "Xã Nậm Loỏng", 20.0), titles=titles, header=[HEADER[:3]])
    assert said(reading) == [("target_commune_not_then", "B5", "Xã Nậm Loỏng")]
    assert reading.problems[0].expected == "01/07/2020"


def test_of_namesakes_the_one_under_the_committee_that_the_titles_name_is_meant() -> None:
    def of(committee: str) -> TargetsReading | None:
        given = sheet_of((1.0, "Xã Tân Phong", 20.0, 4.0, 5.0), titles=((committee,), *TITLES))
        return read_targets(given, "province:14,province:34")

    for committee, code in (("HUYỆN ỦY PHÙ YÊN", "03970"), ("HUYỆN ỦY VŨ THƯ", "13210")):
        reading = of(committee)
        assert reading is not None
        assert ({line.commune_code for line in reading.targets}, said(reading)) == ({code}, [])
    unclear = of("BAN TỔ CHỨC")
    assert unclear is not None
    assert (unclear.targets, said(unclear)) == ((), [("target_commune_ambiguous", "B6", "Xã Tân Phong")])
    assert "Huyện Phù Yên" in str(unclear.problems[0].expected)
    assert "Huyện Vũ Thư" in str(unclear.problems[0].expected)


@pytest.mark.parametrize(
    ("term", "code", "expected"),
    [
        ("2018–2023", "term_overlaps", "2015–2020, 2020–2025"),
        ("2020–2026", "term_overlaps", "2020–2025, 2025–2030"),
        ("2010–2015", "term_not_listed", "2015–2020, 2020–2025, 2025–2030"),
        ("2030–2035", "term_not_listed", "2015–2020, 2020–2025, 2025–2030"),
    ],
)
def test_a_term_that_is_none_is_said_with_its_cell_and_those_that_there_are(
    term: str, code: str, expected: str
) -> None:
    reading = read(DONG_PHONG, titles=[("CHỈ TIÊU KẾT NẠP",), ("", f"Nhiệm kỳ {term}"), (f"Nhiệm kỳ {term}",)])
    assert said(reading)[0] == (code, "B2", term)
    assert reading.problems[0].expected == expected
    assert {line.effective_on for line in reading.targets} == {None}
