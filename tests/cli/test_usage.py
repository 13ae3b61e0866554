"""Help, usage and errors of the command line are in the reader's language, and come from one catalogue."""

import re
import sys
import unicodedata
from pathlib import Path

import pytest
from typer.main import get_command

import steps
from answers import reports
from cli import commands
from reference import usage
from reference.texts import texts_of
from warehouse.connections import QueryFailed
from warehouse.settings import BadSetting, language_in_force, load_settings

COMMANDS = sorted(get_command(commands.app).commands)  # type: ignore[attr-defined]
#: Words of typer's own that nobody may meet in Vietnamese.
ENGLISH = re.compile(
    r"Usage|Options|Arguments|Commands|OPTIONS|COMMAND|required|default|Show this|Missing|No such|Got|Try|For help"
)


def test_every_command_argument_and_option_has_its_help_in_the_catalogue() -> None:
    """Add what is named here to reference/commands.csv, in both languages."""
    assert usage.lacking(usage.in_words(commands.app, "en")) == []


def test_the_catalogue_holds_nothing_that_no_command_has() -> None:
    group = usage.in_words(commands.app, "en")
    known = {name for command in group.commands.values() for name in (param.name for param in command.params)}
    for key in texts_of(usage.CATALOGUE):
        command, dot, param = key.partition(".")
        if dot and command in group.commands:
            assert param in {each.name for each in group.commands[command].params}, key
        elif dot and command != "frame":
            assert command in ("*", "name"), key
            assert param in known, key
        elif not dot:
            assert command in {"admissions", *group.commands}, key


def test_both_languages_of_the_catalogue_are_whole() -> None:
    for key, texts in texts_of(usage.CATALOGUE).items():
        assert texts["vi"].strip(), key
        assert texts["en"].strip(), key
        assert unicodedata.is_normalized("NFC", texts["vi"]), key
        if key.startswith(("name.", "*")):
            continue
        assert set(re.findall(r"\{\w*\}", texts["vi"])) == set(re.findall(r"\{\w*\}", texts["en"])), key
        assert set(re.findall(r"--[a-z-]+", texts["vi"])) == set(re.findall(r"--[a-z-]+", texts["en"])), key


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_in_the_language_that_is_set(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert usage.in_words(commands.app, "vi")([command, "--help"], standalone_mode=False) == 0
    vietnamese = capsys.readouterr().out
    assert "Hiện phần trợ giúp này." in vietnamese
    assert not ENGLISH.search(vietnamese)
    usage.in_words(commands.app, "en")([command, "--help"], standalone_mode=False)
    assert "Show this message and exit." in capsys.readouterr().out


WRONG = [
    (["nothing"], "Không có lệnh “nothing”.", "There is no command “nothing”."),
    (["statu"], "Không có lệnh “statu”; có thể là status.", "There is no command “statu”; it may be status."),
    (["status", "--x"], "Không có tùy chọn --x.", "There is no option --x."),
    (
        ["status", "--mont", "2020-05"],
        "Không có tùy chọn --mont; có thể là --month.",
        "There is no option --mont; it may be --month.",
    ),
    (["status", "--month"], "Sau --month phải có giá trị.", "--month needs a value after it."),
    (["failures", "--all=3"], "--all không có giá trị đi kèm.", "--all takes no value."),
    (["changes", "03408"], "Thiếu THÁNG.", "MONTH is missing."),
    (["map", "03408", "KN-1", "Nữ", "women"], "Thiếu --from.", "--from is missing."),
    (["changes", "Đông", "Phong", "2020-05"], "Thừa: 2020-05.", "More than the command takes: 2020-05."),
    (["decide", "a", "correct", "--value", "x"], "--value: “x” không phải là số.", "--value: “x” is no number."),
    (
        ["decide", "a", "correct", "--proposal", "1.5"],
        "--proposal: “1.5” không phải là số nguyên.",
        "--proposal: “1.5” is no whole number.",
    ),
    (["as-known-on", "2020"], "NGÀY: “2020” không phải là ngày", "DAY: “2020” is no day"),
    (["status", "--month", "2020-13"], "Tháng “2020-13” không đúng", "“2020-13” is no month"),
    (["failures", "--state", "shut"], "Không có trạng thái “shut”", "There is no state “shut”"),
    (["official", "2024-H3"], "Kỳ “2024-H3” không đúng", "“2024-H3” is no period"),
    (["official", "2024", "--form", "KN-9"], "Không có biểu thống kê “KN-9”", "There is no official form “KN-9”"),
    (["map", "03408", "KN-9", "Nữ", "women", "--from", "2020-05"], "Không có biểu “KN-9”", "There is no form “KN-9”"),
    (["map", "03408", "KN-1", "Nữ", "women", "--from", "5/2020"], "Tháng “5/2020” không đúng", "“5/2020” is no month"),
]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("arguments", "vietnamese", "english"), WRONG)
def test_wrong_usage_is_said_in_the_language_that_is_set_and_ends_with_status_2(
    arguments: list[str],
    vietnamese: str,
    english: str,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ADMISSIONS_LANGUAGE", language)
    monkeypatch.setattr("sys.argv", ["admissions", *arguments])
    with pytest.raises(SystemExit) as ended:
        commands.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert (vietnamese if language == "vi" else english) in said
    assert language == "en" or not ENGLISH.search(said)


def test_help_that_nobody_asked_for_is_in_the_language_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ADMISSIONS_LANGUAGE", "vi")
    monkeypatch.setattr("sys.argv", ["admissions"])
    # A program that was started as `python -m …` is called so; the console script is not.
    monkeypatch.setattr(sys.modules["__main__"], "__package__", None)
    with pytest.raises(SystemExit):
        commands.main()
    told = capsys.readouterr()
    assert told.err == ""
    assert "Cách dùng: admissions [TÙY CHỌN] LỆNH …" in told.out
    assert not ENGLISH.search(told.out)


@pytest.mark.parametrize(
    ("setting", "value", "vietnamese"),
    [
        ("DUE_DAY", "31", "ADMISSIONS_DUE_DAY='31': cần số nguyên từ 1 đến 28"),
        ("TODAY", "31/12/2020", "ADMISSIONS_TODAY='31/12/2020': cần một ngày"),
        ("ARRIVAL", "soon", "ADMISSIONS_ARRIVAL='soon': cần một trong: auto, modified, today"),
    ],
)
def test_a_wrong_setting_is_told_in_the_language_that_is_set(setting: str, value: str, vietnamese: str) -> None:
    environment = {f"ADMISSIONS_{setting}": value, "ADMISSIONS_LANGUAGE": "vi"}
    with pytest.raises(BadSetting) as wrong:
        load_settings(environment)
    assert vietnamese in wrong.value.sentence(language_in_force(environment))


def test_the_language_is_known_when_it_is_set_to_one_that_nobody_speaks_here() -> None:
    assert language_in_force({"ADMISSIONS_LANGUAGE": "fr", "LANG": "vi_VN.UTF-8"}) == "vi"


def test_a_relation_that_cannot_be_traced_is_told_in_the_language_with_those_that_can(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refusal = " is none of the relations that can be traced: "
    macro = (Path(commands.__file__).parents[1] / "dbt_project" / "table_macros" / "trace.sql").read_text(
        encoding="utf-8"
    )
    assert refusal in macro

    def refuse(*_: object, **__: object) -> str:
        raise QueryFailed(f"Invalid Input Error: trace: nope{refusal}mart_term_review, mart_planning")

    monkeypatch.setattr(reports, "ask", refuse)
    with pytest.raises(reports.NotTraced) as wrong:
        reports.traced(load_settings({}, tmp_path), "nope", "x", None, 80)
    sentence = steps.sentence_for(wrong.value, "vi")
    assert sentence is not None
    assert sentence.startswith("Không truy được về ô của bảng tính từ bảng nope: mart_term_review, mart_planning.")


def test_what_the_store_says_of_another_slip_in_a_trace_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise QueryFailed("Conversion Error: x")

    monkeypatch.setattr(reports, "ask", refuse)
    with pytest.raises(QueryFailed, match="Conversion Error"):
        reports.traced(load_settings({}, tmp_path), "mart_term_review", "x", None, 80)
