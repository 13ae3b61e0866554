"""Archive, journals, store and published file against their checksums and against each other.

Everything is read from end to end. What is found is a problem with its sentence: what is wrong, and what to do.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reference.texts import say
from warehouse import as_published
from warehouse.archived import NotArchived, archived_as
from warehouse.checksums import checksums_of
from warehouse.connections import StoreBusy, StoreDamaged, StoreNewer, has_store, reading_published, writing
from warehouse.decisions import JOURNAL as DECISIONS
from warehouse.digests import sha256_of, side_by_side
from warehouse.files import which_file
from warehouse.journal import JournalDamaged, damages_of, entries_of
from warehouse.lake.address import CatalogueUnreachable, DataUnreachable, NoSecret
from warehouse.relations import Relation, relations_in
from warehouse.run_lock import holding
from warehouse.settings import Settings

#: Called with (files done, files in all).
Progress = Callable[[int, int], None]

_RECORD = re.compile(r"[0-9a-f]{64}\.json")
_CONTENT = re.compile(r"([0-9a-f]{64})(?:\.[a-z]{1,5})?")


@dataclass(frozen=True)
class Defect:
    """Something that is wrong: the key of its sentence, and what is filled into it."""

    text: str
    detail: str

    def sentence(self, language: str) -> str:
        return say(self.text, language, detail=self.detail)


@dataclass(frozen=True)
class Verified:
    """How many files of the archive were read, with how many bytes, and what is wrong."""

    files: int
    bytes: int
    defects: tuple[Defect, ...]


@dataclass(frozen=True)
class _Seen:
    """What archive and store held at one moment, while nobody wrote: the files below the archive, the submissions whose
    content is kept (None: the store could not be asked), and what was wrong with the store."""

    files: tuple[Path, ...]
    stored: frozenset[str] | None
    defects: tuple[Defect, ...]


def verify(settings: Settings, progress: Progress = lambda done, total: None) -> Verified:
    """Read all of it. Raises OSError when the home itself cannot be used."""
    seen = _look(settings)
    contents = [path for path in seen.files if not _RECORD.fullmatch(path.name)]
    defects: list[Defect] = [*seen.defects]
    size = 0
    checked = side_by_side(_checked, contents, settings.workers)
    for done, (found, trouble) in enumerate(checked, start=1):
        size += found
        defects += [] if trouble is None else [trouble]
        progress(done, len(contents))
    records = {path.stem: path for path in seen.files if _RECORD.fullmatch(path.name)}
    defects += _records(settings.archive, records)
    if seen.stored and not seen.files:
        defects.append(Defect("verify_no_archive", str(settings.archive)))
    elif seen.stored is not None:
        defects += [Defect("verify_not_archived", each) for each in sorted(seen.stored - records.keys())]
        defects += [Defect("verify_not_stored", each) for each in sorted(records.keys() - seen.stored)]
    defects += [Defect("error_journal", each) for each in damages_of(settings.archive)]
    defects += _published(settings)
    return Verified(len(contents), size, tuple(defects))


# ------------------------------------------------------------------------------------------------- store and archive


def _look(settings: Settings) -> _Seen:
    try:
        with holding(settings, "admissions verify"):
            files = _files(settings.archive)
            if not has_store(settings):
                return _Seen(files, None, (Defect("verify_no_store", settings.store_name),) if files else ())
            all_is_published = as_published.is_as_published(settings)
            with writing(settings) as connection:
                stored, defects = _store(connection, settings, all_is_published)
            return _Seen(files, stored, tuple(defects))
    except StoreBusy as error:
        return _Seen(_files(settings.archive), None, (Defect("verify_busy", str(error)),))
    except (CatalogueUnreachable, DataUnreachable, NoSecret, StoreNewer) as error:
        return _Seen(_files(settings.archive), None, (Defect(error.text, str(error)),))
    except (StoreDamaged, duckdb.Error) as error:
        return _Seen(_files(settings.archive), None, (Defect("verify_store", str(error)),))


def _store(
    connection: duckdb.DuckDBPyConnection, settings: Settings, all_is_published: bool
) -> tuple[frozenset[str], list[Defect]]:
    """The submissions whose content was kept (of lists of people nothing was), and what is wrong with the tables that
    readers get. Each block of them is read: its own checksum tells whether it is what was written."""
    relations = relations_in(connection, "warehouse")
    stored = frozenset(
        submission_id
        for (submission_id,) in connection.execute(
            "SELECT submission_id FROM warehouse.raw.submissions WHERE reason IS DISTINCT FROM 'list_of_people'"
        ).fetchall()
    )
    decided = connection.execute("SELECT decision_id FROM warehouse.quality.decisions ORDER BY ALL").fetchall()
    defects = list(_forgotten(settings.archive, [str(each) for (each,) in decided]))
    if all_is_published:
        defects += _differing(settings, relations)
    return stored, defects


def _forgotten(archive: Path, decided: Sequence[str]) -> Iterator[Defect]:
    """Decisions that a rebuild would not have."""
    # That the journal cannot be read is a finding of its own.
    with suppress(JournalDamaged):
        kept = {entry.get("decision_id") for entry in entries_of(archive / DECISIONS)}
        yield from (Defect("verify_decision", each) for each in decided if each not in kept)


def _differing(settings: Settings, stored: Sequence[Relation]) -> Iterator[Defect]:
    """Tables of the published file that are not the store's, though nothing has changed since it was published."""
    with suppress(StoreDamaged, duckdb.Error), reading_published(settings, alone=True) as connection:
        published = relations_in(connection, "warehouse")
        differing = sorted({each.full_name for each in {*published} ^ {*stored}})
        if differing:
            yield Defect("verify_published_other", f"{settings.published}: {', '.join(differing)}")


def _files(archive: Path) -> tuple[Path, ...]:
    """What lies in the archive's folders; what a load that was killed has left unfinished is none of it."""
    found = archive.glob("[0-9a-f][0-9a-f]/*")
    return tuple(sorted(path for path in found if not path.name.startswith(".")))


def _checked(path: Path) -> tuple[int, Defect | None]:
    """Its bytes, and whether it is what its name says."""
    named = _CONTENT.fullmatch(path.name)
    if named is None or not path.name.startswith(path.parent.name):
        return 0, Defect("verify_stranger", str(path))
    try:
        size = path.stat().st_size
        found = sha256_of(path)
    except OSError as error:
        return 0, Defect("error_archive", f"{path}: {error.strerror}")
    return size, None if found == named[1] else Defect("error_archive", f"{path}: stored={found}")


def _records(archive: Path, records: dict[str, Path]) -> Iterator[Defect]:
    """Whether each record can be read and its content is there. (What the content is was looked at before.)"""
    for submission_id, path in sorted(records.items()):
        try:
            name = archived_as(archive, submission_id)
            if not (path.parent / name).is_file():
                yield Defect("error_archive", str(path.parent / name))
        except NotArchived as error:
            yield Defect("error_archive", str(error))


# ------------------------------------------------------------------------------------------------------- published file


def _published(settings: Settings) -> Iterator[Defect]:
    """The published file as readers have it; where another one takes its place meanwhile, that one."""
    found: Defect | None = None
    for _ in range(3):
        before = which_file(settings.published)
        found = _published_now(settings) if before else None
        if found is None or before == which_file(settings.published):
            break
    if found is not None:
        yield found


def _published_now(settings: Settings) -> Defect | None:
    path = settings.published
    try:
        expected = checksums_of(path)
        if expected and sha256_of(path) not in expected:
            return Defect("verify_published", str(path))
        with reading_published(settings, alone=True) as connection:
            # What an earlier version has published has no checksum yet: then its blocks have theirs.
            if not expected:
                relations_in(connection, "warehouse")
    except (OSError, ValueError, StoreDamaged, duckdb.Error) as error:
        return Defect("verify_published", f"{path}: {error}")
    return None
