"""A process that stays, with Great Expectations and its suites imported, and forks one for each check.

    with resident(settings):        # the owner: the portal, whoever runs the DAG on this machine
        ...                         # checks of this home take no seconds to import, whoever asks for them

`python -m expectations.resident HOME` listens at a socket of the home and imports when it is first asked. It holds
neither lock nor store. It ends with its owner, and starts anew when the code, the rules or the lists are no longer
those that it has. Where it is not, or does not answer, a check starts a process of its own, as ever.
"""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from expectations.forked import ForkedProcess, Mains, NotForked, fork_for
from warehouse.as_published import code_digest
from warehouse.settings import Settings

_NAME = "judge.sock"
#: Importing takes seconds, on a machine that is busy many; who does not answer after that hangs.
_ANSWERS_WITHIN = 60.0
#: So long one that asks may keep the others waiting.
_ASKS_WITHIN = 5.0
#: What it says before it is asked.
_LISTENS = b"!"
_ROOT = Path(__file__).parent.parent


@contextmanager
def resident(settings: Settings) -> Iterator[None]:
    """Keep such a process for the home of these settings, as long as this one lives."""
    settings.home.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "expectations.resident", str(settings.home)],
        cwd=_ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
    )
    try:
        yield
    finally:
        if process.stdin:
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()
        process.wait()
        (settings.home / _NAME).unlink(missing_ok=True)


def is_there(settings: Settings) -> bool:
    """Whether some process says that it stays for this home; it may be gone all the same."""
    return (settings.home / _NAME).exists()


def wake(settings: Settings) -> None:
    """Have it import now what will be asked for soon. Where there is none, nothing happens."""
    with (
        suppress(OSError),
        _address(settings.home) as address,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server,
    ):
        # Where too many wait already, it hangs.
        server.settimeout(1)
        server.connect(address)


def forked(settings: Settings, environment: Mapping[str, str], files: tuple[int, ...]) -> ForkedProcess | None:
    """A process that will check, from the one that stays; None where there is none, or none that answers.

    It is given files only when it has said that it listens: what lies before one that hangs stays open, the lock of
    this run among it.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server, _address(settings.home) as address:
            server.settimeout(_ANSWERS_WITHIN)
            server.connect(address)
            if not server.recv(1):
                return None
            return ForkedProcess(server, code_digest(), [], environment, settings.home, files, within=_ANSWERS_WITHIN)
    except (OSError, NotForked):
        return None


def main(arguments: list[str]) -> int:
    home = Path(arguments[0])
    code = code_digest()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening, _address(home) as address:
        with suppress(FileNotFoundError):
            (home / _NAME).unlink()
        listening.bind(address)
        (home / _NAME).chmod(0o600)
        listening.listen()
        is_wanted = _serve(listening, code)
    if is_wanted:
        os.execv(sys.executable, [sys.executable, "-m", "expectations.resident", *arguments])
    return 0


def _serve(listening: socket.socket, code: str) -> bool:
    """Fork for whoever asks. False when the owner is gone, True when somebody has other code than this process.

    A check goes by the name of its code: nobody gets one of another.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    mains: Mains = {}
    while True:
        ready, _, _ = select.select([0, listening], [], [])
        if 0 in ready and not os.read(0, 1):
            return False
        if listening not in ready:
            continue
        request, _ = listening.accept()
        with request, suppress(OSError):
            mains = mains or {code: _imported()}
            request.settimeout(_ASKS_WITHIN)
            request.send(_LISTENS)
            is_asked = request.recv(1, socket.MSG_PEEK)
            if is_asked and not fork_for(request, mains, listening):
                return True


def _imported() -> Callable[[list[str]], int]:
    from expectations import worker

    with worker.importing():
        # What a check by itself imports only where it has need of it.
        import scipy.optimize  # noqa: F401

        from expectations.suites import judge_nothing

        judge_nothing()
    return lambda _: worker.main()


@contextmanager
def _address(home: Path) -> Iterator[str]:
    """The socket's address, by way of the open folder: there is no room in an address for a long path."""
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{_NAME}"
    finally:
        os.close(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
