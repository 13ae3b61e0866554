"""What a column is, said once and remembered."""

from dataclasses import replace
from datetime import date

import pytest

from ingest.container.workbook import Sheet
from ingest.load import load
from ingest.monthly.learnt_columns import LearntColumn, UnknownField, column_changes, read_layouts
from ingest.reread import NoSuchColumn, learn_column
from reference.naming import NoCommuneMeant, SeveralCommunesMeant
from tests.ingest.sheets import cell_row, sheet, workbook
from warehouse.connections import writing
from warehouse.settings import Settings

MAY, JUNE = date(2020, 5, 1), date(2020, 6, 1)


def sent(month: int) -> bytes:
    """KN-1 of Đông Phong whose column of women is called `Mục tám`, with three of them."""
    title = ("ĐẢNG BỘ THÀNH PHỐ LAI CHÂU", "ĐẢNG ỦY PHƯỜNG ĐÔNG PHONG", "", f"Tháng {month} năm 2020")
    given: Sheet = sheet("KN-1", [cell_row("KN-1", 1, "Chi bộ A", admitted=4.0, women=3.0)], title=title)
    given.rows[6][4] = "Mục tám"
    return workbook([given])


@pytest.fixture
def received(settings: Settings) -> Settings:
    """May, June and July 2020 loaded; the column of women is understood in none of them."""
    settings.landing.mkdir(parents=True)
    for month in (5, 6, 7):
        (settings.landing / f"{month}.xlsx").write_bytes(sent(month))
    load(settings)
    return settings


def women(settings: Settings) -> list[tuple[object, ...]]:
    with writing(settings) as connection:
        return connection.execute(
            "SELECT month(submissions.month), women FROM warehouse.raw.report_lines_kn1"
            " JOIN warehouse.raw.submissions AS submissions USING (submission_id) ORDER BY ALL"
        ).fetchall()


def said(field: str, header: str = "Trong đó / Mục tám", month: date = JUNE) -> LearntColumn:
    return LearntColumn("03408", "KN-1", header, field, month, "Lò Văn C")


def test_what_was_said_holds_from_its_month_on_and_the_files_are_read_again(received: Settings) -> None:
    assert women(received) == [(5, None), (6, None), (7, None)]
    report = learn_column(received, said("women"))
    assert women(received) == [(5, None), (6, 3), (7, 3)]
    assert len(report.submissions) == 2
    assert (report.month, list(report.changes)) == (JUNE, [("women", "–", "E")])


def test_the_commune_may_be_given_by_its_name_and_must_be_one(received: Settings) -> None:
    for wanted, wrong in (("Hà Nội", NoCommuneMeant), ("phong", SeveralCommunesMeant)):
        with pytest.raises(wrong):
            learn_column(received, replace(said("women"), commune_code=wanted))
    learn_column(received, replace(said("women"), commune_code="dong phong"))
    assert women(received) == [(5, None), (6, 3), (7, 3)]
    assert [each.commune_code for each in read_layouts(received.archive)] == ["03408"]


def test_files_that_come_later_are_read_the_same_way(received: Settings) -> None:
    learn_column(received, said("women"))
    (received.landing / "8.xlsx").write_bytes(sent(8))
    load(received)
    assert women(received)[-1] == (8, 3)


def test_a_column_that_belongs_to_no_field_is_not_asked_about_again(received: Settings) -> None:
    learn_column(received, said("none"))
    with writing(received) as connection:
        codes = connection.execute(
            "SELECT month(month), count(*) FROM warehouse.raw.problems"
            " JOIN warehouse.raw.submissions USING (submission_id)"
            " WHERE code = 'column_unknown' GROUP BY ALL"
        ).fetchall()
    assert codes == [(5, 1)]


def test_a_header_that_nobody_has_is_refused_with_those_there_are(received: Settings) -> None:
    with pytest.raises(NoSuchColumn, match="Trong đó / Mục tám"):
        learn_column(received, said("women", header="Anh em"))
    assert read_layouts(received.archive) == ()


def test_a_field_that_the_form_lacks_is_refused() -> None:
    with pytest.raises(UnknownField, match=r"KN-1: 'opening'; .*admitted"):
        said("opening")


def test_a_learnt_column_survives_the_round_trip(received: Settings) -> None:
    learn_column(received, said("women"))
    assert read_layouts(received.archive) == (said("women"),)


def test_changes_of_columns_are_listed_both_ways() -> None:
    assert list(column_changes({"women": "E", "militia": "U"}, {"women": "F"})) == [
        ("militia", "U", "–"),
        ("women", "E", "F"),
    ]
