"""Text typed in the fonts of the time before Unicode (TCVN3/ABC `.VnTime`, VNI-Windows) -> Unicode NFC.

Such a file holds `§«ng Phong` or `Ñoâng Phong` and only looks right in its font. The font is not asked: what tells
is whether the letters make Vietnamese syllables before or after decoding. Bytes 0x80-0x9F are accepted as Latin-1
and as CP1252 would show them. Decode before `ingest.text.clean`: some of these letters count as blanks there.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache

from reference.fields import all_fields

Decoder = Callable[[str], str]

# --- TCVN3 (the 8-bit set of TCVN 5712:1993; capitals with accents exist in its variant VN1 only) ---

_TCVN_HIGH = (
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"  # 80-9F
    " ĂÂÊÔƠƯĐăâêôơưđẰ     àảãáạẲằẳẵắẴ"  # A0-BF; B0-B4 are the combining accents, which the fonts show as ° ± ² ³ ´
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"  # C0-DF
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"  # E0-FF
)
_TCVN_LOW = {0x01: "Ú", 0x02: "Ụ", 0x04: "Ừ", 0x05: "Ử", 0x06: "Ữ", 0x11: "Ứ", 0x12: "Ự"}
_TCVN_LOW |= {0x13: "Ỳ", 0x14: "Ỷ", 0x15: "Ỹ", 0x16: "Ý", 0x17: "Ỵ"}
_TCVN_BYTES = _TCVN_LOW | {0x80 + place: letter for place, letter in enumerate(_TCVN_HIGH) if letter != " "}


def _cp1252(byte: int) -> str:
    return bytes([byte]).decode("cp1252", errors="replace")


def _is_letter(byte: int) -> bool:
    return _cp1252(byte).isalpha() or _cp1252(byte) == "˜"


#: CP1252 shows these bytes as punctuation, and so do the fonts: they are capitals only where that makes a syllable.
_AS_PUNCTUATION = {_cp1252(byte): byte for byte in range(0x80, 0xA0) if not _is_letter(byte)}
_AS_PUNCTUATION.pop("\ufffd", None)
_AS_LETTERS = {_cp1252(byte): byte for byte in range(0x80, 0xA0) if _is_letter(byte)}

_TCVN = {chr(byte): letter for byte, letter in _TCVN_BYTES.items()}
_TCVN |= {shown: _TCVN_BYTES[byte] for shown, byte in _AS_LETTERS.items()}
_TCVN_TABLE = str.maketrans(_TCVN)
_TCVN_CAPITALS_TABLE = str.maketrans(_TCVN | {shown: _TCVN_BYTES[byte] for shown, byte in _AS_PUNCTUATION.items()})

# --- VNI-Windows: the letter, then its accent as a letter of its own ---

_VNI_SINGLE = dict(zip("ñôöíìæóòîÑÔÖÍÌÆÓÒÎ", "đơưíìỉĩịỵĐƠƯÍÌỈĨỊỴ", strict=True))
_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_ROOFS = {"â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303"}
_ROOFS |= {"ä": "\u0302\u0323"}
_BOWLS = {"ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303"}
_BOWLS |= {"ë": "\u0306\u0323"}


def _vni_pairs() -> dict[str, str]:
    pairs = {}
    for base in "aeouyôöAEOUYÔÖ":
        marks = dict(_TONES)
        if base in "aeoAEO":
            marks |= _ROOFS
        if base in "aA":
            marks |= _BOWLS
        for mark, accents in marks.items():
            letter = unicodedata.normalize("NFC", _VNI_SINGLE.get(base, base) + accents)
            pairs[base + mark] = letter
            pairs[base + mark.upper()] = letter
    return pairs


_VNI = _VNI_SINGLE | _vni_pairs()
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

# --- what tells the one from the other ---

_VIETNAMESE = {
    letter
    for base in "aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐ"
    for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    if len(letter := unicodedata.normalize("NFC", base + mark)) == 1 and not letter.isascii()
}
#: Letters that only Unicode text has, and letters that Unicode Vietnamese never has.
_UNICODE_ONLY = {letter for letter in _VIETNAMESE if ord(letter) > 0xFF} | set("\u0300\u0301\u0303\u0309\u0323\u0306")
_LEGACY = set(_TCVN) | {letter for pair in _VNI for letter in pair if not letter.isascii()}
_LEGACY_ONLY = _LEGACY - _VIETNAMESE - _UNICODE_ONLY


def _one_of(letters: Iterable[str]) -> re.Pattern[str]:
    return re.compile("[" + "".join(re.escape(letter) for letter in sorted(letters)) + "]")


_HAS_LEGACY = _one_of(_LEGACY)
_HAS_LEGACY_ONLY = _one_of(_LEGACY_ONLY)
_HAS_UNICODE_ONLY = _one_of(_UNICODE_ONLY)
_HAS_PUNCTUATION = _one_of(_AS_PUNCTUATION)
_HAS_LEGACY_OR_PUNCTUATION = _one_of(_LEGACY | set(_AS_PUNCTUATION))
_BETWEEN_CAPITALS = re.compile("[A-Z\xa1-\xa7]" + _HAS_PUNCTUATION.pattern + "[A-Z]")
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~" + "".join(map(re.escape, _AS_PUNCTUATION)) + "]+")
#: Quotation marks and bullets that stand at a word's edge in any text.
_EDGES = "«»·©®§×÷¬¨¯¸"

_ONSET = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"
_OPEN_RHYMES = (
    "a|ai|am|an|ang|anh|ao|au|ay|ăm|ăn|ăng|âm|ân|âng|âu|ây|e|em|en|eng|eo|ê|êm|ên|ênh|êu|i|ia|iêm|iên|iêng|iêu|im|in|"
    "inh|iu|o|oa|oai|oam|oan|oang|oanh|oao|oay|oăm|oăn|oăng|oe|oen|oeo|oi|om|on|ong|oong|ô|ôi|ôm|ôn|ông|ơ|ơi|ơm|ơn|u|"
    "ua|uân|uâng|uây|uê|uênh|ui|um|un|ung|uôi|uôm|uôn|uông|uơ|uy|uya|uyên|uyn|uynh|uyu|ư|ưa|ưi|ưm|ưn|ưng|ươi|ươm|ươn|"
    "ương|ươu|ưu|y|yêm|yên|yêng|yêu|yn|ynh"
)
#: Syllables that end in a stop have one of two tones only.
_STOPPED_RHYMES = (
    "ac|ach|ap|at|ăc|ăp|ăt|âc|âp|ât|ec|ep|et|êch|êp|êt|ich|iêc|iêp|iêt|ip|it|oac|oach|oap|oat|oăc|oăt|oc|oet|ooc|op|ot|"
    "ôc|ôp|ôt|ơp|ơt|uât|uc|uêch|uôc|uôt|up|ut|uych|uyêt|uyt|ưc|ưt|ươc|ươp|ươt|yêt|ych|yt"
)
_OPEN = re.compile(f"(?:{_ONSET})?(?:{_OPEN_RHYMES})")
_STOPPED = re.compile(f"(?:{_ONSET})?(?:{_STOPPED_RHYMES})")
#: No tone is written on a closing half-vowel: `aù` is none of ours, `uý`, `gió` and `quí` are.
_TONE_AT_END = re.compile("(?<=[aăâeêioôơuưy])(?<!^[gq][iu])[iouy]")
_TONE_MARKS = re.compile("[\u0300\u0301\u0303\u0309\u0323]")

_COMMON = (
    "chi bộ đảng ủy uỷ tổng cộng tháng năm ngày phường xã thị trấn tổ dân phố bản thôn thành tỉnh huyện biểu báo cáo "
    "kết nạp viên trường tiểu học mầm non trung cơ sở công an quân sự trạm y tế bí thư người lập số thứ tự nhiệm kỳ "
    "khối cơ quan doanh nghiệp ban chấp hành nguồn bồi dưỡng lũy luỹ kế không có"
)


@cache
def _vocabulary() -> frozenset[str]:
    """Syllables with an accent that stand on our forms."""
    words = {_COMMON}
    for field in all_fields():
        words |= {field.group_vi, field.header_vi, *field.group_words, *field.header_words}
    found = {word for text in words for word in _WORD.findall(unicodedata.normalize("NFC", text).lower())}
    return frozenset(word for word in found if not word.isascii() and _is_syllable(word))


@lru_cache(maxsize=4096)
def _is_syllable(word: str) -> bool:
    """True for one Vietnamese syllable, written small, large or with a capital first."""
    if not (word.islower() or word.isupper() or word[1:].islower() or _capitals_font(word)):
        return False
    apart = unicodedata.normalize("NFD", word.lower())
    tones = _TONE_MARKS.findall(apart)
    if len(tones) > 1:
        return False
    plain = unicodedata.normalize("NFC", _TONE_MARKS.sub("", apart))
    if _STOPPED.fullmatch(plain):
        return tones in (["\u0301"], ["\u0323"])
    if _TONE_MARKS.match(apart[-1]) and not plain.endswith("uy") and _TONE_AT_END.match(plain, len(plain) - 1):
        return False
    return _OPEN.fullmatch(plain) is not None


def _capitals_font(word: str) -> bool:
    """`TổNG`: typed with the capitals key in a font whose accented letters are shown as capitals."""
    plain = [letter for letter in word if letter.isascii()]
    accented = [letter for letter in word if not letter.isascii()]
    return len(plain) > 1 and all(map(str.isupper, plain)) and any(map(str.islower, accented))


def _has_tone(word: str) -> bool:
    return _TONE_MARKS.search(unicodedata.normalize("NFD", word)) is not None


#: `BĐXN`, `QCƯT`: they are no syllables and speak neither for nor against.
_LONGEST_ABBREVIATION = 9


def _judged(text: str) -> tuple[int, int, int]:
    """Of the words with accents: how many are syllables, how many of them stand on our forms, how many are neither."""
    good = ours = bad = 0
    for word in _WORD.findall(text):
        word = word.strip(_EDGES) or word
        if len(word) < 2 or word.isascii():
            continue
        if _is_syllable(word):
            good += 1
            ours += word.lower() in _vocabulary()
        elif not (word.isupper() and len(word) <= _LONGEST_ABBREVIATION and not _has_tone(word)):
            bad += 1
    return good, ours, bad


def _score(text: str) -> int:
    """How Vietnamese a text is: syllables count for it, those of our forms more, other words with accents against."""
    good, ours, bad = _judged(text)
    return 2 * good + ours - 2 * bad


# --- decoding ---


def from_tcvn3(text: str) -> str:
    """TCVN3 text as Unicode."""
    decoded = text.translate(_TCVN_TABLE)
    if _HAS_PUNCTUATION.search(text):
        capitals = text.translate(_TCVN_CAPITALS_TABLE)
        gain = _score(capitals) - _score(decoded)
        if gain > 0 or (gain == 0 and _BETWEEN_CAPITALS.search(text)):
            decoded = capitals
    return _as_shown(decoded)


def from_vni(text: str) -> str:
    """VNI-Windows text as Unicode."""
    return _VNI_LETTER.sub(lambda found: _VNI[found[0]], text)


def _as_shown(text: str) -> str:
    """Capitals that were left to the font: `TổNG CộNG` and `CHI Bộ` are read as they were shown."""
    if text.isupper() or any(letter.isascii() and letter.islower() for letter in text):
        return text
    return text.upper() if any(map(_is_all_capitals, _WORD.findall(text))) else text


def _is_all_capitals(word: str) -> bool:
    """A syllable in capitals, so that the small letters beside it were capitals too (`TDP` says nothing)."""
    return (_capitals_font(word) or (len(word) > 1 and word.isascii() and word.isupper())) and _is_syllable(word)


def unchanged(text: str) -> str:
    return text


def decoder_for(texts: Iterable[str]) -> Decoder:
    """What turns the strings of a workbook into Unicode NFC, decided once from all of them.

    Unicode and plain ASCII strings are returned as they are, in a mixed workbook too.
    """
    suspects = _suspects(texts)
    if suspects is None:
        return unchanged
    legacy, is_mixed = suspects
    plain = sum(map(_score, legacy))
    gains = {decode: sum(_score(decode(text)) for text in legacy) - plain for decode in (from_tcvn3, from_vni)}
    best = max(gains, key=lambda decode: gains[decode])
    ours = sum(_judged(best(text))[1] for text in legacy)
    # A stray sign such as `µm` is no evidence; words of our forms are, and among Unicode text it takes two.
    return _decoder(best, is_mixed) if gains[best] > 0 and ours >= (2 if is_mixed else 1) else unchanged


def _suspects(texts: Iterable[str]) -> tuple[Sequence[str], bool] | None:
    """The strings with a letter that Unicode Vietnamese lacks, and whether others are Unicode Vietnamese."""
    listed = list(texts)
    together = "\n".join(dict.fromkeys(listed))
    if together.isascii() and together.isprintable():
        return None
    if not _HAS_LEGACY_ONLY.search(together):
        return None
    legacy = [text for text in listed if _HAS_LEGACY_ONLY.search(text) and not _HAS_UNICODE_ONLY.search(text)]
    return (legacy, _HAS_UNICODE_ONLY.search(together) is not None) if legacy else None


def _decoder(decode: Decoder, is_mixed: bool) -> Decoder:
    candidates = _HAS_LEGACY_OR_PUNCTUATION if decode is from_tcvn3 else _HAS_LEGACY

    @lru_cache(maxsize=1024)
    def decoded(text: str) -> str:
        if not candidates.search(text) or _HAS_UNICODE_ONLY.search(text):
            return text
        candidate = decode(text)
        if candidate == text or not _is_better(candidate, text, decode, is_mixed):
            return text
        return unicodedata.normalize("NFC", candidate)

    return decoded


def _is_better(candidate: str, text: str, decode: Decoder, is_mixed: bool) -> bool:
    """Whether a string of a legacy workbook is legacy itself; `Bé` and `Cô` are words in both alphabets."""
    _, ours, bad = _judged(text)
    good_decoded, ours_decoded, bad_decoded = _judged(candidate)
    if decode is from_vni and _accent_left(text):
        return False
    if _HAS_LEGACY_ONLY.search(text):
        return good_decoded > 0 or bad_decoded <= bad
    if is_mixed:
        return bad_decoded < bad or (decode is from_tcvn3 and bad_decoded == bad and ours_decoded > ours)
    return bad > 0 or bad_decoded == 0


def _accent_left(text: str) -> bool:
    """True when an accent of VNI stands after no vowel that could carry it: then it is a Unicode letter."""
    return any(letter in _VIETNAMESE for letter in _VNI_LETTER.sub("", text))
