"""Reports and targets for units, months and terms that do not go together: refused with the cell and what to do."""

from collections.abc import Sequence
from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.inspect import inspect_files
from ingest.load import load
from ingest.model import Problem, Reading
from ingest.problems import catalogue
from ingest.reader import Context, read_workbook
from ingest.values.numbers import Raw
from reference.communes import communes_in_scope
from tests.conftest import MakeSettings
from tests.ingest.sheets import cell_row, plain_rows, sheet, workbook
from warehouse.connections import writing
from warehouse.settings import Settings

FORMS = ("KN-1", "KN-2", "KN-3")
CITY = "ĐẢNG BỘ THÀNH PHỐ LAI CHÂU"


def report(*title: str, rows: Sequence[Sequence[Raw]] | None = None) -> bytes:
    sheets = [sheet(form, plain_rows(form), title=title) for form in FORMS]
    if rows is not None:
        sheets[0] = sheet("KN-1", rows, title=title)
    return workbook(sheets)


def read(content: bytes, scope: str = "district:105", path: str = "x.xlsx") -> Reading:
    return read_workbook(content, path, Context(scope, date(2026, 11, 24)))


def refusal(reading: Reading) -> Problem:
    assert reading.status == "refused"
    (found,) = [each for each in reading.problems if each.code == reading.reason]
    return found


def test_a_commune_that_had_ended_is_told_who_reports_now() -> None:
    found = refusal(read(report(CITY, "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "Tháng 8 năm 2025")))
    assert found.code == "commune_not_in_month"
    assert (found.sheet, found.cell, found.found, found.expected) == (
        "Kết nạp",
        "A2",
        "Phường Đông Phong",
        "Phường Tân Phong",
    )
    for part in ("Kết nạp", "A2", "Phường Đông Phong", "Phường Tân Phong"):
        assert part in found.message_vi
        assert part in found.message_en


def test_a_commune_that_ended_twice_over_is_told_who_reports_now() -> None:
    title = (CITY, "ĐẢNG ỦY XÃ NẬM LOỎNG")
    assert refusal(read(report(*title, "Tháng 8 năm 2020"))).expected == (
        "Phường Quyết Thắng, Phường Đoàn Kết, Xã Sùng Phài"
    )
    assert refusal(read(report(*title, "Tháng 8 năm 2025"))).expected == "Phường Đoàn Kết"


def test_a_successor_cannot_report_a_month_before_it_existed() -> None:
    content = report("ĐẢNG BỘ TỈNH LAI CHÂU", "ĐẢNG ỦY XÃ PHONG THỔ", "Tháng 6 năm 2025")
    found = refusal(read(content, scope="province:12"))
    assert (found.code, found.cell) == ("commune_not_yet", "A2")
    assert found.expected == "Xã Huổi Luông, Thị trấn Phong Thổ, Xã Ma Li Pho, Xã Mường So"


def test_a_reused_code_in_the_title_gives_the_successor_of_the_same_name_away() -> None:
    title = ("ĐẢNG BỘ TỈNH LAI CHÂU", "ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Mã đơn vị: 03408")
    found = refusal(read(report(*title, "Tháng 6 năm 2025")))
    assert (found.code, found.sheet, found.cell) == ("code_of_another_commune", "Kết nạp", "A3")
    assert found.expected == "03408 = Phường Đông Phong, Phường Tân Phong = 03387"
    in_july = read(report(*title, "Tháng 7 năm 2025"))
    assert (in_july.status, in_july.commune_code) == ("read", "03408")


def test_the_old_code_is_wrong_for_the_successor_of_the_same_name() -> None:
    title = ("ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Mã: 03387", "Tháng 6 năm 2025")
    assert read(report(*title)).commune_code == "03387"


def test_a_code_names_a_commune_where_the_title_has_no_name() -> None:
    reading = read(report(CITY, "Mã xã phường 03408", "Tháng 6 năm 2025"))
    assert (reading.status, reading.commune_name) == ("read", "Phường Đông Phong")


def test_a_number_that_is_no_commune_s_code_says_nothing() -> None:
    assert read(report("ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Mã số 99999", "Tháng 6 năm 2025")).status == "read"


def sections(*labels: str) -> list[list[Raw]]:
    rows: list[list[Raw]] = []
    for number, label in enumerate(labels, start=1):
        rows += [cell_row("KN-1", "I" * number, label), cell_row("KN-1", 1, f"Chi bộ Bản số {number}")]
    return rows


def test_the_sections_of_a_successor_give_it_away_in_an_older_month() -> None:
    rows = sections("Phường Tân Phong", "Phường Đông Phong")
    found = refusal(read(report("ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Tháng 6 năm 2025", rows=rows)))
    assert (found.code, found.sheet, found.cell) == ("successor_in_older_month", "Kết nạp", "B9")
    assert (found.found, found.expected) == ("Phường Đông Phong", "Phường Tân Phong")


def test_a_successor_may_name_its_predecessors_in_its_own_months() -> None:
    rows = sections("Phường Tân Phong", "Phường Đông Phong")
    assert read(report("ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Tháng 7 năm 2025", rows=rows)).status == "read"


def test_sections_of_other_things_refuse_nothing() -> None:
    rows = sections("Khối dân cư", "Khối trường học")
    assert read(report("ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Tháng 6 năm 2025", rows=rows)).status == "read"


def targets(
    *names: str, term: str = "2020–2025", years: Sequence[int] = (2021,), office: str = ""
) -> bytes:  # fmt: skip
    grid: list[list[Raw]] = [
        ["CHỈ TIÊU KẾT NẠP ĐẢNG VIÊN"],
        [office, f"Nhiệm kỳ {term}"],
        ["Có hiệu lực từ ngày 01/07/2020"],
        ["STT", "Xã, phường", "Cả nhiệm kỳ", *(f"Năm {year}" for year in years)],
        *([float(number), name, 20.0, *(4.0 for _ in years)] for number, name in enumerate(names, start=1)),
    ]
    return workbook([Sheet("Chỉ tiêu", grid, ())])


def test_a_target_s_commune_is_the_one_under_the_committee_that_issues_it() -> None:
    def codes(office: str) -> tuple[list[str], set[str]]:
        content = targets("Xã Tân Phong", office=office)
        reading = read(content, scope="province:14,province:34")
        return [found.code for found in reading.problems], {line.commune_code for line in reading.targets}

    assert codes("HUYỆN ỦY PHÙ YÊN") == ([], {"03970"})
    assert codes("HUYỆN ỦY VŨ THƯ") == ([], {"13210"})
    assert codes("BAN TỔ CHỨC") == (["target_commune_ambiguous"], set())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Xã Không Có", "target_commune_unknown"),
        ("Xã Hồ Thầu", "target_commune_outside_scope"),
        ("Xã Nậm Loỏng", "target_commune_not_then"),
    ],
)
def test_a_target_that_is_nobody_s_is_said_and_the_others_are_taken(name: str, code: str) -> None:
    reading = read(targets("Phường Đông Phong", name, "Xã San Thàng"))
    assert [(found.code, found.sheet, found.cell, found.found) for found in reading.problems] == [
        (code, "Chỉ tiêu", "B6", name)
    ]
    assert "B6" in reading.problems[0].message_vi
    assert name in reading.problems[0].message_en
    assert reading.status == "read"
    assert [(line.commune_code, line.year) for line in reading.targets] == [
        ("03408", None),
        ("03408", 2021),
        ("03409", None),
        ("03409", 2021),
    ]


@pytest.mark.parametrize(
    ("term", "code", "expected"),
    [
        ("2018–2023", "term_overlaps", "2015–2020, 2020–2025"),
        ("2020–2026", "term_overlaps", "2020–2025, 2025–2030"),
        ("2010–2015", "term_not_listed", "2015–2020, 2020–2025, 2025–2030"),
    ],
)
def test_targets_of_a_term_that_cannot_be_are_refused(term: str, code: str, expected: str) -> None:
    found = refusal(read(targets("Phường Đông Phong", term=term)))
    assert (found.code, found.sheet, found.cell) == (code, "Chỉ tiêu", "B2")
    assert (found.found, found.expected) == (term, expected)


def test_a_year_outside_the_term_is_not_taken_and_its_column_is_named() -> None:
    reading = read(targets("Phường Đông Phong", years=(2020, 2025, 2026)))
    assert [(found.code, found.cell) for found in reading.problems] == [("target_year_outside_term", "F4")]
    assert [line.year for line in reading.targets] == [None, 2020, 2025]


def test_what_is_refused_reaches_the_store_with_its_sentences(make_settings: MakeSettings) -> None:
    settings = make_settings(TODAY="2025-09-06")
    put(settings, "ended.xlsx", report("ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "Tháng 8 năm 2025"))
    put(settings, "code.xlsx", report("ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Mã: 03408", "Tháng 6 năm 2025"))
    put(settings, "term.xlsx", targets("Phường Đông Phong", term="2018–2023"))
    put(settings, "targets.xlsx", targets("Phường Đông Phong", "Xã Không Có"))
    put(settings, "good.xlsx", report("ĐẢNG ỦY PHƯỜNG TÂN PHONG", "Tháng 8 năm 2025"))
    assert (load(settings).found, load(settings).found) == (5, 0)
    with writing(settings) as connection:
        submissions = connection.execute(
            "SELECT file_name, status, reason, message_vi IS NOT NULL AND message_en IS NOT NULL"
            " FROM warehouse.raw.submissions ORDER BY file_name"
        ).fetchall()
        problems = connection.execute(
            "SELECT file_name, code, sheet, problems.cell, problems.message_vi"
            " FROM warehouse.raw.problems AS problems JOIN warehouse.raw.submissions USING (submission_id)"
            " ORDER BY file_name"
        ).fetchall()
        (taken,) = connection.execute("SELECT count(*) FROM warehouse.raw.targets").fetchall()
    assert submissions == [
        ("code.xlsx", "refused", "code_of_another_commune", True),
        ("ended.xlsx", "refused", "commune_not_in_month", True),
        ("good.xlsx", "accepted", None, False),
        ("targets.xlsx", "accepted", None, False),
        ("term.xlsx", "refused", "term_overlaps", True),
    ]
    assert [problem[:4] for problem in problems] == [
        ("code.xlsx", "code_of_another_commune", "Kết nạp", "A2"),
        ("ended.xlsx", "commune_not_in_month", "Kết nạp", "A1"),
        ("targets.xlsx", "target_commune_unknown", "Chỉ tiêu", "B6"),
        ("term.xlsx", "term_overlaps", "Chỉ tiêu", "B2"),
    ]
    assert all(sentence.startswith("Trang “") and "Đề nghị" in sentence for *_, sentence in problems)
    assert taken == (2,)


def put(settings: Settings, name: str, content: bytes) -> None:
    settings.landing.mkdir(parents=True, exist_ok=True)
    (settings.landing / name).write_bytes(content)


def test_inspect_shows_the_same(make_settings: MakeSettings) -> None:
    settings = make_settings(TODAY="2025-09-06")
    put(settings, "ended.xlsx", report("ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "Tháng 8 năm 2025"))
    (shown,) = inspect_files([settings.landing / "ended.xlsx"], settings)
    assert (shown["status"], shown["reason"], shown["month"]) == ("refused", "commune_not_in_month", "2025-08")
    assert shown["problems"][0]["cell"] == "A1"


@pytest.mark.parametrize("month", [date(2020, 6, 1), date(2020, 7, 1), date(2025, 6, 1), date(2025, 7, 1)])
def test_no_commune_is_refused_in_its_own_months(month: date) -> None:
    of_month = [commune for commune in communes_in_scope("district:105") if commune.is_valid_in(month)]
    assert len(of_month) >= 2
    for commune in of_month:
        title = ("ĐẢNG ỦY " + commune.name.upper(), f"Mã {commune.code}", f"Tháng {month.month} năm {month.year}")
        reading = read(report(*title))
        assert (reading.status, reading.commune_key) == ("read", commune.key), commune


def test_every_sentence_says_what_to_do() -> None:
    for code in ("commune_not_in_month", "commune_not_yet", "successor_in_older_month", "term_overlaps"):
        assert "Đề nghị" in catalogue()[code].vi
        assert "Please" in catalogue()[code].en
