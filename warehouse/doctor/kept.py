"""What is kept for ever: journals, accounts, and when all of it was last backed up."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from warehouse.backup.last import last_backup
from warehouse.doctor.finding import Finding, bad, good, note
from warehouse.journal import damages_of
from warehouse.settings import OFFICE_TIME, Settings

#: A backup is older than it should be after so long: where one is made every night, and elsewhere.
_NIGHTLY, _BY_HAND = timedelta(days=2), timedelta(days=7)


def journals(settings: Settings) -> Iterator[Finding]:
    """Those that cannot be read."""
    for damage in damages_of(settings.archive):
        yield bad("error_journal", settings.language, detail=damage)


def accounts(settings: Settings) -> Iterator[Finding]:
    """The file of accounts, where it cannot be read."""
    try:
        is_right = isinstance(json.loads(settings.accounts.read_text("utf-8")), dict)
    except FileNotFoundError:
        return
    except (OSError, ValueError):
        is_right = False
    if not is_right:
        yield bad("error_accounts_damaged", settings.language, detail=settings.accounts)


def backups(settings: Settings) -> Iterator[Finding]:
    """When the last one was made; nothing where there is nothing to be kept yet."""
    language = settings.language
    last = last_backup(settings)
    command = f"admissions backup {settings.backup or _folder_in(language)}"
    if last is None:
        if any(settings.archive.glob("*.jsonl")):
            yield note("doctor_no_backup", language, command=command)
        return
    age = datetime.now(UTC) - last.made_at
    day = last.made_at.astimezone(OFFICE_TIME).strftime("%d/%m/%Y")
    if age > (_NIGHTLY if settings.backup else _BY_HAND):
        command = f"admissions backup {settings.backup or last.folder}"
        yield bad("doctor_backup_old", language, days=age.days, day=day, folder=last.folder, command=command)
    else:
        yield good("doctor_backup", language, day=day, folder=last.folder)


def _folder_in(language: str) -> str:
    return "THƯ_MỤC" if language == "vi" else "FOLDER"
