"""Errors carry their own sentence."""

import re
from pathlib import Path

import pytest

from reference.texts import TERMINAL, texts_of
from reference.trouble import Trouble
from warehouse.archived import NotArchived

ROOT = Path(__file__).parents[2]
ROOMS = ("answers", "dbt_project", "expectations", "ingest", "outbox", "reference", "steps", "warehouse")


def sentences_of_errors() -> dict[str, str]:
    """Error class -> key of its sentence, as the code of the rooms has them."""
    found = {}
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for each in re.finditer(
            r'^class (\w+)\(.+\):\n(?: {4}""".*?"""\n\n)? {4}text = "(\w+)"', path.read_text(), re.M | re.S
        ):
            found[each[1]] = each[2]
    return found


def test_the_sentence_of_every_error_is_in_the_catalogue() -> None:
    found = sentences_of_errors()
    assert {"StoreBusy", "NothingToJudge", "BuildFailed", "NoSuchCommune"} <= found.keys()
    assert set(found.values()) <= texts_of(TERMINAL).keys()


@pytest.mark.parametrize(("language", "words"), [("vi", "kho lưu"), ("en", "The archive")])
def test_a_sentence_names_what_the_error_says(language: str, words: str) -> None:
    sentence = NotArchived("ab/abc.xlsx").sentence(language)
    assert words.lower() in sentence.lower()
    assert "ab/abc.xlsx" in sentence


def test_an_error_without_a_sentence_of_its_own_is_a_mistake() -> None:
    with pytest.raises(AttributeError):
        Trouble().sentence("en")
