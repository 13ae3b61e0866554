"""Header wordings that are in no list, over all communes: what waits for a steward, the most blocking first."""

import json
import shlex
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

import steps
from answers.words import PublishedBefore
from cli import terminal_words
from cli.commands import app
from reference.texts import say
from steps.words import Word
from tests.cli.test_printed_commands import parse
from tests.ingest.sheets import with_headers
from tests.warehouse.published import copy, insert, publish
from warehouse.connections import NothingPublished, reading_published, writing
from warehouse.settings import Settings

MAY, JUNE = date(2020, 5, 1), date(2020, 6, 1)

Seen = Callable[..., None]


@pytest.fixture
def seen(settings: Settings) -> Seen:
    """Enters a column of a report of a commune's month; a report has as many as are entered."""
    publish(settings)

    def enter(
        header: str,
        commune: str = "a",
        month: date = MAY,
        *,
        field: str | None = None,
        likely: str | None = None,
        evidence: str = "why",
        form: str = "KN-1",
        has_figures: bool | None = True,
        is_newest: bool = True,
    ) -> None:
        report = f"{commune} {month} {is_newest}"
        with writing(settings) as connection:
            insert(
                connection,
                "raw.column_map",
                submission_id=report,
                form=form,
                field=field,
                column_letter="E",
                header=header,
                may_hold_figures=None if field else has_figures,
                likely_field=likely,
                evidence_vi=f"{evidence} (vi)" if likely else None,
                evidence_en=evidence if likely else None,
            )
            known = "SELECT count(*) FROM warehouse.quality.versions WHERE submission_id = ?"
            if connection.execute(known, [report]).fetchone() == (0,):
                insert(
                    connection,
                    "quality.versions",
                    submission_id=report,
                    commune_key=commune,
                    commune_code=commune,
                    month=month,
                    version=1,
                    is_newest=is_newest,
                )
        copy(settings)

    return enter


def words(settings: Settings, month: date | None = None) -> list[tuple[str, str]]:
    return [(word.wording.header, word.state) for word in steps.words(settings, month)]


def test_what_is_not_understood_comes_before_what_was_inferred_then_what_most_communes_write(
    settings: Settings, seen: Seen
) -> None:
    for commune in ("a", "b", "c"):
        seen("Chị em", commune, field="women", likely="women")
    for month in (MAY, JUNE, date(2020, 7, 1)):
        seen("Mục tám", "a", month)
    seen("Mục chín", "a")
    seen("Mục chín", "b")
    seen("Lời bàn", "c", has_figures=False)
    assert words(settings) == [
        ("Mục chín", "not_understood"),
        ("Mục tám", "not_understood"),
        ("Chị em", "inferred"),
        ("Lời bàn", "not_understood"),
    ]


def test_listed_and_confirmed_words_wait_for_nobody(settings: Settings, seen: Seen) -> None:
    seen("Nữ", field="women")
    seen("Mục tám", form="2-BTCTW")
    assert words(settings) == []
    seen("Nữ", "b")
    assert [word.wording.reports for word in steps.words(settings)] == [1]


def test_words_that_differ_by_their_month_are_one(settings: Settings, seen: Seen) -> None:
    seen("Mục tháng 5", "a", MAY)
    seen("MỤC THÁNG 6", "a", JUNE, field="women", likely="women")
    seen("Mục tháng 6", "b", JUNE)
    seen("Mục tháng 6", "b", JUNE, form="KN-2")
    kn1, kn2 = (word.wording for word in steps.words(settings))
    assert (kn1.header, kn1.reports, kn1.not_understood, kn1.communes) == ("Mục tháng 6", 3, 2, 2)
    assert terminal_words.state_of(steps.words(settings)[0], "en") == "not understood (2/3)"
    assert (kn1.first_month, kn1.last_month) == (MAY, JUNE)
    assert (kn2.form, kn2.reports) == ("KN-2", 1)


def test_only_the_newest_version_of_a_month_counts(settings: Settings, seen: Seen) -> None:
    seen("Mục tám", is_newest=False)
    seen("Mục chín")
    assert words(settings) == [("Mục chín", "not_understood")]


def test_one_month_may_be_asked_for(settings: Settings, seen: Seen) -> None:
    seen("Mục tám", month=MAY)
    seen("Mục chín", month=JUNE)
    assert words(settings, JUNE) == [("Mục chín", "not_understood")]


def test_what_it_may_be_is_told_with_its_newest_evidence_the_most_frequent_first(
    settings: Settings, seen: Seen
) -> None:
    seen("Mục tám", "a", MAY, likely="age_18_30", evidence="rare")
    seen("Mục tám", "c", MAY, likely="youth_union", evidence="rare, too")
    seen("Mục tám", "b", MAY, likely="women,ethnic_minority", evidence="old")
    seen("Mục tám", "b", JUNE, likely="women,ethnic_minority", evidence="new")
    (word,) = steps.words(settings)
    assert terminal_words.state_of(word, "en") == "not understood"
    assert (word.field, word.fields) == (None, ("women", "ethnic_minority", "age_18_30", "youth_union"))
    assert [likely.evidence_en for likely in word.wording.likely] == ["new", "rare", "rare, too"]


@pytest.mark.parametrize("header", ["Dự kiến tháng sau / Nữ", "Số buổi họp", "Trong đó / Điểm thi đua"])
def test_what_is_none_of_the_forms_comes_last_and_is_left_out_unless_asked_for(
    settings: Settings, seen: Seen, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    for commune in ("a", "b"):
        seen(header, commune)
    seen("Mục tám")
    assert [word.is_foreign for word in steps.words(settings)] == [False, True]
    told = typed(settings, monkeypatch, "words")
    assert "Mục tám" in told
    assert header not in told
    assert "1 header about something else" in told
    assert header in typed(settings, monkeypatch, "words", "--all")
    assert [
        json.loads(line)["is_foreign"] for line in typed(settings, monkeypatch, "words", "--json").splitlines()
    ] == [
        False,
        True,
    ]


def test_an_inferred_column_is_never_called_none_of_ours(settings: Settings, seen: Seen) -> None:
    seen("Kế hoạch kết nạp", field="year_target", likely="year_target")
    assert [word.is_foreign for word in steps.words(settings)] == [False]


def typed(settings: Settings, monkeypatch: pytest.MonkeyPatch, *words: str, **other: str) -> str:
    for name, value in (settings.as_environment() | other).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.exception or done.output
    return done.stdout


def test_programs_are_given_all_of_it(settings: Settings, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    seen("Mục tám", "a", MAY, likely="women")
    seen("Mục tám", "b", JUNE, field="women", likely="women")
    (line,) = typed(settings, monkeypatch, "words", "--json").splitlines()
    assert json.loads(line) == {
        "form": "KN-1",
        "wording": "Mục tám",
        "state": "not_understood",
        "workbooks": 2,
        "not_understood": 1,
        "communes": 2,
        "first_month": "2020-05",
        "last_month": "2020-06",
        "field": "women",
        "likely_fields": ["women"],
        "evidence_vi": "why (vi)",
        "evidence_en": "why",
        "may_hold_figures": True,
        "is_foreign": False,
    }


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("likely", ["women", "women,ethnic_minority", None])
def test_a_person_is_told_what_to_type_about_the_first(
    settings: Settings, seen: Seen, language: str, likely: str | None
) -> None:
    header = 'Mục "tám" $HOME'
    seen(header, likely=likely)
    found: list[Word] = steps.words(settings)
    command, *more = terminal_words.words_notes(found, 0, language)
    line = command[command.index("admissions map") :]
    field = "women" if likely == "women" else say("words_field", language)
    assert shlex.split(line)[2:] == ["all", "KN-1", header, field, "--from", "2020-05", "--by", "…"]
    parse(line.removeprefix("admissions "))
    assert bool(more) == (likely != "women")


def test_a_person_is_told_what_speaks_for_it_in_the_language_set(
    settings: Settings, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen("Mục tám", likely="women")
    assert "Admitted, of which women (women): why " in typed(settings, monkeypatch, "words")
    assert "why (vi)" in typed(settings, monkeypatch, "words", ADMISSIONS_LANGUAGE="vi")


def test_where_nothing_waits_it_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(settings)
    assert typed(settings, monkeypatch, "words").strip() == "No header waits to be explained."
    assert typed(settings, monkeypatch, "words", "--json") == ""


def test_before_there_is_anything_to_ask_it_is_said(settings: Settings) -> None:
    with pytest.raises(NothingPublished):
        steps.words(settings)
    publish(settings)
    with writing(settings) as connection:
        connection.execute("ALTER TABLE warehouse.raw.column_map DROP COLUMN evidence_vi")
    copy(settings)
    with pytest.raises(PublishedBefore):
        steps.words(settings)


@pytest.mark.pipeline
def test_a_new_wording_is_met_understood_confirmed_and_forgotten_about(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two communes write words of no list over the women, a third what nobody can understand: each is said once."""
    settings.landing.mkdir(parents=True)
    for name, content in {
        "a": with_headers({4: "Chị em phụ nữ"}, 5),
        "b": with_headers({4: "Chị em phụ nữ"}, 5, "TÂN PHONG"),
        "c": with_headers({4: "Mục tám"}, 5, "QUYẾT THẮNG"),
    }.items():
        (settings.landing / f"{name}.xlsx").write_bytes(content)

    def waiting() -> list[dict[str, Any]]:
        return [json.loads(line) for line in typed(settings, monkeypatch, "words", "--json").splitlines()]

    def women() -> list[tuple[int | None]]:
        with reading_published(settings) as connection:
            return connection.execute("SELECT DISTINCT women FROM warehouse.raw.report_lines_kn1").fetchall()

    typed(settings, monkeypatch, "run")
    assert [(word["wording"], word["state"], word["communes"], word["field"]) for word in waiting()] == [
        ("Trong đó / Mục tám", "not_understood", 1, None),
        ("Trong đó / Chị em phụ nữ", "inferred", 2, "women"),
    ]
    for header in ("Trong đó / Mục tám", "Trong đó / Chị em phụ nữ"):
        typed(settings, monkeypatch, "map", "all", "KN-1", header, "women", "--from", "2020-05")
    typed(settings, monkeypatch, "run")
    assert waiting() == []
    assert women() == [(3,)]
    assert steps.rebuild(settings, replace=False)["same"] is True
