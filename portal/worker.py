"""`python -m portal.worker`: does what is asked on its standard input, a word a line, and tells how it goes.

It answers with JSON objects, a line each: `{"step": "build"}` when a step is done, in the end `{"done": …}` or
`{"failed": sentence}`. When the input ends, so does it.
"""

import json
import os
import sys
from typing import TextIO

import steps
from expectations.resident import resident, wake
from portal.work import RUN
from steps.monthly import build_check_publish
from warehouse import as_published
from warehouse.settings import Settings, load_settings


def main() -> int:
    """0 when the input has ended."""
    # What libraries print goes beside, not between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings = load_settings()
    with resident(settings):
        wake(settings)
        for line in sys.stdin:
            _tell(answers, _done(settings, line.strip(), answers))
    return 0


def _done(settings: Settings, what: str, answers: TextIO) -> dict[str, str]:
    try:
        if what == RUN:
            for step, _ in steps.run(settings):
                _tell(answers, {"step": step})
        elif not as_published.is_as_published(settings):
            build_check_publish(settings)
    except Exception as error:
        sentence = steps.sentence_for(error, settings.language, settings.home)
        return {"failed": sentence or f"{type(error).__name__}: {error}"}
    return {"done": what}


def _tell(answers: TextIO, told: dict[str, str]) -> None:
    answers.write(json.dumps(told, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
