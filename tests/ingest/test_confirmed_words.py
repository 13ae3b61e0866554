"""`make words`: confirmed wordings that could move into the lists, for everyone."""

from datetime import date

import pytest

from ingest import confirmed_words
from ingest.confirmed_words import for_everyone
from ingest.monthly.learnt_columns import ALL, NO_FIELD, LearntColumn, remember
from warehouse.settings import Settings

UNKNOWN = "Trong đó / Mục tám"


def said(header: str, field: str, commune: str = ALL) -> LearntColumn:
    return LearntColumn(commune, "KN-1", header, field, date(2020, 5, 1), "Lò Văn C")


def told(*words: LearntColumn) -> list[tuple[str, str]]:
    return [(each.field, each.header) for each in for_everyone(words)]


def test_what_was_said_for_all_could_move_into_the_lists() -> None:
    assert told(said(UNKNOWN, "women"), said("Chị em", "women"), said("Mục chín", "militia")) == [
        ("militia", "Mục chín"),
        ("women", "Chị em"),
        ("women", UNKNOWN),
    ]


def test_the_last_word_counts() -> None:
    assert told(said(UNKNOWN, "women"), said("TRONG ĐÓ / mục tám", "militia")) == [("militia", "TRONG ĐÓ / mục tám")]
    assert told(said(UNKNOWN, "women"), said(UNKNOWN, NO_FIELD)) == []


@pytest.mark.parametrize(
    "word", [said(UNKNOWN, "women", "03408"), said("Trong đó / Nữ", "women")], ids=["of one commune", "listed already"]
)
def test_what_is_of_one_commune_or_listed_already_could_not(word: LearntColumn) -> None:
    assert told(word) == []


def test_they_are_printed_a_line_each(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    confirmed_words.main()
    assert capsys.readouterr().out == "No header that was confirmed for every commune is missing in fields.csv.\n"
    remember(settings.archive, said(UNKNOWN, "women"))
    confirmed_words.main()
    assert capsys.readouterr().out == "KN-1 women ← Trong đó / Mục tám\n"
