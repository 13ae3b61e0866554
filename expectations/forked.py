"""Processes that are forked from one with everything imported: how they are asked for, and how they are made.

A request is JSON (main, arguments, environment, folder) with open files: standard input, output and error, a pipe for
the answer, and what else the process is to hold. The answer is the process's id, later its exit status, a line each.
Whoever forks keeps none of the files.
"""

import json
import os
import select
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

Mains = Mapping[str, Callable[[list[str]], int]]
_LONGEST = 1 << 20


class NotForked(Exception):
    """The one that is to fork has not done so: it ended, hangs, or did not want to."""


class ForkedProcess:
    """A process that runs one of the other side's mains; a part of what `subprocess.Popen` has."""

    def __init__(
        self,
        server: socket.socket,
        main: str,
        arguments: list[str],
        environment: Mapping[str, str],
        folder: Path,
        files: tuple[int, ...] = (),
        within: float | None = None,
    ) -> None:
        """Raises NotForked when it is not there `within` seconds: what comes later finds its input closed."""
        self.returncode: int | None = None
        self._output = tempfile.TemporaryFile()  # noqa: SIM115
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        its_input, mine = os.pipe()
        answers, its_answers = os.pipe()
        self._input = os.fdopen(mine, "w", encoding="utf-8")
        self._answers = os.fdopen(answers, encoding="utf-8")
        request = {"main": main, "arguments": arguments, "environment": dict(environment), "folder": str(folder)}
        given = [its_input, self._output.fileno(), self._said.fileno(), its_answers, *files]
        try:
            socket.send_fds(server, [json.dumps(request).encode()], given)
        except OSError as error:
            self._close()
            raise NotForked(str(error)) from error
        finally:
            os.close(its_input)
            os.close(its_answers)
        is_there = select.select([answers], [], [], within)[0]
        said = self._answers.readline() if is_there else ""
        if not said:
            self._close()
            raise NotForked("no answer")
        self.pid = int(said)

    def give(self, text: str) -> None:
        """All of its input."""
        with suppress(BrokenPipeError), self._input:
            self._input.write(text)

    def communicate(self, text: str = "") -> tuple[str, str]:
        """Give it its input, if that is not done, and wait for its end; returns what it wrote and what it said."""
        if not self._input.closed:
            self.give(text)
        self.returncode = int(self._answers.readline() or -signal.SIGKILL)
        found = []
        for file in (self._output, self._said):
            file.seek(0)
            found.append(file.read().decode("utf-8", "replace"))
        self._close()
        return found[0], found[1]

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _close(self) -> None:
        for file in (self._input, self._answers, self._output, self._said):
            with suppress(OSError):
                file.close()


def fork_for(requests: socket.socket, mains: Mains, *ours: socket.socket) -> bool:
    """Fork a process for the next request; False where there are no more, or for a main that is not known. `ours` are
    not for what is forked."""
    text, files, _, _ = socket.recv_fds(requests, _LONGEST, 16)
    request = json.loads(text) if text else {}
    is_known = request.get("main") in mains
    if is_known and os.fork() == 0:
        for each in (requests, *ours):
            each.close()
        _watch(request, files, mains)
    for file in files:
        os.close(file)
    return is_known


def _watch(request: dict[str, Any], files: list[int], mains: Mains) -> None:
    """Start the process and say how it ended, whatever ends it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *its_files, answers = files[:3] + files[4:] + files[3:4]
    process = os.fork()
    if process == 0:
        os.close(answers)
        _become(request, its_files, mains)
    for file in its_files:
        os.close(file)
    os.write(answers, f"{process}\n".encode())
    _, status = os.waitpid(process, 0)
    with suppress(BrokenPipeError):
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(request: dict[str, Any], files: list[int], mains: Mains) -> None:
    status = 1
    try:
        for number, file in enumerate(files[:3]):
            os.dup2(file, number)
            os.close(file)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        status = mains[request["main"]](request["arguments"])
    # Whatever it is ends this process with its traceback; above here stands the server's own code.
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
