"""`python -m expectations.worker`: imports Great Expectations, waits for the settings, checks, reports, ends.

One line of JSON (settings) comes in on standard input; one line of JSON goes out on standard output: a report, or
what went wrong. An input that ends without a line means that the check was called off.
"""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from expectations.lines import error_line, report_line, settings_from_line


def main() -> int:
    answers = _keep_output_clean()
    trouble: Exception | None = None
    try:
        with importing():
            from expectations.check import check
    except Exception as error:  # told when it is asked for
        trouble = error
    line = sys.stdin.readline()
    if not line.strip():
        return 0
    try:
        if trouble is not None:
            raise trouble
        answer = report_line(check(settings_from_line(line)))
    except Exception as error:  # every trouble is told to the process that asked
        answer = error_line(error)
    answers.write(answer + "\n")
    answers.flush()
    return 0


@contextmanager
def importing() -> Iterator[None]:
    """What is imported stays: to look through it for garbage, again and again, takes a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _keep_output_clean() -> TextIO:
    """The real standard output, for the answer alone; whatever libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    # Somebody waits for the end, and all that was imported takes a tenth of a second to be taken down.
    os._exit(status)
