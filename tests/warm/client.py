"""Starting a process from the one that is warm, and what stands for it: a part of what `subprocess.Popen` has."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


class WarmProcess:
    """A process that runs one of `tests.warm.preloaded.MAINS`."""

    def __init__(
        self, main: str, arguments: list[str], environment: dict[str, str], folder: Path, files: tuple[int, ...] = ()
    ) -> None:
        self.returncode: int | None = None
        self._output = tempfile.TemporaryFile()  # noqa: SIM115
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        its_input, mine = os.pipe()
        answers, its_answers = os.pipe()
        self._input = os.fdopen(mine, "w", encoding="utf-8")
        self._answers = os.fdopen(answers, encoding="utf-8")
        request = {"main": main, "arguments": arguments, "environment": environment, "folder": str(folder)}
        given = [its_input, self._output.fileno(), self._said.fileno(), its_answers, *files]
        socket.send_fds(server(), [json.dumps(request).encode()], given)
        os.close(its_input)
        os.close(its_answers)
        self.pid = int(self._answers.readline())

    def communicate(self, text: str = "") -> tuple[str, str]:
        """Give it its input and wait for its end; returns what it wrote and what it said."""
        with suppress(BrokenPipeError), self._input:
            self._input.write(text)
        status = self._answers.readline()
        self.returncode = int(status)
        found = []
        for file in (self._output, self._said):
            file.seek(0)
            found.append(file.read().decode("utf-8", "replace"))
            file.close()
        self._answers.close()
        return found[0], found[1]

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


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
