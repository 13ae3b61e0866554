"""What a Vietnamese syllable looks like, to tell a misspelt word from another word."""

import re

#: Initials and rimes without accents, as keys have them (Vietnamese orthography: every word is one such syllable).
_INITIALS = "b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|tr?|th|v|x"
_RIMES = (
    "a|ach?|ai|am|anh?|ang|ao|ap|at|au|ay|e|ech?|em|eng?|enh|eo|ep|et|eu|i|ia|ich|iec|iem|ieng?|iep|iet|ieu|im|inh?|ip|it"
    "|iu|o|oach?|oai?|oam|oang?|oanh|oao|oat|oay|oc|oen?|oeo|oet|oi|om|ong?|oong|op|ot|u|uang?|uat?|uay|uc|uech?|uenh|ui"
    "|um|ung?|uo|uoc|uoi|uom|uong?|uop|uot|uou|up|ut|uu|uya?|uych|uyen|uyet|uynh|uyt|uyu|y|yem|yen|yet|yeu"
)
_SYLLABLE = re.compile(f"(?:{_INITIALS})?(?:{_RIMES})")


def is_syllable(word: str) -> bool:
    """Whether a word (a key) can be a Vietnamese word: `bang`, `chot`; not `khca`, `tuoii`, `dtts`."""
    return _SYLLABLE.fullmatch(word) is not None
