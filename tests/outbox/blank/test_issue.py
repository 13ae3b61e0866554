"""Which workbooks are issued, under which names, and what a person is told."""

from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

import steps
from cli.commands import app
from outbox.blank.issue import NoSuchCommune, file_name, issue
from reference.communes import all_communes
from tests.conftest import MakeSettings
from tests.outbox.blank.commune import SEPTEMBER, dong_phong
from warehouse.settings import Settings


def test_each_commune_that_owes_a_report_in_the_month_gets_one(settings: Settings) -> None:
    before = {blank.commune_name for blank in issue(settings, date(2020, 6, 1))}
    after = {blank.commune_name for blank in issue(settings, date(2020, 7, 1))}
    assert before - after == {"Xã Nậm Loỏng"}
    assert after - before == {"Xã Sùng Phài"}
    assert {blank.commune_name for blank in issue(settings, date(2025, 7, 1))} == {
        "Phường Tân Phong",
        "Phường Đoàn Kết",
    }


def test_they_lie_in_the_outbox_under_names_without_accents(settings: Settings) -> None:
    (blank,) = issue(settings, SEPTEMBER, "03408")
    assert blank.path == settings.outbox / "templates" / "2020-09" / "KN_DongPhong_03408_2020-09.xlsx"
    assert [path.name for path in blank.path.parent.iterdir()] == [blank.path.name]


def test_before_anything_is_published_every_row_is_empty(settings: Settings) -> None:
    assert not settings.published.exists()
    (blank,) = issue(settings, SEPTEMBER, "03408")
    assert (blank.cells, blank.known_from, blank.goes_on) == (0, None, False)


@pytest.mark.parametrize("wanted", ["03408", "Phường Đông Phong", "đông phong", " Đông Phong "])
def test_a_commune_is_known_by_code_or_name(settings: Settings, wanted: str) -> None:
    assert [blank.commune_name for blank in issue(settings, SEPTEMBER, wanted)] == ["Phường Đông Phong"]


@pytest.mark.parametrize("wanted", ["99999", "Hà Nội", "", "03406"])
def test_who_owes_no_report_in_the_month_is_not_known(settings: Settings, wanted: str) -> None:
    with pytest.raises(NoSuchCommune):
        issue(settings, SEPTEMBER, wanted)
    assert not settings.outbox.exists()


def test_a_scope_without_communes_in_the_month_is_said(make_settings: MakeSettings) -> None:
    with pytest.raises(NoSuchCommune):
        issue(make_settings(SCOPE="commune:03408"), date(1899, 1, 1))


def test_no_two_communes_share_a_file_name() -> None:
    month = date(2020, 9, 1)
    names = [file_name(commune, month) for commune in all_communes() if commune.is_valid_in(month)]
    assert len(set(names)) >= len(names) - 1  # 03406 is, by assumption, another commune's code, too
    assert all(name.isascii() for name in names)
    assert file_name(replace(dong_phong(), name="Xã 3"), month) == "KN_3_03408_2020-09.xlsx"


def test_the_command_says_what_it_could_not_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["templates", "2020-09", "--commune", "03408"])
    assert (done.exit_code, "1 blank workbook" in done.stdout) == (0, True)
    assert "CT-1" not in done.stdout
    everybody = CliRunner().invoke(app, ["templates", "2020-09"])
    assert "CT-1_LaiChau_2020-2025.xlsx: not all targets of the term 2020-2025 are on file" in everybody.stdout
    assert (settings.outbox / "templates" / "2020-09" / "CT-1_LaiChau_2020-2025.xlsx").exists()
    unknown = CliRunner().invoke(app, ["templates", "2020-09", "--commune", "Hà Nội"])
    assert isinstance(unknown.exception, NoSuchCommune)
    assert "Hà Nội" in str(steps.sentence_for(unknown.exception, "en"))
    assert CliRunner().invoke(app, ["templates", "2020-13"]).exit_code == 2
