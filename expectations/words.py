"""The sentences of `causes.yml`, and the words that go into them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from expectations.catalogue import FOLDER, Text, figure, wording
from expectations.messages import LANGUAGES, number
from expectations.yaml_file import CatalogueError, document, part, standing_in
from reference.texts import filled

#: Cells that are named one by one in a sentence; the rest is counted.
_NAMED = 6


@cache
def _document() -> Mapping[str, Any]:
    read = document(FOLDER / "causes.yml")
    for name in ("causes", "slips", "blank", "either", "proposal"):
        _in_both_languages(name, part(read, name, "causes.yml"))
    return read


def _in_both_languages(name: str, entry: Mapping[str, Any]) -> None:
    """Raises CatalogueError where a sentence is missing in one of the languages."""
    with standing_in("causes.yml", entry):
        if all(isinstance(below, Mapping) for below in entry.values()):
            for below, texts in entry.items():
                _in_both_languages(f"{name}, {below}", texts)
        elif set(entry) != set(LANGUAGES) or not all(isinstance(text, str) for text in entry.values()):
            raise CatalogueError(f"{name}: expected one text in each of {', '.join(LANGUAGES)}")


def cause_kinds() -> tuple[str, ...]:
    """The causes that there are words for."""
    return tuple(_document()["causes"])


def slip_names() -> tuple[str, ...]:
    """The slips that there are words for."""
    return tuple(_document()["slips"])


def cause_sentence(kind: str, words: Mapping[str, Text | str]) -> Text:
    """The sentence of a cause, in both languages."""
    return _filled(_document()["causes"][kind], words)


def proposal_sentence(words: Mapping[str, Text | str]) -> Text:
    """One cell's repair in words, in both languages."""
    return _filled(_document()["proposal"], words)


def change_words(cell: str | Text, before: float | None, after: float) -> Text:
    """`ô Kết nạp!D12 từ 2 thành 3`."""
    return _filled(_document()["change"], {"cell": cell, "before": figure_words(before), "after": figure_words(after)})


def slip_words(name: str) -> Text:
    """How a figure may have been mistyped."""
    return Text(**_document()["slips"][name])


def field_name(form: str, field: str) -> Text:
    described = figure(form, field)
    return Text(described.name_vi, described.name_en)


def line_name(line_kind: str, cell_name: str) -> Text:
    """`dòng “Chi bộ …”`, `dòng tổng cộng`."""
    return _of(lambda language: wording().lines[language][line_kind].format(cell_name=cell_name))


def figure_words(value: float | None) -> Text:
    """A figure, or that there is none."""
    if value is None:
        return Text(**_document()["blank"])
    return _of(lambda language: number(value, language))


def listed(texts: Sequence[Text]) -> Text:
    """`1, 2`."""
    return Text(", ".join(text.vi for text in texts), ", ".join(text.en for text in texts))


def either(texts: Sequence[Text]) -> Text:
    """`1 hoặc 2`."""
    joint = Text(**_document()["either"])
    return Text(joint.vi.join(text.vi for text in texts), joint.en.join(text.en for text in texts))


def cells_words(cells: Sequence[str]) -> str:
    """`D12, D14, Nguồn!E9 …`."""
    return ", ".join(cells[:_NAMED]) + (" …" if len(cells) > _NAMED else "")


def _of(make: Any) -> Text:
    return Text(**{language: make(language) for language in LANGUAGES})


def _filled(sentence: Mapping[str, str], words: Mapping[str, Text | str]) -> Text:
    def said(language: str) -> str:
        known = {name: text if isinstance(text, str) else text.in_language(language) for name, text in words.items()}
        text = filled(sentence[language], known)
        # A sentence may begin with a word that is filled in; a proposal is part of a sentence.
        return text[:1].upper() + text[1:] if sentence[language].endswith(".") else text

    return _of(said)
