"""Commands that are printed, as a shell wants them."""

import shlex


def one_word(text: str) -> str:
    """A text as one word of a command."""
    return f'"{text}"' if not set(text) & set('"\\$`!') else shlex.quote(text)
