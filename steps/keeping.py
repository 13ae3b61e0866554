"""Backup, from it back onto an empty home, and whether everything that is kept is what it was; and what
is thrown away in time."""

from pathlib import Path

from reference.texts import say
from steps.monthly import Progress, Summary, silent
from steps.rebuilding import rebuild
from steps.troubles import failures_in_words
from warehouse.settings import Settings

#: Files that are named one by one.
_MOST_NAMED = 20
#: After so many files it is told how far the work is: a log has a line for each time.
_TOLD = 250


def _now_and_then(progress: Progress) -> Progress:
    def told(done: int, total: int) -> None:
        if done % _TOLD == 0 or done == total:
            progress(done, total)

    return told


def backup(settings: Settings, folder: Path, progress: Progress = silent) -> Summary:
    """Everything that a rebuild needs into `folder`, with checksums. `troubles` are sentences: what is missing or
    damaged here though the backup is whole."""
    from warehouse.backup.make import make_backup

    with failures_in_words(settings):
        made = make_backup(settings, folder, _now_and_then(progress))
    language = settings.language
    troubles = [say(f"backup_store_{made.store}", language)] if made.store else []
    for text, paths in (("backup_damaged", made.damaged), ("backup_lost", made.lost)):
        troubles += [say(text, language, path=path) for path in paths[:_MOST_NAMED]]
        if len(paths) > _MOST_NAMED:
            troubles.append(say("backup_more", language, number=len(paths) - _MOST_NAMED))
    return {
        "folder": str(made.folder),
        "made_at": made.made_at.isoformat(),
        "files": len(made.files),
        "bytes": made.bytes,
        "copied": made.copied,
        "copied_bytes": made.copied_bytes,
        "troubles": troubles,
    }


def restore(settings: Settings, folder: Path, progress: Progress = silent) -> Summary:
    """What is in the backup back onto the empty home of `settings`; where it has no copy of the store, that is made
    again from the rest."""
    from warehouse.backup.restore import restore_backup

    with failures_in_words(settings):
        restored = restore_backup(settings, folder, _now_and_then(progress))
    # A copy of a file is no lake.
    if not restored.has_store or settings.lake:
        rebuild(settings, replace=True, progress=progress)
    return {
        "home": str(settings.home),
        "day": restored.day,
        "files": restored.files,
        "bytes": restored.bytes,
        "rebuilt": not restored.has_store,
        "lists": list(restored.lists),
        "settings": list(restored.settings),
    }


def verify(settings: Settings, progress: Progress = silent) -> Summary:
    """Archive, journals, store and published file against their checksums and against each other. `troubles` are
    sentences: each thing that is wrong, and what to do."""
    from warehouse.verify import verify as read_all

    with failures_in_words(settings):
        verified = read_all(settings, _now_and_then(progress))
    return {
        "files": verified.files,
        "bytes": verified.bytes,
        "troubles": [each.sentence(settings.language) for each in verified.defects],
    }


def clean_up(settings: Settings) -> Summary:
    """What was kept for long enough (`ADMISSIONS_KEEP_…`) is removed, and what killed processes have left; the archive
    and its journals never. `troubles` are sentences: what could not be removed."""
    from warehouse.clean_up import clean_up as remove

    with failures_in_words(settings):
        cleaned = remove(settings)
    return {
        "files": cleaned.files,
        "bytes": cleaned.bytes,
        "troubles": [say("clean_up_left", settings.language, detail=each) for each in cleaned.left],
    }
