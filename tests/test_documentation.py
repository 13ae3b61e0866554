"""What the guides name exists, and what exists is named in its guide."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from cli.commands import app
from deploy.answers import NoAnswer, with_answers
from warehouse.settings import load_settings

ROOT = Path(__file__).parents[1]
SETTINGS = sorted(load_settings({}, ROOT / "tests").as_environment())
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_there_are_settings_and_commands_to_look_for() -> None:
    assert len(SETTINGS) >= 8
    assert {"inspect", "load", "build", "check", "publish", "run", "status", "failures", "doctor"} <= set(COMMANDS)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_operator_s_guide(name: str) -> None:
    assert f"`{name}`" in text_of("docs/operator.md")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    assert get_command(app).commands[name].help  # type: ignore[attr-defined]


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_every_link_of_the_readme_leads_somewhere(readme: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text_of(readme)) if "://" not in link]
    assert len(links) > 5
    for link in links:
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_every_make_target_of_the_readme_exists(readme: str) -> None:
    targets = set(re.findall(r"make ([a-z]+)", text_of(readme)))
    assert {"demo", "test", "up"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", text_of("Makefile"), re.MULTILINE), target


def test_both_readmes_have_the_same_parts() -> None:
    english, vietnamese = text_of("README.md"), text_of("README.vi.md")
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", vietnamese, re.MULTILINE))
    assert re.findall(r"```sql\n.*?```\s+```text\n.*?```", english, re.DOTALL) == re.findall(
        r"```sql\n.*?```\s+```text\n.*?```", vietnamese, re.DOTALL
    )


@pytest.mark.parametrize("page", ["README.md", "README.vi.md", "docs/queries.md"])
def test_no_worked_query_has_an_empty_answer(page: str) -> None:
    answers = re.findall(r"```sql\n(.*?)```\n\n```text\n(.*?)```", text_of(page), re.DOTALL)
    assert len(answers) >= 4
    for query, answer in answers:
        assert answer.strip(), query


def test_an_answer_that_is_empty_is_not_written_into_the_page() -> None:
    with pytest.raises(NoAnswer, match="FROM nothing"):
        with_answers("```sql\nFROM nothing\n```\n\n```text\n1\n```\n", lambda _: [])


def test_the_picture_is_the_same_in_both_languages_and_each_readme_has_its_own() -> None:
    text = re.compile(r'(?<=>)[^<>\n]+(?=</text>)|(?<=aria-label=")[^"]+')
    english, vietnamese = (text_of(f"docs/pictures/way-of-the-data{end}") for end in (".svg", ".vi.svg"))
    assert text.sub("", english) == text.sub("", vietnamese)
    names = {"landing/", "archive/ · raw.*", "Great Expectations", "published/admissions.duckdb"}
    both = set(text.findall(english)) & set(text.findall(vietnamese))
    assert both == names
    assert "(docs/pictures/way-of-the-data.svg)" in text_of("README.md")
    assert "(docs/pictures/way-of-the-data.vi.svg)" in text_of("README.vi.md")


def test_every_published_mart_is_in_the_analyst_s_guide() -> None:
    models = sorted(path.stem for path in (ROOT / "dbt_project" / "models" / "marts").rglob("*.sql"))
    assert len(models) >= 10
    for model in models:
        assert f"marts.{model}`" in text_of("docs/analyst.md"), model


@pytest.mark.parametrize(("name", "tests", "named_files"), [("security", 90, 15), ("faults", 25, 2)])
def test_what_a_page_says_was_tried_exists(name: str, tests: int, named_files: int) -> None:
    page = text_of(f"docs/{name}.md")
    sources = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    defined = set(re.findall(r"^(?:async )?def (test_\w+)\(", sources, re.MULTILINE))
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > tests
    assert named - defined == set()
    files = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)+\.(?:py|md|lock))`", page))
    assert len(files) > named_files
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []


def test_each_threat_says_what_shows_that_it_is_held_or_that_nothing_does() -> None:
    page = text_of("docs/security.md")
    threats = page[page.index("### Landing folder") : page.index("## Limits")]
    lines = [line for line in threats.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    told = [row for row in rows if re.fullmatch(r"[STRIDE](, [STRIDE])*", row[0])]
    assert len(told) > 50
    for row in told:
        assert len(row) == 5, row
        assert "`test_" in row[3] or (row[3] == "–" and row[4] != "–"), row


def test_every_chapter_of_the_standard_is_gone_through() -> None:
    chapters = re.findall(r"^\| V(\d+) ", text_of("docs/security.md"), re.MULTILINE)
    assert chapters == [str(number) for number in range(1, 18)]
