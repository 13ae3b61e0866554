"""A slip of the pen in a catalogue is a sentence with file and line, through every door."""

import random
from pathlib import Path
from typing import Any

import pytest

import steps
from expectations import catalogue, overrides, words
from expectations.catalogue import FOLDER, rules
from expectations.doctor import examine_catalogue
from expectations.lines import error_line, report_from_line
from expectations.yaml_file import CatalogueError, parsed
from warehouse.settings import Settings

FILES = ("rules.yml", "kinds.yml", "overrides.yml", "causes.yml")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogue's files in a folder of the test's own, read from there."""
    copy = tmp_path / "catalogue"
    copy.mkdir()
    for name in FILES:
        (copy / name).write_bytes((FOLDER / name).read_bytes())
    monkeypatch.setattr(catalogue, "_RULES", copy / "rules.yml")
    monkeypatch.setattr(catalogue, "_KINDS", copy / "kinds.yml")
    for module in (overrides, words):
        monkeypatch.setattr(module, "FOLDER", copy)
    yield_to_fresh_reading()
    return copy


@pytest.fixture(autouse=True)
def _read_anew_afterwards() -> Any:
    yield
    yield_to_fresh_reading()


#: What is kept of the files, and of which of them where not of all.
KEPT = (catalogue.rules, catalogue.kinds, catalogue.wording, words._document)
KEPT_OF = {"overrides.yml": (), "causes.yml": (words._document,)}


def yield_to_fresh_reading(name: str = "") -> None:
    for kept in KEPT_OF.get(name, KEPT):
        kept.cache_clear()


def read_everything() -> None:
    overrides.overrides(rules())
    catalogue.wording()
    words.cause_kinds()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n  - id: a\n   form: KN-1\n", "rules.yml, line 3"),
        ("rules:\n  - {id: a, meaning: {vi: 'x}\n", "rules.yml, line"),
        ("rules:\n\t- id: a\n", "rules.yml, line 2"),
        ("rules:\n  - id: kn1_a\n    form: KN-9\n", "rules.yml, line 2: rule kn1_a: unknown form"),
        ("rules:\n  - id: kn1_a\n    id: kn1_b\n", "rules.yml, line 3, column 5: id stands here twice"),
        ("rules: kn1_a\n", "rules.yml, line 1: expected `rules:`"),
        ("rules:\n  - kn1_a\n", "rules.yml: entry 1"),
        ("- id: a\n", "rules.yml, line 1"),
        ("rules:\n  - id: &x [*x]\n", "rules.yml"),
        ("rules:\n  - ? [1]\n    : 2\n", "rules.yml, line 2"),
    ],
)
def test_a_slip_is_named_with_file_and_line(text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as slip:
        catalogue.read_rules(text)
    assert said in str(slip.value)
    assert "\n" not in str(slip.value)


def test_a_list_that_is_a_number_is_a_slip_like_any_other() -> None:
    with pytest.raises(CatalogueError, match=r"rules\.yml, line 2"):
        catalogue.read_rules(
            "rules:\n  - {id: kn1_a, form: KN-1, kind: row_identity, field: admitted, plus_fields: 5}\n"
        )


@pytest.mark.parametrize("name", FILES)
def test_whatever_happens_to_a_line_is_read_or_refused_by_name(folder: Path, name: str) -> None:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines(keepends=True)
    chance = random.Random(10)
    refused = []
    for _ in range(25):
        broken = list(lines)
        at = chance.randrange(len(lines))
        slip = chance.choice(["drop", "twice", "indent", "outdent", "colon", "quote", "bracket"])
        if slip == "drop":
            del broken[at]
        elif slip == "twice":
            broken.insert(at, broken[at])
        else:
            old, new = {
                "indent": ("", " "),
                "outdent": ("  ", ""),
                "colon": (":", ""),
                "quote": ('"', ""),
                "bracket": ("]", ""),
            }[slip]
            broken[at] = broken[at].replace(old, new, 1)
        (folder / name).write_text("".join(broken), encoding="utf-8")
        yield_to_fresh_reading(name)
        try:
            read_everything()
        except CatalogueError as error:
            refused.append(str(error))
    # What is missing in one file may be found missing by another.
    assert [said for said in refused if not any(each in said for each in FILES)] == []
    # The overrides that we ship are all comment.
    assert refused or name == "overrides.yml"


@pytest.mark.parametrize("content", [b"rules: \xff\n", None])
def test_a_file_that_is_no_text_or_not_there_is_named(folder: Path, content: bytes | None) -> None:
    if content is None:
        (folder / "rules.yml").unlink()
    else:
        (folder / "rules.yml").write_bytes(content)
    with pytest.raises(CatalogueError, match=r"rules\.yml"):
        rules()


@pytest.mark.parametrize("name", FILES)
def test_every_door_says_it(folder: Path, settings: Settings, name: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(text + '\nsaid: "without an end\n', encoding="utf-8")
    line = text.count("\n") + 2
    (finding,) = examine_catalogue(settings)
    assert not finding.is_good
    assert f"{name}, line {line}" in finding.sentence
    if name == "causes.yml":
        return
    # A step of the DAG, and the command line, which end with the step's sentence.
    yield_to_fresh_reading()
    with pytest.raises(steps.StepFailed, match=f"{name}, line {line}"):
        steps.build(settings)


def test_the_process_that_checks_tells_it_by_its_name() -> None:
    with pytest.raises(CatalogueError) as slip:
        parsed("rules: [", "rules.yml")
    with pytest.raises(CatalogueError, match=r"rules\.yml, line"):
        report_from_line(error_line(slip.value))
