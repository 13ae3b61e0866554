"""The guarded child process: reads one workbook after the other for its parent, within memory limits.

Started as `python -m ingest.worker FD MEMORY_MB`; FD is the inherited end of a duplex pipe. A request is a
`Request`, an answer a `Reading`. A hostile file can at worst end this process; the parent starts another.
"""

import os
import resource
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection

from ingest.model import Reading
from ingest.reader import Context, read_workbook

#: A monthly workbook has some tens of kilobytes; nothing this large can be one.
LARGEST_FILE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """A file to read; `path_name` is its path below the landing folder."""

    path: str
    path_name: str
    context: Context


def answer(request: Request) -> Reading:
    """Read the requested file. Raises OSError when it cannot be opened."""
    with open(request.path, "rb") as file:  # noqa: PTH123 (undecodable names must survive)
        content = file.read(LARGEST_FILE + 1)
    return read_workbook(content, request.path_name, request.context)


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    connection = Connection(int(sys.argv[1]))
    limit = int(sys.argv[2]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Libraries may print what they find in a file; nothing of it may reach a log.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    while True:
        try:
            request: Request = connection.recv()
        except EOFError:
            return
        try:
            result: Reading | str = answer(request)
        except Exception as error:
            # Only the kind of error: its text may quote the file.
            result = type(error).__name__
        connection.send(result)


if __name__ == "__main__":
    main()
