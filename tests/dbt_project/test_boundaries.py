"""History on any day's boundaries: a small store of its own, with a commune that was divided and wards that merged.

Nậm Loỏng was divided between Sùng Phài, Đoàn Kết and Quyết Thắng in July 2020; in July 2025 the city became two wards
whose codes had been those of Đông Phong and Quyết Tiến.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from dbt_project.build import BuildFailed, build
from dbt_project.table_macros import table_macros
from reference.communes import REFORM, Commune, all_communes, communes_in_scope
from tests.dbt_project import office
from tests.warm.places import with_data_tests
from warehouse.connections import writing
from warehouse.settings import Settings
from warehouse.tables import create_tables

pytestmark = pytest.mark.pipeline

MAY_2020, JULY_2020, AUGUST_2020 = date(2020, 5, 1), date(2020, 7, 1), date(2020, 8, 1)
JUNE_2025, JULY_2025, AUGUST_2025 = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1)
NAM_LOONG, SUNG_PHAI, DOAN_KET, QUYET_THANG = "Xã Nậm Loỏng", "Xã Sùng Phài", "Phường Đoàn Kết", "Phường Quyết Thắng"
TAN_PHONG, DONG_PHONG, SAN_THANG = "Phường Tân Phong", "Phường Đông Phong", "Xã San Thàng"
QUYET_TIEN = "Phường Quyết Tiến"
#: A commune outside the city that was divided in July 2025 and of whose shares nobody knows.
CONG_VI = next(c for c in all_communes() if c.code == "00007")
CONG_VI_MAIN, CONG_VI_OTHER = (
    next(c for c in all_communes() if c.code == code and c.valid_from == REFORM) for code in ("00008", "00025")
)

#: (commune, month): the cells' (name, admitted, members at the beginning, at the end).
Lines = tuple[tuple[str, int | None, int, int], ...]
REPORTS: dict[tuple[str, date], Lines] = {
    (NAM_LOONG, MAY_2020): (
        ("Chi bộ Bản Một", 4, 10, 14),
        ("Chi bộ Bản Hai", 2, 10, 12),
        ("Chi bộ Bản Ba", 3, 10, 13),
        ("Chi bộ Bản Bốn", 5, 10, 15),
    ),
    (DOAN_KET, MAY_2020): (("Chi bộ Tổ dân phố số 1", 1, 20, 21),),
    (QUYET_THANG, MAY_2020): (("Chi bộ Tổ dân phố số 2", 1, 20, 21), ("Chi bộ TDP số 3", 0, 17, 17)),
    (SUNG_PHAI, JULY_2020): (("Chi bộ Bản Một", 1, 14, 15), ("Chi bộ Bản Sùng", 2, 10, 12)),
    (DOAN_KET, JULY_2020): (
        ("Chi bộ Tổ dân phố số 1", 1, 21, 22),
        ("Chi bộ Bản Hai", 3, 12, 15),
        ("Chi bộ Bản Ba", 2, 13, 15),
    ),
    (QUYET_THANG, JULY_2020): (
        ("Chi bộ Tổ dân phố số 2", 0, 21, 21),
        ("Chi bộ Tổ dân phố 3", 0, 17, 17),
        ("Chi bộ Bản Ba", 2, 13, 15),
    ),
    # Founded in August, when two cells were there: one from Nậm Loỏng, one from Sùng Phài as it was.
    (SUNG_PHAI, AUGUST_2020): (
        ("Chi bộ Bản Một", 0, 15, 15),
        ("Chi bộ Bản Sùng", 0, 12, 12),
        ("Chi bộ Bản Mới", 3, 0, 3),
    ),
    (TAN_PHONG, JUNE_2025): (("Chi bộ Tổ dân phố số 5", 1, 9, 10),),
    (DONG_PHONG, JUNE_2025): (("Chi bộ Tổ dân phố số 6", 2, 8, 10), ("Chi bộ Công an", 1, 9, 10)),
    (SAN_THANG, JUNE_2025): (("Chi bộ Bản Phan Lìn", 3, 7, 10),),
    (QUYET_TIEN, JUNE_2025): (("Chi bộ Ban Quản lý chợ", 0, 5, 5),),
    # The ward is called Tân Phong again, under the code that was Đông Phong's.
    (TAN_PHONG, JULY_2025): (
        ("Chi bộ Tổ dân phố số 5", 1, 10, 11),
        ("Chi bộ Tổ dân phố số 6", 2, 10, 12),
        ("Chi bộ Công an", 4, 10, 14),
        ("Chi bộ Bản Phan Lìn", 8, 10, 18),
        ("Chi bộ Bản Nùng", 16, 10, 26),
        ("Chi bộ Bản Giang", 1, 10, 11),
    ),
    (TAN_PHONG, AUGUST_2025): (("Chi bộ Tổ dân phố số 5", 0, 11, 11), ("Chi bộ Chợ Tân Phong", 6, 0, 6)),
    (DOAN_KET, JULY_2025): (
        ("Chi bộ Tổ dân phố số 1", 1, 22, 23),
        ("Chi bộ Bản Hai", 2, 15, 17),
        ("Chi bộ Bản Một", 4, 15, 19),
        ("Chi bộ Lản Nhì", 8, 10, 18),
    ),
    (CONG_VI.name, JUNE_2025): (
        ("Chi bộ Bản A", 1, 5, 6),
        ("Chi bộ Bản B", 2, 5, 7),
        ("Chi bộ Bản C", 3, 5, 8),
        ("Chi bộ Bản D", 7, 5, 12),
    ),
    (CONG_VI_MAIN.name, JULY_2025): (("Chi bộ Bản A", 0, 6, 6), ("Chi bộ Bản B", 0, 7, 7)),
    (CONG_VI_OTHER.name, JULY_2025): (("Chi bộ Bản C", 0, 8, 8),),
}

Rows = list[tuple[Any, ...]]
Ask = Callable[..., Rows]


def commune(name: str, month: date) -> Commune:
    """The commune of that name in that month."""
    ours = (*communes_in_scope("district:105"), CONG_VI, CONG_VI_MAIN, CONG_VI_OTHER)
    return next(commune for commune in ours if commune.name == name and commune.is_valid_in(month))


def write(settings: Settings, reports: dict[tuple[str, date], Lines]) -> None:
    with writing(settings) as connection:
        create_tables(connection)
        for (name, month), lines in reports.items():
            write_report(connection, commune(name, month), month, lines)


def write_report(connection: duckdb.DuckDBPyConnection, sender: Commune, month: date, lines: Lines) -> None:
    submission = f"{sender.name} {month}"
    connection.execute(
        "INSERT INTO warehouse.raw.submissions"
        " (submission_id, kind, file_name, received_at, status, commune_key, commune_code, month, version)"
        " VALUES (?, 'report', ?, ?, 'accepted', ?, ?, ?, 1)",
        [submission, submission, datetime(month.year, month.month, 28), sender.key, sender.code, month],
    )
    for number, (cell, admitted, opening, closing) in enumerate(lines, start=1):
        connection.execute(
            "INSERT INTO warehouse.raw.report_lines_kn1"
            " (submission_id, line_number, sheet, sheet_row, kind, cell_name, admitted, women)"
            " VALUES (?, ?, 'Kết nạp', ?, 'cell', ?, ?, 1)",
            [submission, number, number + 10, cell, admitted],
        )
        connection.execute(
            "INSERT INTO warehouse.raw.report_lines_kn3"
            " (submission_id, line_number, sheet, sheet_row, kind, cell_name, opening, closing)"
            " VALUES (?, ?, 'Đảng viên', ?, 'cell', ?, ?, ?)",
            [submission, number, number + 10, cell, opening, closing],
        )


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The built store, as the published file is asked: with the table macros, from the current database."""
    settings = office.settings_of(tmp_path_factory.mktemp("boundaries"))
    write(settings, REPORTS)
    build(settings)

    def asked(sql: str, *parameters: object) -> Rows:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{settings.store}' AS published (READ_ONLY)")
            connection.execute("CREATE SCHEMA marts")
            for table in ("mart_commune_month_restated",):
                connection.execute(f"CREATE VIEW marts.{table} AS FROM published.marts.{table}")
            for macro in table_macros():
                if "restated_on" in macro:
                    connection.execute(macro)
            return connection.execute(sql, list(parameters)).fetchall()

    return asked


def restated(ask: Ask, day: str, month: date) -> dict[str, tuple[Decimal | None, bool]]:
    """What the communes of the city admitted in the month, on the boundaries of the day: name -> (figure, estimate)."""
    rows = ask(
        "SELECT commune_name, admitted, is_estimate FROM marts.restated_on(?)"
        " WHERE month = ? AND commune_code BETWEEN '03380' AND '03420'",
        day,
        month,
    )
    found = {name: (admitted, is_estimate) for name, admitted, is_estimate in rows}
    assert len(found) == len(rows)
    return found


def test_a_divided_commune_s_months_follow_its_cells(ask: Ask) -> None:
    # Bản Một (4) went to Sùng Phài, Bản Hai (2) to Đoàn Kết; Bản Ba (3) is reported by both its neighbours: half each;
    # where Bản Bốn (5) went nobody knows: half, a quarter and a quarter, as the reference says.
    assert restated(ask, "2020-12-31", MAY_2020) == {
        SUNG_PHAI: (Decimal("6.5"), True),
        DOAN_KET: (1 + 2 + Decimal("1.5") + Decimal("1.25"), True),
        QUYET_THANG: (1 + Decimal("1.5") + Decimal("1.25"), True),
    }


def test_the_neighbours_months_give_back_what_came_from_the_divided_commune(ask: Ask) -> None:
    # Sùng Phài has not reported to us before: what it had besides Bản Một was its own. Quyết Thắng's Tổ dân phố 3 is
    # new under that name: until somebody decides what it was, it is divided, too.
    assert restated(ask, "2019-01-01", JULY_2020) == {
        NAM_LOONG: (1 + 3 + 2 + Decimal(2), True),
        SUNG_PHAI: (Decimal(2), False),
        DOAN_KET: (Decimal(1), False),
        QUYET_THANG: (Decimal(0), True),
    }


def test_a_cell_founded_later_is_divided_by_the_cells_of_the_predecessors(ask: Ask) -> None:
    assert restated(ask, "2019-01-01", AUGUST_2020) == {
        NAM_LOONG: (Decimal("1.5"), True),
        SUNG_PHAI: (Decimal("1.5"), True),
    }


def test_as_reported_on_the_boundaries_of_the_time(ask: Ask) -> None:
    assert restated(ask, "2020-06-30", MAY_2020) == {
        NAM_LOONG: (Decimal(14), False),
        DOAN_KET: (Decimal(1), False),
        QUYET_THANG: (Decimal(1), False),
    }


def test_merged_wards_have_a_history_that_is_a_sum(ask: Ask) -> None:
    # Nậm Loỏng's uncertain cells were divided between communes that are one ward now: nothing is estimated.
    assert restated(ask, "2025-12-31", MAY_2020) == {DOAN_KET: (Decimal(16), False)}
    assert restated(ask, "2025-12-31", JUNE_2025) == {
        TAN_PHONG: (Decimal(7), False),
        DOAN_KET: (Decimal(0), False),
    }


def test_a_reused_code_is_not_taken_for_its_former_bearer(ask: Ask) -> None:
    codes = ask(
        "SELECT commune_code, commune_name FROM marts.restated_on('2025-12-31') WHERE month = ?"
        " AND commune_code = '03408'",
        JUNE_2025,
    )
    assert codes == [("03408", TAN_PHONG)]
    before = restated(ask, "2025-06-30", JULY_2025)
    assert before[DONG_PHONG] == (Decimal(2 + 4), False)
    assert before[TAN_PHONG] == (Decimal(1), False)


def test_cells_of_communes_that_never_reported_go_back_to_them(ask: Ask) -> None:
    before = restated(ask, "2025-06-30", JULY_2025)
    # Two communes for 16 + 1: half each. One for Lản Nhì: its own, exactly.
    assert before["Xã Nùng Nàng"] == before["Xã Bản Giang"] == (Decimal("8.5"), True)
    assert before["Xã Lản Nhì Thàng"] == (Decimal(8), False)
    assert before[SAN_THANG] == (Decimal(8), False)
    assert before[SUNG_PHAI] == (Decimal(4), False)


def test_a_cell_is_followed_over_both_days_of_change(ask: Ask) -> None:
    before = restated(ask, "2020-06-30", JULY_2025)
    # Bản Hai (2) by way of Đoàn Kết, Bản Một (4) by way of Sùng Phài.
    assert before[NAM_LOONG] == (Decimal(6), False)
    assert before[DOAN_KET] == (Decimal(1), False)
    assert SUNG_PHAI not in before


def test_a_ward_s_later_foundations_are_divided_to_the_last_decimal(ask: Ask) -> None:
    # Cells: Tân Phong 1, Đông Phong 2, San Thàng 1, and the two of Nùng Nàng and Bản Giang, one each: 6 for 6 cells.
    assert restated(ask, "2025-06-30", AUGUST_2025) == {
        TAN_PHONG: (Decimal(1), True),
        DONG_PHONG: (Decimal(2), True),
        SAN_THANG: (Decimal(1), True),
        "Xã Nùng Nàng": (Decimal(1), True),
        "Xã Bản Giang": (Decimal(1), True),
    }


def test_without_shares_the_unknown_follow_the_known_cells(ask: Ask) -> None:
    rows = ask(
        "SELECT commune_key, admitted, is_estimate FROM marts.restated_on(?) WHERE month = ? AND commune_key IN (?, ?)",
        date(2025, 7, 1),
        JUNE_2025,
        CONG_VI_MAIN.key,
        CONG_VI_OTHER.key,
    )
    # Bản D's 7 in proportion two to one; 7 / 3 = 2.3333, and the main part has the rest.
    assert sorted(rows, key=lambda row: row[1]) == [
        (CONG_VI_OTHER.key, 3 + Decimal("2.3333"), True),
        (CONG_VI_MAIN.key, 1 + 2 + Decimal("4.6667"), True),
    ]


@pytest.mark.parametrize("measure", ["admitted", "women", "members"])
def test_sums_are_equal_under_every_boundaries(ask: Ask, measure: str) -> None:
    sums = ask(
        f"SELECT month, boundary_from, sum({measure}) FROM marts.mart_commune_month_restated"
        " GROUP BY month, boundary_from"
    )
    of_month: dict[date, set[Decimal]] = {}
    for month, _, figure in sums:
        of_month.setdefault(month, set()).add(figure)
    assert len(sums) == 3 * len(of_month) == 3 * len({month for _, month in REPORTS})
    assert all(len(figures) == 1 for figures in of_month.values())


@pytest.mark.parametrize("day", ["1900-01-01", date(1900, 1, 1), "2004-10-10", date(2030, 1, 1)])
def test_any_day_as_text_or_date(ask: Ask, day: object) -> None:
    assert ask("SELECT sum(admitted) FROM marts.restated_on(?)", day) == [
        (sum(admitted or 0 for lines in REPORTS.values() for _, admitted, _, _ in lines),)
    ]


def test_a_cell_in_two_communes_is_listed_for_both(ask: Ask) -> None:
    listed = ask(
        "SELECT submission_id, month, cell_match, other_commune_key"
        " FROM published.intermediate.int_cells_in_two_communes"
    )
    assert set(listed) == {
        (f"{DOAN_KET} 2020-07-01", JULY_2020, "chi bộ bản ba", commune(QUYET_THANG, JULY_2020).key),
        (f"{QUYET_THANG} 2020-07-01", JULY_2020, "chi bộ bản ba", commune(DOAN_KET, JULY_2020).key),
    }


def test_a_lineage_runs_through_all_communes_of_a_cell(ask: Ask) -> None:
    def lineages_of(cell: str) -> list[list[str]]:
        rows = ask(
            "SELECT list(communes.commune_name ORDER BY cells.valid_from)"
            " FROM published.marts.dim_cell AS cells"
            " JOIN published.marts.dim_commune AS communes USING (commune_key)"
            " WHERE cell_name = ? GROUP BY lineage_key",
            cell,
        )
        return sorted(communes for (communes,) in rows)

    assert lineages_of("Chi bộ Bản Hai") == [[NAM_LOONG, DOAN_KET, DOAN_KET]]
    # In two communes: neither is the one that continues it.
    assert lineages_of("Chi bộ Bản Ba") == sorted([[NAM_LOONG], [DOAN_KET], [QUYET_THANG]])


def test_what_is_known_of_a_cell_s_past_is_said(ask: Ask) -> None:
    origins = dict(
        ask(
            "SELECT cell_name, origin FROM published.marts.dim_cell WHERE commune_key = ?",
            commune(SUNG_PHAI, JULY_2020).key,
        )
    )
    assert origins == {
        "Chi bộ Bản Một": "predecessor_known",
        "Chi bộ Bản Sùng": "before_first_report",
        "Chi bộ Bản Mới": "began_later",
    }


def test_near_names_are_proposed_and_not_joined(ask: Ask) -> None:
    proposed = ask(
        "SELECT predecessor_cell_name, successor_cell_name, has_same_numbers, has_same_members, rank"
        " FROM published.marts.mart_cell_succession_proposals"
        " WHERE commune_key = ?",
        commune(QUYET_THANG, JULY_2020).key,
    )
    assert proposed == [("Chi bộ TDP số 3", "Chi bộ Tổ dân phố 3", True, True, 1)]


def test_a_circle_of_decisions_is_found_and_ends(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = office.settings_of(tmp_path)
    write(settings, {(DOAN_KET, MAY_2020): (("Chi bộ A", 1, 1, 1), ("Chi bộ B", 1, 1, 1))})
    build(settings, exclude="int_cell_successions+")
    with writing(settings) as connection:
        connection.executemany(
            "INSERT INTO warehouse.reference.cell_successions VALUES ('03389', ?, '03389', ?, ?, 'renamed', NULL)",
            [["Chi bộ A", "Chi bộ B", JULY_2020], ["Chi bộ B", "Chi bộ A", AUGUST_2020]],
        )
    with with_data_tests(), pytest.raises(BuildFailed, match="no_cell_is_its_own_ancestor"):
        build(settings, select="int_cell_successions+ bridge_cell_succession")
