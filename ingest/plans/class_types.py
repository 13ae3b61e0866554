"""Which kind of class a commune's words mean: for candidates, for new members, or for those who run committees."""

import re
from functools import lru_cache

from ingest.meaning.concepts import with_a_slip_mended
from ingest.meaning.telex import without_keys
from ingest.monthly.header_texts import words_run_together
from ingest.values.syllables import is_syllable
from ingest.values.text import key

AWARENESS = "awareness"
NEW_MEMBERS = "new_members"
COMMITTEE_WORK = "committee_work"
#: Of another kind, or not said clearly.
OTHER = "other"

_MEANINGS = {
    AWARENESS: re.compile(
        r"\bn(?:h[ao]?n?)? ?thu?c\b|\bcam tinh\b|\bntv? ?d(?:ang)?\b|\bbdnt\b|\bnt ve dang\b|\btim hieu ve dang\b"
        r"|\bdoi tuong (?:(?:k(?:et)? ?nap|kn) )?dang\b|\bdoi tuong (?:k(?:et)? ?nap|kn)\b"
        r"|\bquan chung(?: uu tu)?\b|\bqcut\b|\bnguon ket nap\b"
        r"|\b(?:bd|boi duong|lop) (?:de |truoc khi )?(?:k(?:et)? ?nap|kn)(?: vao)?(?: dang)?\b(?! vien)"
    ),
    NEW_MEMBERS: re.compile(
        r"\b(?:dang vien|dv|d vien) (?:moi|du bi|vua ket nap)\b|\bdvm\b|\bdvdb\b|\bdvmoi\b|\bmoi ket nap\b"
    ),
    COMMITTEE_WORK: re.compile(
        r"\bngh?iep vu\b|\bnv ?(?:ct|cong tac)\b|\bcap uy\b|\bchi uy\b|\bbi thu\b|\bp?bt ?cb\b|\bpbt\b|\bbt chi bo\b"
        r"|\buy vien\b|\bcong tac (?:xay dung )?dang\b(?! vien)|\bct dang\b(?! vien)|\bkiem tra giam sat\b|\bnvctd\b"
    ),
}
#: What is written in one with the next word: `Lopnhan thuc`, `BDnghiệp vụ`.
_JOINED = re.compile(r"\b(lop|bd|hoc)([a-z]{2,})")
#: `-nt-`, `"`, `//`, `như trên`: what stands in the row above.
_AS_ABOVE = re.compile(r"[-–—.\s]*(?:n\.?t|như trên|nhu tren|[\"”“'/]{1,4})[-–—.\s]*", re.IGNORECASE)


def is_as_above(text: str) -> bool:
    """Whether a text says that what stands above goes for this row, too."""
    return _AS_ABOVE.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def class_type(text: str) -> str | None:
    """AWARENESS, NEW_MEMBERS or COMMITTEE_WORK; None for words that mean none of them, or several."""
    spaced = key(without_keys(words_run_together(text)))
    words = _JOINED.sub(lambda match: " ".join(match.groups()) if is_syllable(match[2]) else match[0], spaced)
    meant = [kind for kind, meaning in _MEANINGS.items() if meaning.search(words)]
    return meant[0] if len(meant) == 1 else None


@lru_cache(maxsize=8192)
def class_type_but_for_a_slip(text: str) -> str | None:
    """The same of words that a slip has made others of (`đối tượgn kết nạp Đảng`), where that can only be one kind."""
    if (kind := class_type(text)) is not None:
        return kind
    meant = {class_type(other) for other in with_a_slip_mended(text)} - {None}
    return meant.pop() if len(meant) == 1 else None
