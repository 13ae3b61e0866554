"""Heads of villages and residential groups, who are named in pairs and cut short in every office's own way."""

from collections.abc import Sequence
from functools import cache, lru_cache

from ingest.values.phrases import Phrases

#: What one may be the head of, as keys.
_PLACES = (
    "thon|ban|ap|khom|buon|bon|lang|xom|khoi|khoi pho|khu|khu pho|kp|pho|khu vuc|kv|khu dan cu|kdc|soc|phum|tieu khu"
    "|tdp|to dan pho|to dp|dan pho|dp|to"
)
_HEAD_OF = (("nguoi", "dung", "dau"), ("t", "truong"), ("truong", "cac"), ("truong",), ("tr",), ("t",))
_BOARDS = (("dieu", "hanh"), ("nhan", "dan"), ("quan", "ly"), ("dh",), ("nd",), ("ql",))
#: What heads are called in the south, where a board runs the place: such a head is one alone, too.
_HEAD_OF_BOARD = (
    *((*title, *of) for title in (("truong", "ban"), ("tr", "ban"), ("tb",)) for of in _BOARDS),
    *(("truong", board) for board in ("bdh", "bnd", "bql")),
)
#: What may be said of any number of them, and initials that mean something else where they stand alone (`TT` is a
#: number, too).
_INITIALS = frozenset({"tb", "tt", "tth", "ttt", "ttdp", "tttdp"})
_TELLING_INITIALS = frozenset({"ttdp", "tttdp"})
_AND = frozenset({"va", "hoac", "hay"})
#: Without one of these there is no head.
_TELLING = _INITIALS | {"truong", "nguoi", "tr", "t"}
#: Whatever several of them are called.
_ONE = ("truong", "ban")


@lru_cache(maxsize=4096)
def with_one_head(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a header (as keys) with several heads as one: `trưởng xóm, khối, bản`, `tổ trưởng, TB`, `TT, TTDP`.
    One head alone stays as it is written."""
    if _TELLING.isdisjoint(words):
        return words
    found: list[str] = []
    place = 0
    while place < len(words):
        end = _end_of_heads(words, place)
        found.extend(_ONE if end else words[place : place + 1])
        place = end or place + 1
    return tuple(found)


def _end_of_heads(words: Sequence[str], start: int) -> int:
    """Where several heads end that begin at `start`; 0 where there are none or one."""
    place, number, initials, in_full = start, 0, set[str](), False
    while place < len(words):
        after = place + (number > 0 and words[place] in _AND)
        if length := _head_of_board(words, after) or _heads_named_last(words, after):
            in_full, number = True, number + 1
        elif length := _head(words, after):
            in_full = True
        elif after < len(words) and words[after] in _INITIALS:
            length = 1
            initials.add(words[after])
        elif in_full:
            length = _place(words, after)
        if not length:
            break
        place, number = after + length, number + 1
    is_known = in_full or initials & _TELLING_INITIALS or {"tb", "tt"} <= initials
    return place if number > 1 and is_known else 0


def _head(words: Sequence[str], start: int) -> int:
    """How many words name one head: `trưởng bản`, `xóm trưởng`, `tổ trưởng tổ dân phố`."""
    for before in _HEAD_OF:
        if tuple(words[start : start + len(before)]) == before and (of := _place(words, start + len(before))):
            return len(before) + of
    if (of := _place(words, start)) and start + of < len(words) and words[start + of] == "truong":
        return of + 1 + (_place(words, start + of + 1) if words[start] == "to" else 0)
    return 0


def _head_of_board(words: Sequence[str], start: int) -> int:
    """How many words name the head of a board that runs a place: `trưởng ban điều hành khu phố`."""
    for title in _HEAD_OF_BOARD:
        if tuple(words[start : start + len(title)]) == title:
            return len(title) + _place(words, start + len(title))
    return 0


def _heads_named_last(words: Sequence[str], start: int) -> int:
    """How many words name places and then their heads: `thôn, buôn trưởng`."""
    place, number = start, 0
    while place < len(words) and (length := _place(words, after := place + (number > 0 and words[place] in _AND))):
        place, number = after + length, number + 1
    return place + 1 - start if number > 1 and words[place : place + 1] == ("truong",) else 0


def _place(words: Sequence[str], start: int) -> int:
    """How many words name one place, the longest there is."""
    return max((number for number, _ in _places().as_written(words[start:])), default=0)


@cache
def _places() -> Phrases:
    return Phrases(_PLACES.split("|"))
