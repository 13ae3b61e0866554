"""The rows of the official forms, and how nearly a text on a sheet is one of them.

The rows are those of `reference/official_forms.csv`; what people write instead of a row's words stands in
`official_words.csv` beside this file.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ingest.values.similar import wrong_letters
from ingest.values.text import clean, key
from reference.communes import FOLDER

#: Scores of the ways in which a text can be a row's: word for word, in other words that mean the same, without
#: the filling words, cut short, and with most of a long label's words.
EXACT = 1.0
_SAME_MEANING = 0.97
_WITHOUT_FILLING = 0.94
_CUT_SHORT = 0.75
_MOST_WORDS = 0.7
#: What each wrong letter costs.
_PER_LETTER = 0.07

_ABBREVIATIONS = {
    "bc": "bao cao",
    "bch": "ban chap hanh",
    "bq": "binh quan",
    "ca": "cong an",
    "cb": "can bo",
    "cbcc": "can bo cong chuc",
    "cc": "cong chuc",
    "cn": "cong nhan",
    "cq": "co quan",
    "csd": "co so dang",
    "dn": "doanh nghiep",
    "dntn": "doanh nghiep tu nhan",
    "dtts": "dan toc thieu so",
    "dv": "dang vien",
    "dvcs": "don vi co so",
    "dvsn": "don vi su nghiep",
    "hcm": "ho chi minh",
    "hdkct": "hoat dong khong chuyen trach",
    "hs": "hoc sinh",
    "khhgd": "ke hoach hoa gia dinh",
    "ld": "lao dong",
    "llvt": "luc luong vu trang",
    "mttq": "mat tran to quoc",
    "nlnn": "nong lam ngu nghiep",
    "nv": "nhan vien",
    "ql": "quan li",
    "qc": "quan chung",
    "qd": "quan doi",
    "sl": "so luong",
    "sv": "sinh vien",
    "sx": "san xuat",
    "tcccsd": "to chuc co so dang",
    "tccsd": "to chuc co so dang",
    "tdp": "to dan pho",
    "thcn": "trung hoc chuyen nghiep",
    "thcs": "trung hoc co so",
    "thpt": "trung hoc pho thong",
    "tncs": "thanh nien cong san",
    "tncshcm": "thanh nien cong san ho chi minh",
    "ts": "tong so",
    "vc": "vien chuc",
}
#: Words in front of a row's own, or behind them, that say how it belongs to the row above.
_LINKS = ("trong do", "chia ra", "bao gom", "cu the", "gom", "trong do co")
_MARKER = re.compile(r"(?:[ivx]{1,4}|[a-h]|\d{1,2})\Z")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_FORMULA = re.compile(r"[(\[]?\s*=[^)\]]*[)\]]?\s*$|[(\[]\s*\(?\w{1,2}\)?(?:\s*[+,\-–]\s*\(?\w{1,2}\)?)+\s*[)\]]")
#: Words that a clerk may leave out or put in without meaning another row.
_FILLING = re.compile(r"\b(?:tong so|so luong|dang vien|trong ki|bao cao|moi|la|nguoi|cac|va|theo|duoc|cua|hien)\b")
_LEADING_NUMBER = re.compile(r"^so\b")
#: Words that make another row of it.
_TELLING = frozenset(
    [
        "dau",
        "cuoi",
        "di",
        "den",
        "co",
        "khong",
        "chua",
        "da",
        "trong",
        "ngoai",
        "tren",
        "duoi",
        "nu",
        "nam",
        "truc",
        "gian",
        "pho",
        "lai",
        "tang",
        "giam",
        "du",
        "chinh",
    ]
)
_OPPOSITES = tuple(
    pair
    for one, other in (
        ("dau", "cuoi"),
        ("di", "den"),
        ("co", "khong"),
        ("co", "chua"),
        ("da", "chua"),
        ("trong", "ngoai"),
        ("tren", "duoi"),
        ("tang", "giam"),
        ("nu", "nam"),
        ("truc", "gian"),
    )
    for pair in ((one, other), (other, one))
)
_SHORTEST_CUT = 14
_LONG_LABEL = 6
_MOST = 0.8


@dataclass(frozen=True)
class FormRow:
    """A row of an official form. `field` is '' for a heading; `parent` is the index of the row it stands under."""

    index: int
    label: str
    field: str
    kind: str
    parent: int | None
    texts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class OfficialForm:
    """An edition of an official form with its rows in order (headings that share a row with another come apart)."""

    form: str
    edition: str
    rows: tuple[FormRow, ...]
    by_text: dict[str, tuple[tuple[int, float], ...]]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(row.field for row in self.rows if row.field)


@lru_cache(maxsize=8192)
def _canonical(words: str) -> str:
    """A key with abbreviations written out and `kỳ`, `kì` made one."""
    words = words.replace(">", " tren ").replace("%", " ").replace("<", " ").replace("=", " ")
    written = " ".join(_ABBREVIATIONS.get(token, token) for token in words.split())
    tokens = [token[:-1] + "i" if len(token) > 1 and token[-1] == "y" else token for token in written.split()]
    if any(token.isdigit() for token in tokens):
        # `18 đến 30`, `18 - 30`, `từ 18 đ 30`: between two ages stands a short word or none.
        tokens = [token for token in tokens if token not in ("tu", "den")]
        return _BETWEEN_AGES.sub(r"\1 \2", " ".join(tokens))
    return " ".join(tokens)


_BETWEEN_AGES = re.compile(r"\b(\d\d) [a-z]{1,3} (\d\d)\b")


@lru_cache(maxsize=8192)
def readings(text: str) -> frozenset[str]:
    """What `text` says with and without its numbering, dashes, `Trong đó:`, formulas and bracketed remarks."""
    text = clean(text)
    whole = {text, _FORMULA.sub(" ", text), _BRACKETS.sub(" ", text)}
    found: set[str] = set()
    for words in whole:
        _strip(key(words), found)
    return frozenset(filter(None, (_canonical(words) for words in found)))


def _strip(words: str, found: set[str]) -> None:
    while words and words not in found:
        found.add(words)
        for link in _LINKS:
            if words.endswith(" " + link):
                _strip(words.removesuffix(link).strip(), found)
        first, _, rest = words.partition(" ")
        length = _link_length(words)
        if length:
            words = words[length:].strip()
        elif rest and _MARKER.match(first) and not (first.isdigit() and _is_age(first, rest)):
            words = rest
        else:
            return


def _link_length(words: str) -> int:
    """How many letters at the beginning are `trong do` or another link, one letter wrong at most in the long ones."""
    exact = next((link for link in _LINKS if words == link or words.startswith(link + " ")), None)
    if exact is not None:
        return len(exact)
    begin = " ".join(words.split()[:2])
    return len(begin) if any(wrong_letters(begin, link, 1) <= 1 for link in ("trong do", "chia ra")) else 0


def begins_with_link(text: str) -> bool:
    """Whether a label says that its row is a part of the one above (`Trong đó: …`)."""
    return _link_length(key(text)) > 0


def _is_age(first: str, rest: str) -> bool:
    """`18 30 tuoi` begins with an age; `2 51 tuoi`, `28 18 30 tuoi` and `12 nu` with a number of the row."""
    following = rest.split()[:2]
    return int(first) >= _YOUNGEST and following[0].isdigit() and not (len(following) > 1 and following[1].isdigit())


#: No age in the forms is lower.
_YOUNGEST = 18


def _squeezed(text: str) -> str:
    return text.replace(" ", "")


@lru_cache(maxsize=8192)
def _without_filling(text: str) -> str:
    return _squeezed(_LEADING_NUMBER.sub("", _FILLING.sub(" ", text).strip()))


@cache
def official_forms() -> dict[str, OfficialForm]:
    """Form -> its rows, for every form of `official_forms.csv`."""
    listed: dict[str, list[dict[str, str]]] = {}
    with (FOLDER / "official_forms.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            listed.setdefault(row["form"], []).append(row)
    return {form: _official_form(form, rows) for form, rows in listed.items()}


@cache
def _other_words() -> dict[tuple[str, str], tuple[str, ...]]:
    """(form, field) -> other wordings; form '' for all of them."""
    found: dict[tuple[str, str], list[str]] = {}
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((row["form"], row["field"]), []).append(row["words"])
    return {place: tuple(words) for place, words in found.items()}


def _official_form(form: str, listed: Iterable[dict[str, str]]) -> OfficialForm:
    rows: list[FormRow] = []
    edition = ""
    #: Indices of the rows that the next one may stand under, by depth.
    open_rows: dict[int, int] = {}
    for row in listed:
        edition = row["edition"]
        label = row["label"]
        heading, _, rest = label.partition(": ")
        if row["kind"] != "heading" and rest and not _says_link(heading):
            # `1. Tuổi đời: + 18 đến 30 tuổi`: a heading and its first row in one.
            _add(rows, open_rows, form, heading, "", "heading", ())
            label = rest
        elif row["kind"] != "heading" and rest and _depth(rest) < _LOOSE:
            # `Chia ra: 1. Số đơn vị …`
            label = rest
        words = (*_other_words().get((form, row["field"]), ()), *_other_words().get(("", row["field"]), ()))
        _add(rows, open_rows, form, label, row["field"], row["kind"], words if row["field"] else ())
    by_text: dict[str, dict[int, float]] = {}
    for found in rows:
        for text, score in found.texts:
            places = by_text.setdefault(_squeezed(text), {})
            places[found.index] = max(score, places.get(found.index, 0.0))
    return OfficialForm(form, edition, tuple(rows), {text: tuple(places.items()) for text, places in by_text.items()})


def _says_link(text: str) -> bool:
    return key(text) in _LINKS


#: Depth of a row that begins with a dash; one with `+` stands a step lower.
_LOOSE = 3
_DEPTHS = (
    (re.compile(r"(?:[A-EG]|[IVX]+)\s*[-.]"), 0),
    (re.compile(r"\d\s*[-.]"), 1),
    (re.compile(r"[a-d][.)]"), 2),
    (re.compile(r"-"), _LOOSE),
    (re.compile(r"\+"), _LOOSE + 1),
)


def _depth(label: str) -> int:
    if _says_link(label.partition(":")[0]) and ":" in label:
        rest = label.partition(":")[2].strip()
        return max(_LOOSE, _depth(rest))
    return next((depth for pattern, depth in _DEPTHS if pattern.match(label)), _LOOSE)


def _add(
    rows: list[FormRow],
    open_rows: dict[int, int],
    form: str,
    label: str,
    field: str,
    kind: str,
    words: tuple[str, ...],
) -> None:
    depth = _depth(label)
    parent = max((index for level, index in open_rows.items() if level < depth), default=None)
    own = _texts(label)
    texts = dict.fromkeys(own, EXACT)
    if parent is not None and rows and rows[-1].index == parent and rows[-1].kind == "heading":
        # A heading is sometimes written in front of its first row.
        for above in _texts(rows[-1].label):
            for text in own:
                texts.setdefault(f"{above} {text}", EXACT)
    for other in words:
        for text in _texts(other):
            texts.setdefault(text, _SAME_MEANING)
    rows.append(FormRow(len(rows), label, field, kind, parent, tuple(texts.items())))
    for level in [level for level in open_rows if level >= depth]:
        del open_rows[level]
    open_rows[depth] = len(rows) - 1


_NUMBERING = re.compile(r"(?:[A-EG]|[IVX]+|\d|[a-d])\s*[-.)]\s*|[-+]\s*")


def _without_numbering(label: str) -> str:
    match = _NUMBERING.match(label)
    return label[match.end() :] if match else label


def _texts(label: str) -> list[str]:
    """What a row of the forms is called, with its bracketed remark and without; never with its numbering."""
    found = set()
    for words in (label, _BRACKETS.sub(" ", label)):
        before, colon, after = words.partition(":")
        if colon and _says_link(before):
            words = after
        words = _without_numbering(words.strip())
        words = key(words)
        for link in _LINKS:
            words = words.removesuffix(" " + link)
        found.add(_canonical(words))
    return sorted(filter(None, found))


def similar_rows(form: OfficialForm, text: str) -> dict[int, float]:
    """Row index -> how surely `text` is that row (0.6 … 1); empty when it is none of them.

    Words are compared without case, accents, spacing and numbering; figures in them must be the same. Where a
    text is a row's word for word, only such rows are returned.
    """
    said = readings(text)
    found: dict[int, float] = {}
    for words in said:
        for index, score in form.by_text.get(_squeezed(words), ()):
            found[index] = max(score, found.get(index, 0.0))
    if found:
        return found
    for row in form.rows:
        score = max((_likeness(words, label) * weight for words in said for label, weight in row.texts), default=0.0)
        if score >= _WEAKEST:
            found[row.index] = score
    return found


_WEAKEST = 0.6


@lru_cache(maxsize=65536)
def _likeness(said: str, label: str) -> float:
    if _figures(said) != _figures(label):
        return 0.0
    mine, its = set(said.split()), set(label.split())
    if any((one in mine - its and other in its - mine) for one, other in _OPPOSITES):
        # `đầu kỳ` is not a way of writing `cuối kỳ`.
        return 0.0
    best = 0.0
    for one, other, worth in (
        (_squeezed(said), _squeezed(label), EXACT),
        (_without_filling(said), _without_filling(label), _WITHOUT_FILLING),
    ):
        if not one or not other:
            continue
        if one == other:
            return worth
        allowed = _allowed_letters(min(len(one), len(other)))
        wrong = wrong_letters(one, other, allowed)
        if wrong <= allowed:
            best = max(best, worth - wrong * _PER_LETTER)
    if best:
        return best
    if len(_squeezed(said)) >= _SHORTEST_CUT and _squeezed(label).startswith(_squeezed(said)):
        return _CUT_SHORT
    return _MOST_WORDS if _shares_most_words(said.split(), label.split()) else 0.0


def _figures(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", text))


def _allowed_letters(length: int) -> int:
    return 0 if length < 4 else 1 if length < 16 else 2 if length < 32 else 3


def _shares_most_words(said: list[str], label: list[str]) -> bool:
    """True for a long label of which most words stand in the text in their order, none that turns its meaning."""
    longer = max(len(said), len(label))
    if min(len(said), len(label)) < _LONG_LABEL or min(len(said), len(label)) < _MOST * longer:
        return False
    if _TELLING & set(said) != _TELLING & set(label):
        return False
    previous = [0] * (len(label) + 1)
    for word in said:
        current = [0]
        for j, other in enumerate(label, start=1):
            alike = wrong_letters(word, other, 1) <= (len(other) > 3)
            current.append(max(previous[j - 1] + alike, previous[j], current[j - 1]))
        previous = current
    return previous[-1] >= _MOST * longer
