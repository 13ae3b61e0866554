"""Sentences know one from many."""

import csv
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest
import yaml

from reference.texts import TERMINAL, filled, say

ROOT = TERMINAL.parents[1]
PORTAL = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("portal/texts/*.csv"))
#: The sentences in files of a line each.
SENTENCES = ("reference/texts.csv", "outbox/words.csv", "outbox/reminders/texts.csv", *PORTAL)
#: Verbs that stand after what is filled in end like plurals, too.
_VERBS = "counts|ends|has|holds|is|lies|lacks|makes|names|says|stands|waits|was"
_PLURAL_OF_ONE = re.compile(rf"\b1 (?:(?:new|archived|blank|more|working) )?(?!(?:{_VERBS})\b)[a-z]+s\b")


class _Ones(dict[str, str]):
    """Every word is a one."""

    def __missing__(self, key: str) -> str:
        return "1"


def english_sentences() -> Iterator[tuple[str, str]]:
    for name in (*SENTENCES, "ingest/problems.csv"):
        with (ROOT / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield f"{name}: {row.get('key') or row['code']}", row["en"]
    for name in ("kinds.yml", "rules.yml", "causes.yml"):
        document = yaml.safe_load((ROOT / "expectations" / name).read_text(encoding="utf-8"))
        for text in _english_of(document):
            yield f"expectations/{name}", text


def _english_of(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from [value] if key == "en" and isinstance(value, str) else _english_of(value)
    elif isinstance(part, list):
        for each in part:
            yield from _english_of(each)


def test_one_is_told_from_many() -> None:
    text = "{number} {number:commune has|communes have} reported"
    assert [filled(text, {"number": number}) for number in (0, 1, 2)] == [
        "0 communes have reported",
        "1 commune has reported",
        "2 communes have reported",
    ]
    # Figures that are written out already are counted, too.
    assert filled(text, {"number": "1"}) == "1 commune has reported"


def test_the_catalogue_counts_in_english_and_has_no_plural_in_vietnamese() -> None:
    assert say("doctor_scope", "en", number=1) == "The scope covers 1 commune"
    assert say("doctor_scope", "en", number=12) == "The scope covers 12 communes"
    assert say("doctor_scope", "vi", number=1) == "Phạm vi gồm 1 xã, phường"


def test_no_english_sentence_says_a_plural_of_one() -> None:
    """`1 communes`, `1 new entries`: wherever a word that is filled in is followed by what it counts."""
    ones = ((place, filled(text, _Ones())) for place, text in english_sentences())
    assert [f"{place}: {text}" for place, text in ones if _PLURAL_OF_ONE.search(text)] == []


@pytest.mark.parametrize("name", SENTENCES)
def test_a_line_has_a_key_and_a_sentence_in_each_language(name: str) -> None:
    """A sentence with a comma that is not quoted goes on in a column that nobody reads."""
    with (ROOT / name).open(encoding="utf-8", newline="") as lines:
        wrong = [row for row in csv.reader(lines) if len(row) != 3 or not all(part.strip() for part in row)]
    assert wrong == []


@pytest.mark.parametrize("name", SENTENCES)
def test_both_languages_are_filled_with_the_same_words(name: str) -> None:
    def words(text: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    with (ROOT / name).open(encoding="utf-8", newline="") as lines:
        assert [row["key"] for row in csv.DictReader(lines) if words(row["vi"]) != words(row["en"])] == []
