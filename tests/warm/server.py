"""`python -m tests.warm.server FD`: forks a process for each request that comes through the socket FD."""

import gc
import signal
import socket
import sys

from expectations.forked import fork_for
from tests.warm.preloaded import MAINS


def serve(requests: socket.socket) -> None:
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while fork_for(requests, MAINS):
        pass


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
