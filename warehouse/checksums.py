"""Checksums beside what is published, as `sha256sum --check` reads them.

Two files cannot be exchanged at once. The published file's next checksum is on disk before the file itself takes its
place, and becomes its checksum after that: whenever the machine stops, one of the two is that of the file.
"""

import re
from pathlib import Path

from warehouse.digests import sha256_of
from warehouse.files import flush, write_whole

#: Of all files of a folder.
SUMS = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def checksum_file(path: Path) -> Path:
    """`admissions.duckdb` -> `admissions.duckdb.sha256`, beside it."""
    return path.with_name(f"{path.name}.sha256")


def announce(path: Path, unfinished: Path) -> str:
    """`unfinished` is about to take the place of `path`. Returns its checksum."""
    following, checksum = _following(path), sha256_of(unfinished)
    write_whole(following, line_of(checksum, path.name))
    # Whoever may read the file may check it.
    following.chmod(0o644)
    flush(following)
    flush(following.parent)
    return checksum


def confirm(path: Path) -> None:
    """What was announced has taken its place."""
    _following(path).replace(checksum_file(path))


def checksums_of(path: Path) -> frozenset[str]:
    """The checksums that the file may have: its own, and the one that was announced last; none where it has none."""
    found = (sums_in(each).get(path.name) for each in (checksum_file(path), _following(path)))
    return frozenset(each for each in found if each)


def write_sums(folder: Path) -> None:
    """The checksums of all files below the folder into its SHA256SUMS."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = (line_of(sha256_of(path), path.relative_to(folder).as_posix()) for path in files)
    write_whole(folder / SUMS, b"".join(lines))


def sums_in(path: Path) -> dict[str, str]:
    """Name -> SHA-256, as a file of checksums has them; nothing where there is none. Raises ValueError for another
    file."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{path}: {line[:80]!r}")
        found[match[2]] = match[1]
    return found


def line_of(sha256: str, name: str) -> bytes:
    return f"{sha256}  {name}\n".encode()


def _following(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256.next")
