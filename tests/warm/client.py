"""Starting a process from the one that is warm."""

import os
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path

from expectations.forked import ForkedProcess

ROOT = Path(__file__).parents[2]


class WarmProcess(ForkedProcess):
    """A process that runs one of `tests.warm.preloaded.MAINS`."""

    def __init__(
        self, main: str, arguments: list[str], environment: dict[str, str], folder: Path, files: tuple[int, ...] = ()
    ) -> None:
        super().__init__(server(), main, arguments, environment, folder, files)


@cache
def server() -> socket.socket:
    """The warm process of this test process; it ends when the socket is closed, with this process at the latest."""
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    subprocess.Popen(
        [sys.executable, "-m", "tests.warm.server", str(its.fileno())],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        pass_fds=(its.fileno(),),
    )
    its.close()
    return mine
