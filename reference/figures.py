"""Figures as they are written in a language."""


def decimal(value: float, places: int, language: str) -> str:
    """`106.25` or, in Vietnamese, `106,25`; trailing zeros are dropped."""
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
