"""Sign-in slows down after failures: whoever guesses waits longer each time, whoever slips once does not notice."""

import threading
import time
from collections.abc import Callable

#: Failures that cost nothing; from then on the wait doubles, up to the longest.
_FREE = 4
_LONGEST = 300.0
_FORGOTTEN_AFTER = 3600.0
_MOST_NAMES = 10_000


class Attempts:
    """The failures of each name and of each address, in this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures: dict[str, tuple[int, float]] = {}

    def wait(self, *whose: str) -> float:
        """Seconds until the next try of these is heard; 0 when it is now."""
        with self._lock:
            return max((self._left(each) for each in whose), default=0.0)

    def failed(self, *whose: str) -> None:
        with self._lock:
            now = self._now()
            if len(self._failures) > _MOST_NAMES:
                kept = self._failures.items()
                self._failures = {each: was for each, was in kept if now - was[1] < _FORGOTTEN_AFTER}
            for each in whose:
                count, last = self._failures.get(each, (0, now))
                self._failures[each] = (1 if now - last > _FORGOTTEN_AFTER else count + 1, now)

    def succeeded(self, *whose: str) -> None:
        with self._lock:
            for each in whose:
                self._failures.pop(each, None)

    def _left(self, whose: str) -> float:
        count, last = self._failures.get(whose, (0, 0.0))
        if count <= _FREE:
            return 0.0
        return max(0.0, last + min(_LONGEST, 2.0 ** (count - _FREE)) - self._now())
