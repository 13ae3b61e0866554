"""Every command that is printed, in a sentence or a guide, works as it is printed."""

import re
import shlex
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer._click.exceptions import UsageError

from cli import commands, terminal
from cli.terminal_queue import case_lines
from reference import usage
from reference.texts import texts_of
from tests.cli.test_terminal_queue import CASE
from tests.reference.test_one_word_for_one_thing import CATALOGUES, texts_in
from warehouse.settings import load_settings

ROOT = Path(__file__).parents[2]
GROUP = usage.in_words(commands.app, "en")
NAMES = "|".join(sorted(GROUP.commands, key=len, reverse=True))
GUIDES = ("README.md", "README.vi.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
#: A command between the marks that a sentence or a guide puts around it.
QUOTED = re.compile(rf"(?:“|`)(?P<path>[\w./-]*/)?admissions (?P<command>(?:{NAMES})\b[^”`]*)(?:”|`)")
BARE = re.compile(rf"(?<![“`/\w.-])admissions (?:{NAMES})(?![\w-])")
#: The program, and not the account or the folder of that name.
PROGRAM = re.compile(rf"(?<![\w.-])admissions (?:{NAMES})(?![\w-])")
#: What is filled into a sentence and needs no quotation marks: codes, months, numbers.
PLAIN = {"case", "case_id", "code", "commune_code", "failure", "form", "month", "number", "version"}
#: Their value is not one word, or may hold a space.
FIELD = re.compile(r"\{(\w+)\}")


def parse(command: str) -> None:
    """Read `command` as the command line would; raises UsageError where it would be refused."""
    words = shlex.split(command)
    # `admissions map …` leaves the rest to the reader.
    if words[-1] == "…" and len(words) == 2:
        assert words[0] in GROUP.commands
        return
    with typer.Context(GROUP, info_name="admissions") as above:
        name, found, rest = GROUP.resolve_command(above, words)
        assert found is not None
        context = found.make_context(name, rest, parent=above)
    if name == "decide":
        decision = context.params["failures"][-1]
        assert decision in ("accept", "correct", "return", "reopen"), command
        assert len(context.params["failures"]) > 1 or context.params["rule"], command
        if "…" not in words:
            assert context.params["by"], command
            assert context.params["reason"], command


def in_sentences() -> Iterator[tuple[str, str]]:
    for name in CATALOGUES:
        if name.endswith(".csv") and name != "dbt_project/dictionary_vi.csv" and "official_reasons" not in name:
            for key, texts in texts_of(ROOT / name).items() if name != "ingest/problems.csv" else ():
                yield from ((f"{name}: {key}", text) for text in texts.values())
        yield from ((f"{name}: {key}", text) for key, text in texts_in(name))


def test_there_are_commands_to_look_at() -> None:
    assert sum(len(QUOTED.findall(text)) for _, text in in_sentences()) > 20


@pytest.mark.parametrize(("place", "text"), [each for each in in_sentences() if "admissions " in each[1]])
def test_a_command_in_a_sentence_works_and_stands_between_marks(place: str, text: str) -> None:
    assert not BARE.search(text), f"{place}: put the command between “ and ”: {text}"
    for found in QUOTED.finditer(text):
        command = found["command"]
        outside = re.sub(r'"[^"]*"', "", command)
        assert set(FIELD.findall(outside)) <= PLAIN, f"{place}: what may hold a space needs quotation marks: {command}"
        try:
            parse(FIELD.sub("1", command))
        except UsageError as wrong:
            pytest.fail(f"{place}: {command}: {wrong.format_message()}")


def in_guides() -> Iterator[tuple[str, str]]:
    for name in GUIDES:
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        for line in "".join(blocks).splitlines():
            typed, _, _ = line.partition(" #")
            # In a container it has no folder, and another user types the same.
            typed = re.sub(r"^docker compose exec [\w-]+ (?=admissions )", ".venv/bin/", typed)
            typed = typed.removeprefix("runuser -u admissions -- ")
            if PROGRAM.search(typed):
                yield name, typed
        for found in QUOTED.finditer(re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)):
            yield name, found["command"]


@pytest.mark.parametrize(("name", "line"), list(in_guides()))
def test_a_command_in_a_guide_works_as_it_stands_there(name: str, line: str) -> None:
    # A setting may stand before a command, for it alone.
    line = re.sub(r"^(?:ADMISSIONS_[A-Z]+=\S+ )+", "", line)
    if not re.match(NAMES, line):
        # To be copied: from the checkout, without anything activated.
        assert line.startswith(".venv/bin/admissions "), f"{name}: {line}"
        line = " ".join(shlex.quote(word) for word in shlex.split(line, comments=True)[1:])
    # One word is the command's name.
    if line not in GROUP.commands:
        parse(line)


def test_the_lines_that_settle_a_case_work() -> None:
    console = Console(width=200, record=True, file=None, quiet=False)
    with console.capture() as shown:
        console.print(case_lines(CASE, "en"))
    lines = [line.strip() for line in shown.get().splitlines() if re.match(rf"\s+\S*admissions ({NAMES}) ", line)]
    assert len(lines) >= 3
    for line in lines:
        parse(" ".join(shlex.quote(word) for word in shlex.split(line)[1:]))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("month", "case"), [(date(2020, 8, 1), "03389-2020-08"), (None, None)])
def test_what_is_suggested_next_works_and_asks_a_question(
    language: str, month: date | None, case: str | None, tmp_path: Path
) -> None:
    settings = load_settings({"ADMISSIONS_LANGUAGE": language}, tmp_path)
    said = terminal.next_commands(month, case, settings)
    lines = [line.strip() for line in said.splitlines() if re.match(r"  \S", line)]
    assert len(lines) == 4
    assert lines[-1].endswith("admissions portal")
    for line in lines:
        parse(" ".join(shlex.quote(word) for word in shlex.split(line)[1:]))
    (query,) = (shlex.split(line)[2] for line in lines if " query " in line)
    assert "ORDER BY" in query
    assert query.startswith("SELECT ")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_query_of_the_help_is_one(language: str) -> None:
    assert "FROM marts.mart_term_review WHERE" in texts_of(usage.CATALOGUE)["query.sql"][language]


@pytest.fixture
def a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in a folder whose name has spaces, with its console script."""
    script = tmp_path / "kho dữ liệu" / ".venv" / "bin" / "admissions"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(script), "overview"])
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path / "kho dữ liệu"


def test_a_command_is_printed_with_the_path_that_it_needs(a_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Run “admissions run”, then admissions status; admissions of women are in admissions.duckdb"
    monkeypatch.chdir(a_checkout)
    assert usage.as_typed(text).startswith(
        "Run “.venv/bin/admissions run”, then .venv/bin/admissions status; admissions of women"
    )
    assert usage.as_typed(usage.as_typed(text)) == usage.as_typed(text)
    monkeypatch.chdir(a_checkout.parent)
    assert usage.as_typed("“admissions run”") == "“'kho dữ liệu/.venv/bin/admissions' run”"
    monkeypatch.setenv("PATH", str(a_checkout / ".venv" / "bin"))
    assert usage.as_typed("“admissions run”") == "“admissions run”"


def test_what_is_printed_on_a_terminal_has_it_too(
    a_checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(a_checkout)
    terminal.Screen(stderr=True, soft_wrap=True).print("Run “admissions run” first.", markup=False)
    assert capsys.readouterr().err == "Run “.venv/bin/admissions run” first.\n"
