"""What is served as it lies there."""

import hashlib
import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "portal" / "static"


def test_what_comes_from_elsewhere_is_what_its_note_says() -> None:
    rows = re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})` \|", (STATIC / "README.md").read_text("utf-8"))
    assert rows
    for name, digest in rows:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest, name


def test_no_style_or_script_names_another_host() -> None:
    for path in STATIC.glob("portal.*"):
        assert "//" not in re.sub(r"(?m)^\s*//.*$", "", path.read_text("utf-8")), path.name
