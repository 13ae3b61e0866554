"""Months and years that headers name by their numbers are the report's own, or others."""

from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.monthly.inference import with_figures
from ingest.monthly.other_times import with_other_times
from ingest.monthly.tables import Table, find_tables
from ingest.values.numbers import Raw

_AUGUST = date(2024, 8, 1)


def read(*headers: str, month: date | None = _AUGUST) -> Table:
    """A sheet of admissions with these columns beside the women and the ages."""
    header: list[Raw] = ["STT", "Chi bộ", "Nữ", "18-30", "31-40", "41-50", "Trên 50", *headers]
    rows: list[list[Raw]] = [
        [float(n), f"Bản {n}", 1.0, 1.0, 1.0, 0.0, 0.0, *(2.0 + n * k for k in range(len(headers)))]
        for n in range(1, 6)
    ]
    sheet = Sheet("Kết nạp", [header, *rows], ())
    (table,) = find_tables(sheet)
    return with_figures(sheet, with_other_times(table, month))


def test_next_year_s_plan_is_no_target_of_this_year() -> None:
    """`Kế hoạch năm 2025` was taken for the target of 2024, where that was called by words that nobody knew."""
    assert "year_target" not in read("Kết nạp trong tháng", "Kế hoạch năm 2025").mapped.columns
    assert "year_target" not in read("Kết nạp trong tháng", "Chỉ tiêu năm 2023").mapped.columns
    assert read("Kết nạp trong tháng", "Kế hoạch năm 2024").mapped.columns["year_target"] == 8


@pytest.mark.parametrize("headers", [("Kết nạp tháng 8", "Kết nạp tháng 7"), ("KN T8/2024", "KN T7/2024")])
def test_of_two_months_the_report_s_own_is_meant(headers: tuple[str, ...]) -> None:
    assert read(*headers).mapped.columns["admitted"] == 7
    assert "admitted" not in read(*headers[1:]).mapped.columns
    assert "admitted" not in read("Kết nạp tháng 8 năm 2023", "Kết nạp năm 2023").mapped.columns


def test_what_is_counted_from_a_month_or_of_a_term_stays_as_it_is() -> None:
    for header in ("Lũy kế từ tháng 1/2024", "Lũy kế từ đầu năm 2024", "Lũy kế từ đầu năm đến tháng 8/2024"):
        assert read("Kết nạp trong tháng", header).mapped.columns.get("admitted_ytd") == 8, header
    assert read("Kết nạp trong tháng", "Lũy kế nhiệm kỳ 2020-2025").mapped.columns["admitted_ttd"] == 8
    assert "admitted_ytd" not in read("Kết nạp trong tháng", "Lũy kế từ đầu năm đến tháng 7/2024").mapped.columns


def test_without_the_report_s_month_nothing_is_another_time() -> None:
    assert read("Kết nạp trong tháng", "Chỉ tiêu năm 2023", month=None).mapped.columns["year_target"] == 8


@pytest.mark.parametrize(
    "header",
    ["LK từ T7/2020", "Kết nạp từ tháng 7 năm 2020", "KN từ 7/2020 đến nay", "Kết nạp từ ĐH 2020 đến nay"],
)
def test_what_is_counted_from_the_term_s_first_month_is_counted_from_its_beginning(header: str) -> None:
    assert read("Kết nạp trong tháng", header).mapped.columns["admitted_ttd"] == 8
    for other in (header.replace("2020", "2015"), header.replace("7", "8").replace("2020", "2019")):
        assert "admitted_ttd" not in read("Kết nạp trong tháng", other).mapped.columns


@pytest.mark.parametrize(
    "header",
    [
        *("Kết nạp 8 tháng", "Tổng kết nạp 8 tháng đầu năm 2024", "Lũy kế 8 tháng", "KN 8T/2024"),
        "Kết nạp 8 tháng qua của năm 2024",
    ],
)
def test_as_many_months_as_the_year_has_had_are_the_year_so_far(header: str) -> None:
    assert read("Kết nạp trong tháng", header).mapped.columns["admitted_ytd"] == 8
    others = ("Kết nạp 6 tháng", "Kết nạp 8 tháng đầu năm 2023", "Kết nạp 8 tháng cuối năm", "ĐV dự bị đủ 8 tháng")
    for other in (*others, "KN 8T/2023", "KN 7T/2024"):
        assert "admitted_ytd" not in read("Kết nạp trong tháng", other).mapped.columns, other


def test_candidates_on_the_last_day_are_those_at_the_month_s_end() -> None:
    header: list[Raw] = ["Chi bộ", "QC ưu tú đến 31/8/2024", "Nữ", "Đã học lớp nhận thức", "Đủ hồ sơ"]
    rows: list[list[Raw]] = [[f"Chi bộ Bản {n}", 5.0 + n, 2.0, 3.0, 1.0] for n in range(1, 5)]
    (table,) = find_tables(Sheet("Nguồn", [header, *rows], ()))
    assert with_other_times(table, _AUGUST).mapped.columns["candidates"] == 1
    (table,) = find_tables(Sheet("Nguồn", [[header[0], "QC ưu tú đến 30/6/2024", *header[2:]], *rows], ()))
    assert "candidates" not in with_other_times(table, _AUGUST).mapped.columns


def test_ages_by_years_of_birth_are_those_of_the_report_s_year() -> None:
    header: list[Raw] = [
        "Chi bộ",
        "Kết nạp trong tháng",
        "Nữ",
        "Sinh từ 1994 về sau",
        "Sinh 1984-1993",
        "Sinh 1974-1983",
    ]
    header += ["Sinh trước 1974", "Dân quân", "Đoàn viên TNCS", "Chỉ tiêu năm"]
    rows: list[list[Raw]] = [[f"Chi bộ Bản {n}", 3.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 5.0] for n in range(1, 5)]
    (table,) = find_tables(Sheet("Kết nạp", [header, *rows], ()))
    columns = with_other_times(table, _AUGUST).mapped.columns
    ages = ("age_18_30", "age_31_40", "age_41_50", "age_over_50")
    assert [columns.get(name) for name in ages] == [3, 4, 5, 6]
    later = with_other_times(table, date(2019, 8, 1)).mapped.columns
    assert not {3, 4, 5, 6} & {later.get(name) for name in ages}


def test_members_at_the_end_of_a_month_are_the_opening_or_the_closing_ones() -> None:
    header: list[Raw] = ["Chi bộ", "ĐV có đến cuối tháng 7", "Kết nạp", "Chuyển đi", "Từ trần", "Sĩ số ĐV cuối tháng 8"]
    rows: list[list[Raw]] = [[f"Chi bộ Bản {n}", 20.0, 1.0, 0.0, 0.0, 21.0] for n in range(1, 5)]
    (table,) = find_tables(Sheet("Đảng viên", [header, *rows], ()))
    columns = with_other_times(table, _AUGUST).mapped.columns
    assert (columns.get("opening"), columns.get("closing")) == (1, 5)
    other = with_other_times(table, date(2024, 11, 1)).mapped.columns
    assert "opening" not in other
    assert other.get("closing") not in (1, 5)


def test_half_a_year_s_target_is_no_sum_of_the_year() -> None:
    columns = read("Kết nạp trong tháng", "Chỉ tiêu 8 tháng", "Chỉ tiêu năm", "Kết nạp 8 tháng").mapped.columns
    assert (columns["year_target"], columns["admitted_ytd"]) == (9, 10)
