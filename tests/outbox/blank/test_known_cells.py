"""What is known of a commune's cells before a month."""

from datetime import date

import duckdb
import pytest

from outbox.blank.known_cells import KnownCell, known_reports, term_targets, year_targets
from warehouse.connections import NothingPublished
from warehouse.settings import Settings
from warehouse.tables import create_tables

SEPTEMBER = date(2020, 9, 1)
#: What is known of the cell that was corrected and mostly stays as it is.
AGES = {"age_to_30": 9, "mean_age": 44.5, "head_is_member": False}


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A commune that reported July once and August twice, and one whose only file was refused."""
    settings.published.parent.mkdir(parents=True)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH '{settings.published}' AS warehouse")
        create_tables(connection)
        for name, key, month, version, status in (
            ("july", "dong phong", "2020-07-01", 1, "accepted"),
            ("august", "dong phong", "2020-08-01", 1, "accepted"),
            ("corrected", "dong phong", "2020-08-01", 2, "accepted"),
            ("september", "dong phong", "2020-09-01", 1, "accepted"),
            ("refused", "tan phong", "2020-08-01", None, "refused"),
        ):
            connection.execute(
                "INSERT INTO warehouse.raw.submissions (submission_id, kind, commune_key, month, version, status)"
                " VALUES (?, 'report', ?, ?, ?, ?)",
                [name, key, month, version, status],
            )
            if status == "accepted":
                connection.execute(
                    "INSERT INTO warehouse.quality.versions (submission_id, commune_key, month, version, is_published)"
                    " VALUES (?, ?, ?, ?, ?)",
                    [name, key, month, version, name != "august"],
                )
        for number, kind, section, name, ytd in (
            (1, "section", None, "Khối dân cư", 9),
            (2, "cell", 1, "Chi bộ Bản Một", 5),
            (3, "cell", 1, "Chi bộ Bản Một", 4),
            (4, "section", None, "Khối trường học", None),
            (5, "cell", 4, "Chi bộ Trường", None),
            (6, "total", None, "TỔNG CỘNG", 9),
        ):
            connection.execute(
                "INSERT INTO warehouse.raw.report_lines_kn1 (submission_id, line_number, kind, section_line, cell_name,"
                " cell_type, admitted_ytd) VALUES ('corrected', ?, ?, ?, ?, 'Bản', ?)",
                [number, kind, section, name, ytd],
            )
        # The other sheet has another order, another spelling, and a cell more.
        for number, kind, section, name, closing in (
            (1, "section", None, "Khối dân cư", 60),
            (2, "cell", 1, "CHI BỘ BẢN MỘT", 10),
            (3, "cell", 1, "Chi bộ Bản Hai", 20),
            (4, "cell", 1, "Chi bộ Bản Một", 30),
        ):
            connection.execute(
                "INSERT INTO warehouse.raw.report_lines_kn3 (submission_id, line_number, kind, section_line, cell_name,"
                " closing) VALUES ('corrected', ?, ?, ?, ?, ?)",
                [number, kind, section, name, closing],
            )
        connection.execute("CREATE SCHEMA warehouse.marts")
        # What counts is what was sent, and what a steward has corrected: of Bản Hai 21 members and not 20.
        for fact, form in (("fct_admissions", "kn1"), ("fct_candidates", "kn2"), ("fct_membership", "kn3")):
            connection.execute(
                f"CREATE TABLE warehouse.marts.{fact} AS FROM warehouse.raw.report_lines_{form} WHERE kind = 'cell'"
            )
        connection.execute(
            "UPDATE warehouse.marts.fct_membership SET closing = 21, age_to_30 = 9, mean_age = 44.5,"
            " head_is_member = false WHERE cell_name = 'Chi bộ Bản Hai'"
        )
        connection.execute(
            "CREATE TABLE warehouse.marts.fct_targets AS FROM (VALUES"
            " ('dong phong', 'year', 2020, 3, DATE '2020-01-01', DATE '2020-09-15'),"
            " ('dong phong', 'year', 2020, 4, DATE '2020-09-15', DATE '9999-12-31'),"
            " ('dong phong', 'year', 2021, 9, DATE '2020-01-01', DATE '9999-12-31'),"
            " ('dong phong', 'term', NULL, 20, DATE '2020-01-01', DATE '9999-12-31'))"
            " AS targets(commune_key, period_kind, year, target, effective_on, effective_until)"
        )
    return settings


def test_the_newest_published_version_before_the_month_counts(published: Settings) -> None:
    found = known_reports(published, SEPTEMBER, ["dong phong", "tan phong"])
    assert list(found) == ["dong phong"]
    assert (found["dong phong"].submission_id, found["dong phong"].month) == ("corrected", date(2020, 8, 1))
    assert known_reports(published, date(2020, 8, 1), ["dong phong"])["dong phong"].submission_id == "july"
    assert known_reports(published, date(2020, 7, 1), ["dong phong"]) == {}


def test_cells_are_matched_from_sheet_to_sheet_by_name_and_occurrence(published: Settings) -> None:
    assert known_reports(published, SEPTEMBER, ["dong phong"])["dong phong"].cells == (
        KnownCell("Chi bộ Bản Một", "Bản", "Khối dân cư", admitted_ytd=5, closing=10),
        KnownCell("Chi bộ Bản Một", "Bản", "Khối dân cư", admitted_ytd=4, closing=30),
        KnownCell("Chi bộ Bản Hai", None, "Khối dân cư", closing=21, stays=AGES),
        KnownCell("Chi bộ Trường", "Bản", "Khối trường học"),
    )


def test_the_target_in_force_at_the_end_of_the_month_counts(published: Settings) -> None:
    assert year_targets(published, date(2020, 8, 1)) == {"dong phong": 3}
    assert year_targets(published, SEPTEMBER) == {"dong phong": 4}


def test_the_targets_of_a_term_by_commune_and_year(published: Settings) -> None:
    with duckdb.connect(str(published.published)) as connection:
        connection.execute("ALTER TABLE marts.fct_targets ADD COLUMN term VARCHAR DEFAULT '2020-2025'")
    assert term_targets(published, SEPTEMBER, "2020-2025") == {
        ("dong phong", None): 20,
        ("dong phong", 2020): 4,
        ("dong phong", 2021): 9,
    }
    assert term_targets(published, SEPTEMBER, "2015-2020") == {}


def test_before_the_first_publishing_there_is_nothing_to_ask(settings: Settings) -> None:
    with pytest.raises(NothingPublished):
        known_reports(settings, SEPTEMBER, ["dong phong"])
