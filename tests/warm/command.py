"""`python -m tests.warm.command FD …`: `admissions …` in a process of its own, its dbt and check from the warm process.

FD is the socket of the warm process; requests of several processes do not mix.
"""

import socket
import subprocess
import sys

from tests.warm import client, places


def start(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    requests = client.server().fileno()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.warm.command", str(requests), *arguments],
        env=environment,
        cwd=client.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(requests,),
    )


def _main() -> None:
    from cli.commands import main

    requests = socket.socket(fileno=int(sys.argv.pop(1)))
    client.server = lambda: requests
    with places.warm():
        main()


if __name__ == "__main__":
    _main()
