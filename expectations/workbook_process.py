"""`python -m expectations.workbook_process`: judges workbooks in memory for a process that is to stay small.

What a judgement needs (numerical libraries) takes a second and many megabytes; whoever asks starts a process for it,
which ends when it has answered.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from expectations.workbook_told import Judged, Workbook

_ASKED: TypeAdapter[Sequence[Workbook]] = TypeAdapter(Sequence[Workbook])
_ANSWER: TypeAdapter[list[Judged]] = TypeAdapter(list[Judged])
_SECONDS = 40


def judged_beside(workbooks: Sequence[Workbook]) -> list[Judged | None]:
    """What each tells of itself; None for all of them where the process did not answer."""
    if not workbooks:
        return []
    try:
        done = subprocess.run(
            [sys.executable, "-m", "expectations.workbook_process"],
            input=_ASKED.dump_json(workbooks),
            capture_output=True,
            cwd=Path(__file__).parent.parent,
            timeout=_SECONDS,
            check=True,
        )
        return [*_ANSWER.validate_json(done.stdout)]
    except (subprocess.SubprocessError, ValidationError):
        return [None] * len(workbooks)


def main() -> None:
    from expectations.workbook import judged

    asked = _ASKED.validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(_ANSWER.dump_json([judged(workbook) for workbook in asked]))


if __name__ == "__main__":
    main()
