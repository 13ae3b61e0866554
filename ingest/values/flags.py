"""What a cell holds, as yes or no, where it is asked whether somebody is a member."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from ingest.values.numbers import DASHES, Raw, Unreadable, shown
from ingest.values.text import clean, key

#: Members, and others, as they are written.
_MEMBERS, _OTHERS = ("dv", "d vien", "dang vien"), ("qc", "q chung", "quan chung")
_YES = frozenset(
    {"x", "co", "phai", "dung", "yes", "y", "1", "v", "true", "roi", "da", "co roi", "da co", "da la", "la"}
    | {f"{before}{member}" for before in ("", "la ", "da la ", "co la ") for member in _MEMBERS}
    | {"da vao dang", "vao dang roi", "trong dang", "da ket nap", "co the dang"}
)
_NO = frozenset(
    {
        "khong",
        "ko",
        "kg",
        "0",
        "no",
        "k",
        "chua",
        "sai",
        "false",
        "khong phai",
        "chua phai",
        "khong co",
        "chua co",
        "chua la",
        "khong la",
    }
    | {f"{before}{member}" for before in ("khong la ", "khong phai ", "chua la ") for member in _MEMBERS}
    | {f"{before}{other}" for before in ("", "la ") for other in _OTHERS}
    | {"chua vao dang", "ngoai dang", "chua ket nap"}
)
_SIGNS = {"✓": True, "✔": True, "☑": True, "√": True, "+": True, "✗": False, "✘": False, "☒": False}
#: Letters that say yes or no only where the column has the other one, too: `có` and `không`, a cross and a nought,
#: `đúng` and `sai`. Alone, `C` may as well be `chưa`.
_LETTERS = (
    ("c", frozenset({"k", "khong", "ko"}), True),
    ("o", frozenset({"x"}), False),
    ("d", frozenset({"s"}), True),
    ("s", frozenset({"d"}), False),
    ("n", frozenset({"y"}), False),
)
#: A cross beside a tick may be the contrary of it, or the same.
_CROSSES, _TICKS = frozenset({"x"}), frozenset({"v", "✓", "✔", "☑", "√"})


def flag(raw: Raw) -> bool | Unreadable | None:
    """Yes or no: `x`, `có`, `không`, `đã là ĐV`, `QC`; blank is not reported."""
    return _said(raw, {})


def flag_beside(values: Iterable[Raw]) -> Callable[[Raw], bool | Unreadable | None]:
    """How a column of these values says yes and no: `C` beside `K` is `có`, `O` beside `X` none."""
    words = {_word(value) for value in values if isinstance(value, str)}
    letters: dict[str, bool | None] = {
        letter: says for letter, others, says in _LETTERS if letter in words and words & others
    }
    if letters.get("c") and words & _YES:
        del letters["c"]
    if words & _CROSSES and words & _TICKS:
        letters |= dict.fromkeys(_CROSSES | _TICKS)
    return lambda raw: _said(raw, letters)


def _said(raw: Raw, letters: Mapping[str, bool | None]) -> bool | Unreadable | None:
    """As `letters` have it (None: they leave open what it says), else as the words do."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, (int, float)) and raw in (0, 1):
        return bool(raw)
    if isinstance(raw, str):
        word = _word(raw)
        if not word:
            return None
        said = letters[word] if word in letters else _said_by(word)
        if said is not None:
            return said
    return Unreadable(shown(raw))


def _said_by(word: str) -> bool | None:
    if word in _SIGNS:
        return _SIGNS[word]
    if word in _YES:
        return True
    return False if word in _NO or word in DASHES else None


@lru_cache(maxsize=8192)
def _word(raw: str) -> str:
    """The text as it is compared; a sign stays itself."""
    text = clean(raw)
    return text if text in _SIGNS or text in DASHES else key(text) or text
