"""`python -m portal.worker`: does what is asked on its standard input, a word a line, and tells how it goes.

It answers with JSON objects, a line each: `{"began": …}`, `{"step": "build"}` when a step is done, in the end
`{"done": …}` or `{"failed": sentence, "failed_en": sentence}`. When the input ends, so does it.
"""

import json
import logging
import os
import sys
from datetime import date
from typing import TextIO

import steps
from expectations.resident import resident, wake
from ingest.monthly.learnt_columns import LearntColumn
from ingest.reread import learn_column
from portal.work import RUN, TEACH
from steps.monthly import judge
from warehouse import as_published, json_lines
from warehouse.settings import Settings, load_settings

_log = logging.getLogger("admissions.portal")


def main() -> int:
    """0 when the input has ended."""
    # What libraries print goes beside, not between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings = load_settings()
    if settings.log == "json":
        json_lines.to_standard_error()
    with resident(settings):
        wake(settings)
        for line in sys.stdin:
            _tell(answers, {"began": line.strip()})
            _tell(answers, _done(settings, line.strip(), answers))
    return 0


def _done(settings: Settings, asked: str, answers: TextIO) -> dict[str, str]:
    what, _, detail = asked.partition(" ")
    try:
        if what == RUN:
            for step, _ in steps.run(settings):
                _tell(answers, {"step": step})
        elif what == TEACH:
            _learn(settings, json.loads(detail))
            _tell(answers, {"step": TEACH})
            _judge(settings, answers)
        elif not as_published.is_as_published(settings):
            _judge(settings, answers)
    except Exception as error:
        _log.exception("not done: %s", what)
        return {"failed": _sentence(error, settings, "vi"), "failed_en": _sentence(error, settings, "en")}
    return {"done": what}


def _judge(settings: Settings, answers: TextIO) -> None:
    for step, _ in judge(settings):
        _tell(answers, {"step": step})


def _learn(settings: Settings, said: dict[str, str]) -> None:
    month = date.fromisoformat(said.pop("from_month"))
    learn_column(settings, LearntColumn(from_month=month, **said))


def _sentence(error: Exception, settings: Settings, language: str) -> str:
    """A step's trouble has its sentence in the office's language; what caused it has both."""
    cause = error.__cause__ if isinstance(error, steps.StepFailed) else None
    known = [
        steps.sentence_for(each, language, settings.home) for each in (cause, error) if isinstance(each, Exception)
    ]
    return next((each for each in known if each), f"{type(error).__name__}: {error}")


def _tell(answers: TextIO, told: dict[str, str]) -> None:
    answers.write(json.dumps(told, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
