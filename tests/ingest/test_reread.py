"""What a column is, said once: the files it touches are read again, those of one commune or of all, and no others."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.load import load
from ingest.monthly.learnt_columns import ALL, LearntColumn, read_layouts, remember
from ingest.rebuild import read_archive
from ingest.reread import NoSuchColumn, learn_column
from reference.naming import NoCommuneMeant, SeveralCommunesMeant
from tests.conftest import MakeSettings
from tests.ingest.sheets import with_headers
from tests.warehouse.test_run_lock import another_process
from warehouse.connections import writing
from warehouse.settings import Settings, load_settings
from warehouse.tables import stored_tables

ROOT = Path(__file__).parents[2]
MAY, JUNE = date(2020, 5, 1), date(2020, 6, 1)
#: The column of women, and headers over it: one of no meaning, and one that means the women, part by part.
WOMEN = 4
UNKNOWN, INFERRED = {WOMEN: "Mục tám"}, {WOMEN: "Chị em phụ nữ"}


def receive(settings: Settings, files: Mapping[str, bytes]) -> None:
    settings.landing.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (settings.landing / f"{name}.xlsx").write_bytes(content)
    load(settings)


#: May, June and July of one commune; the column of women is understood in none of them.
ONE = {f"a{month}": with_headers(UNKNOWN, month) for month in (5, 6, 7)}
#: Three communes: the same unknown words with each month beside them; inferred ones; and one whose words are listed.
SEVERAL = {
    "a5": with_headers({WOMEN: "Mục tám tháng 5"}, 5),
    "a6": with_headers({WOMEN: "Mục tám tháng 6"}, 6),
    "b7": with_headers({WOMEN: "Mục tám (tháng 7)"}, 7, "TÂN PHONG"),
    "b6": with_headers(INFERRED, 6, "TÂN PHONG"),
    "c6": with_headers({}, 6, "QUYẾT THẮNG"),
}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What was received, loaded once: a home for each."""
    found = {}
    for name, files in (("one", ONE), ("several", SEVERAL)):
        found[name] = tmp_path_factory.mktemp(name) / "var"
        values = {"ADMISSIONS_HOME": str(found[name]), "ADMISSIONS_TODAY": "2020-09-06"}
        receive(load_settings(values, found[name]), files)
    return found


@pytest.fixture
def one(homes: dict[str, Path], settings: Settings) -> Settings:
    shutil.copytree(homes["one"], settings.home)
    return settings


@pytest.fixture
def several(homes: dict[str, Path], settings: Settings) -> Settings:
    shutil.copytree(homes["several"], settings.home)
    return settings


def ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with writing(settings) as connection:
        return connection.execute(sql).fetchall()


def women(settings: Settings) -> list[tuple[Any, ...]]:
    return ask(
        settings,
        "SELECT commune_code, month(submissions.month), women FROM warehouse.raw.report_lines_kn1"
        " JOIN warehouse.raw.submissions AS submissions USING (submission_id) ORDER BY ALL",
    )


def everything(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of what was received."""
    return {
        table: ask(settings, f"FROM warehouse.{table} ORDER BY ALL")
        for table in stored_tables()
        if table.startswith("raw.")
    }


def said(field: str, header: str = "Trong đó / Mục tám", month: date = JUNE, commune: str = "03408") -> LearntColumn:
    return LearntColumn(commune, "KN-1", header, field, month, "Lò Văn C")


def of_all(field: str, header: str = "Trong đó / Mục tám tháng 6", month: date = MAY) -> LearntColumn:
    return said(field, header, month, ALL)


def test_what_was_said_holds_from_its_month_on_and_the_files_are_read_again(one: Settings) -> None:
    assert [figure for *_, figure in women(one)] == [None, None, None]
    report = learn_column(one, said("women"))
    assert [figure for *_, figure in women(one)] == [None, 3, 3]
    assert [each.month for each in report.reports] == [JUNE, date(2020, 7, 1)]
    assert (report.not_as_said, list(report.changes)) == (0, [("women", "–", "E")])


def test_the_commune_may_be_given_by_its_name_and_must_be_one(one: Settings) -> None:
    for wanted, wrong in (("Hà Nội", NoCommuneMeant), ("phong", SeveralCommunesMeant)):
        with pytest.raises(wrong):
            learn_column(one, replace(said("women"), commune_code=wanted))
    learn_column(one, replace(said("women"), commune_code="dong phong"))
    assert [each.commune_code for each in read_layouts(one.archive)] == ["03408"]


def test_files_that_come_later_are_read_the_same_way(one: Settings) -> None:
    learn_column(one, said("women"))
    receive(one, {"a8": with_headers(UNKNOWN, 8)})
    assert women(one)[-1] == ("03408", 8, 3)


def test_a_column_that_belongs_to_no_field_is_not_asked_about_again(one: Settings) -> None:
    learn_column(one, said("none"))
    assert ask(
        one,
        "SELECT month(month), count(*) FROM warehouse.raw.problems"
        " JOIN warehouse.raw.submissions USING (submission_id) WHERE code = 'column_unknown' GROUP BY ALL",
    ) == [(5, 1)]


def test_a_header_that_nobody_has_is_refused_with_those_there_are(several: Settings) -> None:
    with pytest.raises(NoSuchColumn) as refused:
        learn_column(several, of_all("women", header="Anh em"))
    assert "Trong đó / Mục tám" in str(refused.value)
    assert "Trong đó / Chị em phụ nữ" in str(refused.value)
    assert "Tổng số" not in str(refused.value)
    assert read_layouts(several.archive) == ()


def test_a_learnt_column_survives_the_round_trip(one: Settings) -> None:
    learn_column(one, said("women"))
    assert read_layouts(one.archive) == (said("women"),)


def test_what_was_said_may_be_taken_back(one: Settings) -> None:
    for field, read in (("women", 3), ("none", None), ("women", 3)):
        learn_column(one, said(field))
        assert women(one)[1:] == [("03408", 6, read), ("03408", 7, read)]
    learn_column(one, of_all("none", header="Trong đó / Mục tám"))
    assert women(one)[0] == ("03408", 5, None)
    # What was said of the commune itself goes before.
    assert women(one)[1] == ("03408", 6, 3)


def test_a_word_for_all_holds_for_every_commune_whatever_month_stands_beside_it(several: Settings) -> None:
    report = learn_column(several, of_all("women"))
    assert [figure for *_, figure in women(several)] == [3, 3, 3, 3, 3]
    assert (len(report.reports), report.communes, report.is_of_all, report.not_as_said) == (3, 2, True, 0)


def test_a_word_about_one_commune_is_none_about_another(several: Settings) -> None:
    report = learn_column(several, said("women", header="Trong đó / Mục tám tháng 6", month=MAY))
    assert {each.commune_code for each in report.reports} == {"03408"}
    assert len(report.reports) == 2
    assert {figure for code, month, figure in women(several) if (code, month) == ("03387", 7)} == {None}


def test_nothing_else_is_changed_by_a_word(several: Settings) -> None:
    before = everything(several)
    touched = {each.submission_id for each in learn_column(several, of_all("women")).reports}
    after = everything(several)

    def other(rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
        return {table: [row for row in found if not touched & set(row)] for table, found in rows.items()}

    assert other(after) == other(before)
    assert {table for table, rows in other(after).items() if rows} >= {"raw.column_map", "raw.report_lines_kn1"}
    differing = {table for table in before if before[table] != after[table]}
    assert differing == {"raw.column_map", "raw.problems", "raw.report_lines_kn1"}
    at = list(stored_tables()["raw.report_lines_kn1"]).index("women")
    for was, now in zip(before["raw.report_lines_kn1"], after["raw.report_lines_kn1"], strict=True):
        assert was[:at] + was[at + 1 :] == now[:at] + now[at + 1 :]
    gone = set(before["raw.problems"]) - set(after["raw.problems"])
    assert {row[1] for row in gone} == {"column_unknown", "column_missing"}
    assert set(after["raw.problems"]) < set(before["raw.problems"])


def test_a_confirmed_wording_is_a_word_like_any_other(several: Settings) -> None:
    inferred = (
        "SELECT count(*) FROM warehouse.raw.problems WHERE code = 'column_inferred'"
        " UNION ALL SELECT count(evidence_vi) FROM warehouse.raw.column_map WHERE field = 'women'"
    )
    assert ask(several, inferred) == [(1,), (1,)]
    learn_column(several, of_all("women", header="Trong đó / Chị em phụ nữ"))
    assert ask(several, inferred) == [(0,), (0,)]
    assert {figure for code, _, figure in women(several) if code != "03408"} == {3, None}


def test_a_rebuild_reads_as_was_said(several: Settings, make_settings: MakeSettings, tmp_path: Path) -> None:
    learn_column(several, of_all("women"))
    learn_column(several, of_all("none", header="Trong đó / Chị em phụ nữ"))
    learn_column(several, said("none", header="Trong đó / Mục tám tháng 6"))
    fresh = make_settings(HOME=str(tmp_path / "again"), ARCHIVE=str(several.archive))
    assert read_archive(fresh) == 5
    assert everything(fresh) == everything(several)


def test_a_word_that_was_kept_before_the_files_were_read_goes_on_when_it_is_said_again(several: Settings) -> None:
    remember(several.archive, of_all("women"))
    assert len(learn_column(several, of_all("women")).reports) == 3
    assert all(figure == 3 for *_, figure in women(several))


def test_of_a_file_that_cannot_be_read_just_now_the_old_reading_stays(one: Settings) -> None:
    before = everything(one)
    # Not enough for a process to begin with.
    report = learn_column(replace(one, read_memory_mb=16), said("women"))
    assert everything(one) == before
    assert (len(report.reports), report.not_as_said) == (2, 2)
    assert learn_column(one, said("women")).not_as_said == 0


def test_many_files_are_read_by_several_at_a_time_and_progress_is_told(several: Settings) -> None:
    told: list[tuple[int, int]] = []
    learn_column(replace(several, workers=2), of_all("women"), lambda done, total: told.append((done, total)))
    assert told == [(3, 3)]
    assert all(figure == 3 for *_, figure in women(several))


def test_while_another_process_writes_nothing_is_kept_and_it_is_said(several: Settings) -> None:
    command = ["map", "all", "KN-1", "Trong đó / Mục tám tháng 6", "women", "--from", "2020-05"]

    def typed() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", *command],
            env=os.environ | several.as_environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    with another_process(several):
        refused = typed()
    assert refused.returncode == 1
    assert "Another run is writing to the store" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert read_layouts(several.archive) == ()
    done = typed()
    assert done.returncode == 0
    assert "3 files of 2 communes (May 2020 to July 2020) were read again" in done.stdout
    assert [each.commune_code for each in read_layouts(several.archive)] == [ALL]
