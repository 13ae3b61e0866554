"""What the doors call: the steps of a run, a decision, a rebuild, what is sent back. The one place that joins rooms.

Each takes the settings and returns a small summary (plain values, for logs and XCom); each can be run again. What
cannot be done leaves a step as StepFailed, with a sentence of the catalogue for the operator.
"""

from steps.again import again
from steps.closing import close_month
from steps.decisions import decide, use_version
from steps.examining import examine
from steps.keeping import backup, clean_up, restore, verify
from steps.monthly import Progress, Summary, build, check, load, part_of_run, publish, run, unless_published
from steps.rebuilding import rebuild
from steps.reminding import NotAllSent, remind, remind_today, send_summary
from steps.sending_back import annotate
from steps.told import told
from steps.troubles import StepFailed, sentence_for
from steps.words import words

__all__ = [
    "NotAllSent",
    "Progress",
    "StepFailed",
    "Summary",
    "again",
    "annotate",
    "backup",
    "build",
    "check",
    "clean_up",
    "close_month",
    "decide",
    "examine",
    "load",
    "part_of_run",
    "publish",
    "rebuild",
    "remind",
    "remind_today",
    "restore",
    "run",
    "send_summary",
    "sentence_for",
    "told",
    "unless_published",
    "use_version",
    "verify",
    "words",
]
