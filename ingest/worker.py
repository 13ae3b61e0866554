"""The guarded child process: reads one workbook after the other for its parent, within memory limits.

Started as `python -m ingest.worker FD MEMORY_MB SECONDS`; FD is the inherited end of a duplex pipe. A request is a
`Request`, an answer a `Reading`; before the first one it says that it is ready. A hostile file can at worst end this
process; the parent starts another. A reading that has had a processor for SECONDS ends this process; the parent ends
one that waits as long for something else. Where the parent itself has been killed, a reading ends in some minutes.
"""

import os
import resource
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection

from ingest.model import Reading
from ingest.reader import Context, read_workbook

#: A monthly workbook has some tens of kilobytes; nothing this large can be one.
LARGEST_FILE = 64 * 1024 * 1024
#: A reading that is kept waiting by what else the machine has to do may take that many times SECONDS.
AT_MOST = 6
#: How much longer than the parent allows a reading may go on where no parent is left to end it.
_WITHOUT_PARENT = 2
#: What is said when everything is imported: the seconds of a reading are not for that.
READY = "ready"


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
    seconds = int(sys.argv[3])
    # Libraries may print what they find in a file; nothing of it may reach a log.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    connection.send(READY)
    while True:
        try:
            request: Request = connection.recv()
        except EOFError:
            return
        # Nobody handles the signals: they end the process even while a library does not return.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.alarm(AT_MOST * seconds + _WITHOUT_PARENT)
        try:
            result: Reading | str = answer(request)
        except Exception as error:
            # Only the kind of error: its text may quote the file.
            result = type(error).__name__
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        connection.send(result)


if __name__ == "__main__":
    main()
