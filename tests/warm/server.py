"""`python -m tests.warm.server FD`: forks a process for each request that comes through the socket FD.

A request is JSON (main, arguments, environment, folder) with open files: standard input, output and error, a pipe for
the answer, and what else the process is to hold. The answer is the process's id, later its exit status, a line each.
"""

import gc
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

from tests.warm.preloaded import MAINS

LONGEST = 1 << 20


def serve(requests: socket.socket) -> None:
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        text, files, _, _ = socket.recv_fds(requests, LONGEST, 16)
        if not text:
            return
        if os.fork() == 0:
            requests.close()
            _watch(json.loads(text), files)
        for file in files:
            os.close(file)


def _watch(request: dict[str, Any], files: list[int]) -> None:
    """Start the process and say how it ended, whatever ends it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *its_files, answers = files[:3] + files[4:] + files[3:4]
    process = os.fork()
    if process == 0:
        os.close(answers)
        _become(request, its_files)
    for file in its_files:
        os.close(file)
    os.write(answers, f"{process}\n".encode())
    _, status = os.waitpid(process, 0)
    os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(request: dict[str, Any], files: list[int]) -> None:
    status = 1
    try:
        for number, file in enumerate(files[:3]):
            os.dup2(file, number)
            os.close(file)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        status = MAINS[request["main"]](request["arguments"])
    # Whatever it is ends this process with its traceback; above here stands the server's own code.
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
