"""The texts over each column, as a person reads them from the header's rows."""

from ingest.monthly.header_texts import column_headers
from ingest.monthly.headers import map_to


def test_groups_are_read_without_their_letters_and_a_word_cut_short_keeps_its_own() -> None:
    def said(*texts: object) -> list[str]:
        return [header.texts[0] for header in column_headers([list(texts)], (), 0, 0)]

    assert said("A. Kết nạp", "B. Nguồn") == ["Kết nạp", "Nguồn"]
    assert said("Kết nạp", "B. Quần chúng đang bồi dưỡng") == ["Kết nạp", "Quần chúng đang bồi dưỡng"]
    assert said("C. Đoàn", "C. nhân", "B. Đội xuất ngũ") == ["C. Đoàn", "C. nhân", "B. Đội xuất ngũ"]


def test_what_is_taken_off_is_written_with_the_word_for_minus() -> None:
    headers = column_headers([["Trừ: chuyển đi", "Trừ: bị khai trừ", "Khai trừ: 2"]], (), 0, 0)
    assert map_to("KN-3", headers[:2]).columns == {"decrease_transferred_out": 0, "decrease_expelled": 1}
    assert headers[0].shown == "Trừ: chuyển đi"
    assert headers[2].texts == ("Khai trừ: 2",)


def test_a_total_left_of_its_group_s_first_text_is_that_group_s() -> None:
    """Groups are typed over the middle of their columns, too: `Đưa ra khỏi nguồn` had its total to the left, which was
    read as the candidates."""
    rows: list[list[object]] = [["Chi bộ", "", "Đưa ra khỏi nguồn", ""], ["", "Tổng số", "Nữ", "DTTS"]]
    assert [header.texts for header in column_headers(rows, (), 0, 1)][1:] == [
        ("Đưa ra khỏi nguồn", "Tổng số"),
        ("Đưa ra khỏi nguồn", "Nữ"),
        ("Đưa ra khỏi nguồn", "DTTS"),
    ]
    rows[0][2] = "Trong đó"
    assert column_headers(rows, (), 0, 1)[1].texts == ("Tổng số",)


def test_stray_dots_and_stars_are_not_read() -> None:
    headers = column_headers([["..Từ 31-40 tuổi", "Từ 61*", "Tiếp nhận:", "H.sinh", "C."]], (), 0, 0)
    assert [header.texts[0] for header in headers] == ["Từ 31-40 tuổi", "Từ 61", "Tiếp nhận", "H.sinh", "C."]
    assert headers[0].shown == "..Từ 31-40 tuổi"


def test_a_group_ends_where_another_one_begins_above_it() -> None:
    """`Xuất ngũ` above `về` went on over the columns of the target, which then went unread, and what was achieved was
    read as the target."""
    rows: list[list[object]] = [
        ["Chi bộ", "Thành phần", "", "Thực hiện CT", ""],
        ["", "", "Xuất ngũ", "", "Đã"],
        ["", "Nông dân", "về", "Được giao", "thực hiện"],
    ]
    assert [header.texts for header in column_headers(rows, (), 0, 2)][1:] == [
        ("Thành phần", "Nông dân"),
        ("Thành phần", "Xuất ngũ", "về"),
        ("Thực hiện CT", "Được giao"),
        ("Thực hiện CT", "Đã", "thực hiện"),
    ]


def test_a_header_s_beginning_is_no_group_over_its_neighbours() -> None:
    rows: list[list[object]] = [["DN ngoài", "", ""], ["nhà nước", "Dân quân", "Xuất ngũ"]]
    assert [header.texts for header in column_headers(rows, (), 0, 1)] == [
        ("DN ngoài", "nhà nước"),
        ("Dân quân",),
        ("Xuất ngũ",),
    ]
