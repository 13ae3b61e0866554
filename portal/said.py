"""What people type, as it is kept: Vietnamese in one spelling, without signs that nobody sees."""

import unicodedata


def cleaned(text: str, longest: int) -> str:
    """NFC, without control characters (lines stay), no longer than `longest`."""
    visible = (letter for letter in unicodedata.normalize("NFC", text) if letter.isprintable() or letter == "\n")
    return "".join(visible).strip()[:longest]
