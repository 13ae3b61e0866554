"""A fuzzing target on the reader: `python -m tests.ingest.fuzz_reader --seconds 60`.

Workbooks are damaged (bytes changed, cut, doubled; parts of the archive damaged and packed again) and read in the
guarded child process. Whatever comes, the answer is a reading: lines, or a refusal with its sentences.
"""

import argparse
import io
import random
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ingest.guard import FileToRead, GuardedReaders
from ingest.model import Reading
from ingest.reader import Context
from tests.ingest.sheets import workbook

CONTEXT = Context("district:105", date(2026, 11, 24))


def damaged(content: bytes, seed: int) -> bytes:
    """`content` with something done to it; the same for the same seed."""
    chance = random.Random(seed)
    if chance.random() < 0.5:
        return _mangled(content, chance)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    name = chance.choice([name for name in parts if name.endswith(".xml")])
    parts[name] = _mangled(parts[name], chance)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    return written.getvalue()


def _mangled(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        place = chance.randrange(len(changed)) if changed else 0
        match chance.randrange(5):
            case 0:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[place : place + chance.randrange(1, 200)]
            case 2:
                changed[place:place] = changed[place : place + chance.randrange(1, 200)]
            case 3:
                changed[place:place] = chance.choice((b"9" * 40, b"<", b"&x;", b'"', b"\xff\xfe", b"-1", b"</row>"))
            case _:
                del changed[place:]
    return bytes(changed)


def readings(seeds: Iterator[int], folder: Path) -> Iterator[tuple[int, Reading | OSError]]:
    """Each seed's damaged workbook as the guarded reader answers it."""
    content = workbook()
    path = folder / "damaged.xlsx"
    with GuardedReaders(1, CONTEXT, seconds=10, memory_mb=1024) as readers:
        for seed in seeds:
            path.write_bytes(damaged(content, seed))
            (reading,) = readers.read_all([FileToRead(path, "damaged.xlsx")])
            yield seed, reading


def complaint(reading: Reading | OSError) -> str | None:
    """What is wrong with an answer; None when it is a reading, or a refusal that says why in both languages."""
    if isinstance(reading, OSError):
        return f"{reading!r}"
    if reading.reason is None:
        return None if reading.forms else "read, but nothing was found"
    said = [problem for problem in reading.problems if problem.code == reading.reason]
    return None if said and said[0].message_vi and said[0].message_en else f"{reading.reason} without a sentence"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--first", type=int, default=0)
    chosen = parser.parse_args()
    ends = time.monotonic() + chosen.seconds
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        seeds = iter(range(chosen.first, 10**9))
        for seed, reading in readings(seeds, Path(folder)):
            wrong = complaint(reading)
            outcomes[wrong or (isinstance(reading, Reading) and reading.reason) or "read"] += 1
            if wrong:
                print(f"seed {seed}: {wrong}")  # noqa: T201
            if time.monotonic() > ends:
                break
    print(dict(outcomes.most_common()))  # noqa: T201


if __name__ == "__main__":
    main()
