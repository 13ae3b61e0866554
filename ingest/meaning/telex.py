"""Words of which the keys were typed and no letters with accents were made: `thangs` for `tháng`, `Ddoosi tuwowngj`
for `Đối tượng`. Offices type by Telex, where a letter behind the syllable is its tone, and a doubled letter or one with
a `w` another letter; where the program was off, the keys stay."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]{3,}")
_TONE = re.compile(r"[sfrxj]$")
#: Keys of one letter, wherever its tone was typed (`Ddoois`, `Ddoosi`).
_KEYS = ((re.compile("dd"), "d"), (re.compile("([aeo])\\1"), r"\1"), (re.compile("(?<=[aou])w"), ""))
#: A syllable without its accents; none has a vowel twice.
_SYLLABLE = re.compile(
    r"(?!.*([aeo])\1)(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


def without_keys(text: str) -> str:
    """`text` with such words as they are without accents: `Số người trong thangs` → `Số người trong thang`. A word that
    is a syllable as it stands stays what it is, and so does one that is none without the keys (`HS`, `Excel`)."""
    return _WORD.sub(lambda match: _syllable(match[0]), text)


@lru_cache(maxsize=8192)
def _syllable(word: str) -> str:
    folded = word.lower()
    if not folded.isascii() or _SYLLABLE.fullmatch(folded):
        return word
    made = _TONE.sub("", folded)
    for keys, letter in _KEYS:
        made = keys.sub(letter, made)
    return made if made != folded and _SYLLABLE.fullmatch(made) else word
