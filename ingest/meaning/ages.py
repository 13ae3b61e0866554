"""Ages as ranges, however they are written: `18-30`, `từ 18 đến dưới 31`, `≤30`, `51+`, `51 trở lên`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.values.similar import is_misspelling
from ingest.values.syllables import is_syllable
from ingest.values.text import without_accents

#: People are no younger and no older than this when a header is about ages; other numbers are none.
_YOUNGEST, _OLDEST = 14, 99

_NUMBER = r"(?:tuoi |du |tron |chan |het )?(\d{2})(?!\d)(?: ?(?:tuoi|t|toi(?! \d))\b)?"
_NOT_BEYOND = "chua qua|khong qua|chua hon|khong hon|chua het"
_TO = (
    rf"(?:(?:-|–|—|~|÷|/|(?:den|toi)(?: het| tron)?|->|→|mà|ma|…|\.{{2,3}}) ?(duoi |can |{_NOT_BEYOND} |<=? ?)?"
    rf"|((?:va |nhung |ma |& )?(?:{_NOT_BEYOND}|chua (?:den|toi|(?:buoc )?sang)|duoi|<=?) ?))"
)
_BETWEEN = re.compile(
    r"(?<![\d.])(?:(?:du|tu|buoc|sang) )*(tren |tr[./] ?|hon |ngoai |qua |sau |>(?!=) ?)?(?:>= ?)?"
    rf"{_NUMBER}(?: tro len)?(\+)? ?{_TO}{_NUMBER}(?![\d%])"
)
_UP_TO = re.compile(
    rf"(?<![\d.])(?:(?:tu )?{_NUMBER} (?:tro|do|dut|lui|sap) (?:xuong|lai|lui|ve)|tu {_NUMBER} xuong|{_NUMBER} ve truoc"
    rf"|(?:(?<!chua )(?:den|toi)|{_NOT_BEYOND}|khong vuot|<=|toi da|(?:cao|lon) nhat(?: la)?|nhieu nhat)(?: het)?"
    rf" ?{_NUMBER})"
)
_BELOW = re.compile(rf"(?<![\d.])(?:duoi|<(?!=)|chua (?:den|toi|du|tron|sang|buoc sang)|nho hon|it hon|kem) ?{_NUMBER}")
_FROM_ON = re.compile(
    rf"(?<![\d.])(?:(?:tu |(?:da )?buoc sang )?{_NUMBER} ?(?:(?:tro|do|sap) (?:len|di)|\+|→$|->$)|>= ?{_NUMBER}"
    rf"|tu {_NUMBER} len|(?:tu|du|da buoc sang|buoc sang) {_NUMBER}$)"
)
_ABOVE = re.compile(
    rf"(?<![\d.])(?:tren|chen|tr[./]?|qua|ngoai|sau|>(?!=)|hon|lon hon|cao hon|vuot) ?{_NUMBER}(?: (?:tro|do|sap) len)?"
)
#: Ends that the range does not reach, whatever joins them to its beginning (`trên 30 nhưng chưa đến 40`).
_NOT_REACHED = re.compile(r"(?:duoi|<|chua (?:den|toi|sang|buoc sang))\Z")
#: What stands in the only brackets of a text.
_IN_BRACKETS = re.compile(r"\A([^()]*)\(([^()]*)\)([^()]*)\Z")
#: `tính cả tròn 40`, `kể cả 30 tuổi`: the end that stands before.
_END_COUNTED = re.compile(
    r"(?:(?:tinh|ke|gom|bao gom|den|toi) )*(?:ca |het )?(?:nguoi )?(?:tron |du |dung )?(\d{2})(?: tuoi)?"
)
_TURNED = str.maketrans("<>", "><")
_SIGNS = str.maketrans({"↑": " tro len", "↓": " tro xuong"})
#: `[18 , 30]`, as a statistics office writes it.
_INTERVAL = re.compile(r"\[ *(\d{2}) *[,;] *(\d{2}) *\]")
#: `cho tới 40`, `đến khi 40`: between two ages it is `đến`.
_UNTIL = re.compile(r"\bcho (?=(?:toi|den)\b)|(?<=\bden) khi\b")
#: `Băm mấy`, `bốn mươi mấy`, beside ages `bốn mấy`: the ten that has begun.
_SOME = re.compile(r"\b(bam|(?:ba|bon|nam|sau) muoi) may\b")
_SOME_OF_AGES = re.compile(r"\b(bam|(?:ba|bon|nam|sau)(?: muoi)?) may\b")
_EXACTLY = r"(?=.*\d\d.*\d\d)"
#: `51 t/lên`, `30 t.xuống`, `31 đ/40`: the words between the numbers by their first letter.
_UP_OR_DOWN = re.compile(r"\bt(?:r|ro)?[./] ?(?=(?:len|xuong)\b)")
_TO_BY_A_LETTER = re.compile(r"(?<=\d) ?(?:tuoi )?d[./] ?(?=\d)")
#: `40 < tuổi ≤ 50`, `50 < tuổi`: what is compared stands behind the number.
_COMPARED = re.compile(r"(\d{2}) ?([<>]=?) ?(?:tuoi(?: doi)?|t|x)\b(?: ?([<>]=?) ?(\d{2}))?")
#: `61 t. trở lên`.
_CUT_SHORT = re.compile(r"(?<=\d )t\.|(?<=\d)t\.")
_TEN = {"bam": 3, "ba": 3, "bon": 4, "nam": 5, "sau": 6}
#: `T31-40`, `Tuổi>=31`: the sign or the number is written to the word.
_AGE_WRITTEN_TO_IT = re.compile(r"\bt(?:uoi)?(?=[<>\d])")
#: `3x tuổi (31-40)`, `U40 (31-40)`, `G2: 31-40`: the decade and the number of the band repeat it.
_BAND_NUMBER = re.compile(r"\b(?:[2-6]x|u ?[3-7]0|(?:g|nhom|lua) ?[1-6])\b(?=.*\d\d)")
#: Numbers in words, as far as ages go.
_UNITS = ("", "mot", "hai", "ba", "bon", "lam", "sau", "bay", "tam", "chin")
_TENS = ("", "muoi", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
_IN_WORDS = {
    words: 10 * ten + unit
    for ten in range(1, 10)
    for unit in range(10)
    for words in (
        [f"muoi {_UNITS[unit]}".strip()]
        if ten == 1
        else [f"{_TENS[ten]} muoi {_UNITS[unit]}".strip(), *([f"{_TENS[ten]} {_UNITS[unit]}"] if unit else [])]
    )
}
_IN_WORDS |= {"ngu tuan": 50, "luc tuan": 60}
_WORDS = re.compile(r"\b(?:" + "|".join(sorted(_IN_WORDS, key=len, reverse=True)) + r")\b")
#: What tells that words are numbers: tens, ages, `sáu mốt trở lên`.
_NUMBERS_IN_WORDS = re.compile(r"muoi|tuoi|tuan\b|\bmot (?:den|toi|tro)\b")


#: The words beside ages.
_AGE_WORDS = ("tuoi", "tren", "duoi", "xuong", "khong", "den", "tro", "len", "qua")


@dataclass(frozen=True)
class Ages:
    """A range of ages in whole years, both ends included; None where it has no end."""

    youngest: int | None
    oldest: int | None

    @property
    def concept(self) -> str:
        """The range as the `age:` concepts of `meanings.csv` are written."""
        return f"age:{self.youngest or ''}-{self.oldest or ''}"


def ages_in(text: str) -> tuple[Ages, str] | None:
    """The one range of ages that a header's text names, and the words that are left; None when it names none.

    `dưới 31` has 30 for its end, `trên 50` begins with 51. `dưới 30` is taken as up to 30, as the offices use both
    for the same band. What stands in brackets may say it more exactly (`ngoài 40 (41-50)`).
    """
    return _in_plain(_plain(text)) or _more_exactly(text)


def _more_exactly(text: str) -> tuple[Ages, str] | None:
    if (match := _IN_BRACKETS.search(text)) is None:
        return None
    loosely, exactly = _in_plain(_plain(f"{match[1]} {match[3]}")), _in_plain(_plain(match[2]))
    if loosely is not None and _is_of_an_end(loosely[0], _plain(match[2])):
        return loosely
    if loosely is None or exactly is None or exactly[1].strip():
        return None
    if loosely[0].youngest is None and exactly[0].oldest is None:
        # `≤ 30 (từ đủ 18)`: one end each.
        return Ages(exactly[0].youngest, loosely[0].oldest), loosely[1]
    if loosely[0].oldest is not None:
        return None
    return (exactly[0], loosely[1]) if loosely[0].youngest == exactly[0].youngest else None


def _is_of_an_end(ages: Ages, aside: str) -> bool:
    """Whether what stands in brackets only says that an end is counted (`tính cả tròn 40`)."""
    end = _END_COUNTED.fullmatch(aside)
    return end is not None and int(end[1]) in (ages.youngest, ages.oldest)


def _in_plain(plain: str) -> tuple[Ages, str] | None:
    for pattern, made in _WAYS:
        if (match := pattern.search(plain)) is not None:
            ages = made(match)
            if ages is None:
                return None
            # `Lứa tuổi 18-30`: the word belongs to those before it.
            said = "tuoi " if match[0].startswith("tuoi") else ""
            rest = f"{plain[: match.start()]} {said}{plain[match.end() :]}"
            return None if re.search(r"\d", rest) else (ages, rest)
    return None


def _plain(text: str) -> str:
    """Lower case without accents; signs are kept."""
    text = _INTERVAL.sub(r"\1-\2", text)
    plain = re.sub(r"[\s()\[\]:,;\u00a0]+", " ", without_accents(text.translate(_SIGNS)).lower()).strip()
    plain = _UNTIL.sub("", _AGE_WRITTEN_TO_IT.sub("tuoi ", " ".join(_as_meant(word) for word in plain.split())))
    plain = _TO_BY_A_LETTER.sub(" den ", _UP_OR_DOWN.sub("tro ", plain))
    plain = _COMPARED.sub(_with_the_number_behind, plain)
    some = _SOME_OF_AGES if "tuoi" in plain else _SOME
    plain = re.sub(some.pattern + _EXACTLY, "", _CUT_SHORT.sub("t", plain))
    plain = some.sub(lambda match: f"{_TEN[match[1].split()[0]]}1", plain)
    if _NUMBERS_IN_WORDS.search(plain):
        plain = _WORDS.sub(lambda match: str(_IN_WORDS[match[0]]), plain)
    return _BAND_NUMBER.sub("", plain)


def _with_the_number_behind(match: re.Match[str]) -> str:
    first, sign, other_sign, last = match.groups()
    turned = sign.translate(_TURNED)
    if last is None:
        return f"tuoi {turned}{first}"
    above, below = (f"{turned}{first}", f"{other_sign}{last}")
    if sign[0] == ">":
        above, below = below, above
    return f"{above} {below}"


@lru_cache(maxsize=4096)
def _as_meant(word: str) -> str:
    """A misspelt word of those that ages are written with; a word that is one stays as it is (`tới` is no `tuổi`)."""
    if not word.isalpha() or word in _AGE_WORDS or is_syllable(word):
        return word
    return next((meant for meant in _AGE_WORDS if is_misspelling(word, meant)), word)


def _numbers(match: re.Match[str]) -> list[int]:
    return [int(group) for group in match.groups() if group is not None and group.isdecimal()]


def _is_age(number: int) -> bool:
    return _YOUNGEST <= number <= _OLDEST


def _between(match: re.Match[str]) -> Ages | None:
    above, low, plus, below, not_beyond, high = match.groups()
    youngest = int(low) + ((above or plus) is not None and int(low) % 10 == 0)
    oldest = int(high) - (_NOT_REACHED.search((below or not_beyond or "").strip()) is not None)
    return Ages(youngest, oldest) if _is_age(youngest) and _is_age(oldest) and youngest < oldest else None


def _up_to(match: re.Match[str]) -> Ages | None:
    (oldest,) = _numbers(match)
    return Ages(None, oldest) if _is_age(oldest) else None


def _below(match: re.Match[str]) -> Ages | None:
    (number,) = _numbers(match)
    # `dưới 30` and `30 trở xuống` name the same band in the offices' sheets; `dưới 31` is exact.
    return Ages(None, number if number % 10 == 0 else number - 1) if _is_age(number) else None


def _from_on(match: re.Match[str]) -> Ages | None:
    (youngest,) = _numbers(match)
    return Ages(youngest, None) if _is_age(youngest) else None


def _above(match: re.Match[str]) -> Ages | None:
    (number,) = _numbers(match)
    return Ages(number + (number % 10 == 0), None) if _is_age(number) else None


_WAYS = ((_BETWEEN, _between), (_UP_TO, _up_to), (_BELOW, _below), (_FROM_ON, _from_on), (_ABOVE, _above))
