"""Which communes a person means by a code, a name, or a part of a name, with or without its accents."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from reference.offices import place_of, without_accents
from reference.trouble import Trouble

_Commune = TypeVar("_Commune")


class NoCommuneMeant(Trouble, LookupError):
    """No commune has that code, nor that name; the text is what was asked for."""

    text = "error_no_commune"


class SeveralCommunesMeant(Trouble, ValueError):
    """One commune was to be named, and more than one may be meant; the text lists them."""

    text = "error_several_communes"


def meant(
    wanted: str, communes: Iterable[_Commune], of: Callable[[_Commune], tuple[str | None, str]]
) -> list[_Commune]:
    """Those of `communes` that `wanted` means; `of` gives a commune's code and its name (`Phường Đông Phong`).

    What fits best is meant, and nothing else: the code; the name, whole or without `Phường`, as it is written, then
    without accents; a part of the name. Accents that are written are heeded as long as they fit something. An empty
    text means none.
    """
    text = _folded(wanted)
    plain = without_accents(text)
    if not text:
        return []
    named = [(commune, code, _Name.of(name)) for commune in communes for code, name in (of(commune),)]
    ways: tuple[Callable[[str | None, _Name], bool], ...] = (
        lambda code, name: text == code,
        lambda code, name: text in (name.whole, name.place),
        lambda code, name: plain in (without_accents(name.whole), without_accents(name.place)),
        lambda code, name: text != plain and text in name.whole,
        lambda code, name: plain in without_accents(name.whole),
    )
    for fits in ways:
        if found := [commune for commune, code, name in named if fits(code, name)]:
            return found
    return []


@dataclass(frozen=True)
class _Name:
    """A commune's name as it is compared: whole, and without what kind of unit it is."""

    whole: str
    place: str

    @classmethod
    def of(cls, name: str) -> "_Name":
        return cls(_folded(name), _folded(place_of(unicodedata.normalize("NFC", name))))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def listed(communes: Iterable[tuple[str | None, str]]) -> str:
    """`Phường Tân Phong (03387), Phường Đông Phong (03408)`: by code and name, each once."""
    return ", ".join(dict.fromkeys(f"{name} ({code})" if code else name for code, name in communes))
