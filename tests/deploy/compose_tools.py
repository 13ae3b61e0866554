"""What Docker Compose does with docker-compose.yml before it starts anything: read it and fill in its variables."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = PROJECT / "docker-compose.yml"

# ${NAME}, ${NAME:-default}, ${NAME:+where it is set}; the innermost first, so that a default may hold a variable.
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:-|:\+)([^${}]*))?\}")


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """Fill in the variables of one value."""

    def value(match: re.Match[str]) -> str:
        name, kind, word = match.groups()
        found = variables.get(name, "")
        if kind == ":+":
            return word if found else ""
        return found or word or ""

    while VARIABLE.search(text):
        text = VARIABLE.sub(value, text)
    return text.replace("$$", "$")


def filled(part: Any, variables: Mapping[str, str]) -> Any:
    """Fill in the variables of every text in a part of the file."""
    if isinstance(part, str):
        return interpolate(part, variables)
    if isinstance(part, list):
        return [filled(item, variables) for item in part]
    if isinstance(part, dict):
        return {key: filled(item, variables) for key, item in part.items()}
    return part


def read_compose() -> dict[str, Any]:
    """The file with its anchors resolved, its variables not."""
    return yaml.safe_load(COMPOSE_FILE.read_text("utf-8"))


def variables() -> set[str]:
    """The names that the file takes from the environment or `.env`."""
    return {match[1] for match in re.finditer(r"(?<!\$)\$\{(\w+)", COMPOSE_FILE.read_text("utf-8"))}
