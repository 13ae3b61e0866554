"""SHA-256 of files, several at a time: reading and hashing go on beside each other."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

_CHUNK = 1 << 20
_AT_A_TIME = 256
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def opened(path: Path) -> BinaryIO:
    """The file itself, for reading: what a link leads to is not followed. Raises OSError, naming it."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")


def chunks(file: BinaryIO, length: int | None = None) -> Iterator[bytes]:
    """What the file has, or its first `length` bytes."""
    left = length
    while chunk := file.read(_CHUNK if left is None else min(_CHUNK, left)):
        yield chunk
        left = None if left is None else left - len(chunk)


def sha256_of(path: Path, length: int | None = None) -> str:
    """Of the file, or of its first `length` bytes, in hexadecimal digits. Raises OSError, also for a link."""
    digest = hashlib.sha256()
    with opened(path) as file:
        for chunk in chunks(file, length):
            digest.update(chunk)
    return digest.hexdigest()


def side_by_side(work: Callable[[_Given], _Made], given: Iterable[_Given], workers: int) -> Iterator[_Made]:
    """What `work` makes of each, in their order. For work that waits for a disk or hashes: threads do."""
    waiting = iter(given)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        while batch := list(islice(waiting, _AT_A_TIME)):
            yield from pool.map(work, batch)
