"""An address of mail, in the plain ASCII form that every server takes: nothing quoted, nothing folded."""

import re

_ADDRESS = re.compile(
    r"(?=.{1,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
)


def is_mail_address(text: str) -> bool:
    """Whether `text` is one address and nothing else (no name, no comma, no end of a line)."""
    return _ADDRESS.fullmatch(text) is not None
