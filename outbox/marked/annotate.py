"""Gives the communes their reports back, marked, with a list of what is to be corrected and a letter."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path, PurePath

from outbox.marked.as_xlsx import SheetAsRead
from outbox.marked.letter import as_text, letter
from outbox.marked.letter_document import letter_document
from outbox.marked.list_sheet import Heading
from outbox.marked.mark import mark_workbook
from outbox.marked.plan import Plan, plan_of, severities_in_words
from outbox.marked.to_return import SentReport, ToReturn, reports_of_month, scope_name_of
from outbox.offices import Sender, names_of
from outbox.words import words
from reference.naming import meant
from reference.trouble import Trouble
from warehouse.archived import archived_content
from warehouse.files import write_whole
from warehouse.settings import Settings

#: A workbook's bytes -> its worksheets in their order, as the reader sees them; a function that processes can share.
Reader = Callable[[bytes], Sequence[SheetAsRead]]
#: Called with (done, total).
Progress = Callable[[int, int], None]

#: Stands for every commune of the month.
EVERYBODY = "all"
_ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]')
_LONGEST_STEM = 120
#: Fewer reports are marked before other processes would have started.
_FEWEST_FOR_PROCESSES = 12


class NoReportToReturn(Trouble, LookupError):
    """No report of such a commune was accepted for the month; the text is what was asked for."""

    text = "error_no_report_to_return"


class SeveralReports(Trouble, ValueError):
    """One file was asked for and there are several reports; the text lists them."""

    text = "error_several_reports"


class InsideArchive(Trouble, ValueError):
    """What was received is never written over; the text is the file that was asked for."""

    text = "error_inside_archive"


class MarkingStopped(Trouble, RuntimeError):
    """A process that marks reports was ended from outside; the text says how many of them had been marked."""

    text = "error_marking_stopped"


@dataclass(frozen=True)
class Marked:
    """A report that goes back: whose, where its marked copy and the letter (as text and as a Word document) are, how
    severe its points are."""

    commune_name: str
    path: Path
    letter: Path
    document: Path
    severities: tuple[str, ...]


@dataclass(frozen=True)
class Annotated:
    """What was asked for: the reports that go back, and the names of the communes that get none back."""

    marked: tuple[Marked, ...]
    clean: tuple[str, ...]


def annotate(
    settings: Settings,
    commune: str,
    month: date,
    path: Path | None,
    read: Reader,
    progress: Progress = lambda done, total: None,
) -> Annotated:
    """Mark the newest report of `commune` (a code, a name or part of it; `all`) for `month`, and official forms of
    that month in which something is unsettled.

    With `all`, what is only worth a look is no reason to send a report back; in a report asked for by name it is
    marked, too. `path` is the file to write, or a folder; in the outbox when left out. Raises NothingPublished,
    NoReportToReturn, SeveralReports, InsideArchive, NotArchived, MarkingStopped, and OSError where a file cannot be
    written.
    """
    of_month = reports_of_month(settings, month)
    chosen = _chosen(of_month, commune)
    if not chosen:
        raise NoReportToReturn(f"{commune}, {month:%Y-%m}")
    if path is not None and path.resolve().is_relative_to(settings.archive.resolve()):
        raise InsideArchive(str(path))
    faulty = [each for each in chosen if goes_back(each, commune)]
    is_folder = path is None or path.is_dir() or commune == EVERYBODY
    if not is_folder and len(faulty) > 1:
        raise SeveralReports(", ".join(_called(each.report) for each in faulty))
    sender = Sender(scope_name_of(settings), settings.current_day())
    folder = path or settings.outbox / f"{month:%Y-%m}"
    stems = _stems([each.report for each in of_month]) if is_folder else {}
    tasks = [
        _Task(settings.archive, each, sender, folder, stems.get(each.report.submission_id), read) for each in faulty
    ]
    # A commune whose official form is sent back is not said to have nothing to mark, whatever its report says.
    marked = {each.report.commune_code for each in faulty}
    clean = dict.fromkeys(each.report.commune_name for each in chosen if each.report.commune_code not in marked)
    return Annotated(tuple(_done(tasks, settings.workers, progress)), tuple(clean))


def _chosen(reports: Sequence[ToReturn], wanted: str) -> list[ToReturn]:
    if wanted == EVERYBODY:
        return list(reports)
    return meant(wanted, reports, lambda each: (each.report.commune_code, each.report.commune_name))


def goes_back(returned: ToReturn, wanted: str) -> bool:
    """Whether there is ground to send a report back that was asked for as `wanted` (`all`: nobody in particular)."""
    return any(point.severity != "info" or wanted != EVERYBODY for point in returned.points)


def _called(report: SentReport) -> str:
    return f"{report.commune_name}: {report.file_name}"


def _stems(reports: Sequence[SentReport]) -> dict[str, str]:
    """Submission -> what its marked copy is called, after the sender's own name for it.

    Two communes may call their reports the same: then the commune's code tells them apart, and where even that is the
    same the submission does.
    """
    stems = {report.submission_id: _stem(report.file_name) for report in reports}
    codes = {report.submission_id: report.commune_code for report in reports}
    for distinction in (codes, {submission: submission[:8] for submission in stems}):
        times = Counter(stem.casefold() for stem in stems.values())
        stems = {
            submission: stem if times[stem.casefold()] == 1 else f"{stem} {distinction[submission]}"
            for submission, stem in stems.items()
        }
    return {submission: words("file_name", stem=stem) for submission, stem in stems.items()}


def _stem(file_name: str) -> str:
    """The name without its ending, what we added to it before, and what no file system takes."""
    name = PurePath(unicodedata.normalize("NFC", file_name).replace("/", "_"))
    plain = name.stem if name.suffix.lower() in _ENDINGS else name.name
    plain = plain.removesuffix(words("file_name", stem=""))
    return _NOT_IN_NAMES.sub("_", plain)[:_LONGEST_STEM].strip(" .") or "_"


# ---------------------------------------------------------------------------------------------------- one report


@dataclass(frozen=True)
class _Task:
    """A report to mark, and where to: `target` is the file, or with a `stem` (a name without ending) its folder."""

    archive: Path
    returned: ToReturn
    sender: Sender
    target: Path
    stem: str | None
    read: Reader


def _done(tasks: Sequence[_Task], workers: int, progress: Progress) -> Iterator[Marked]:
    if workers == 1 or len(tasks) < _FEWEST_FOR_PROCESSES:
        yield from map(_mark, tasks)
        return
    number = 0
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes:
            for number, marked in enumerate(processes.map(_mark, tasks, chunksize=4), start=1):
                progress(number, len(tasks))
                yield marked
    except BrokenProcessPool as error:
        raise MarkingStopped(f"{number}/{len(tasks)}") from error


def _mark(task: _Task) -> Marked:
    report = task.returned.report
    plan = plan_of(task.returned)
    content = archived_content(task.archive, report.submission_id)
    copy = mark_workbook(content, task.read(content), plan, _heading(report, plan, task.sender), task.sender.commission)
    path = task.target if task.stem is None else task.target / f"{task.stem}{copy.ending}"
    stem = path.stem if path.suffix.lower() in _ENDINGS else path.name
    letter_path, document_path = (path.with_name(f"{stem}.{ending}") for ending in ("txt", "docx"))
    written = letter(report, plan, task.sender, path.name)
    write_whole(path, copy.content)
    write_whole(letter_path, as_text(written).encode())
    write_whole(document_path, letter_document(written))
    severities = tuple(line.severity for line in plan.lines)
    return Marked(report.commune_name, path, letter_path, document_path, severities)


def _heading(report: SentReport, plan: Plan, sender: Sender) -> Heading:
    severities = [line.severity for line in plan.lines]
    counted = {"number": len(severities), "severities": severities_in_words(severities)}
    return Heading(
        words("list_whose", **names_of(report)),
        words("list_how_many", **counted),
        words("list_what_to_do", commission=sender.commission),
    )
