"""Is everything in order? Settings, folders, stores and versions, each as a finding."""

import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from reference.communes import communes_in_scope
from reference.texts import say
from warehouse.connections import StoreBusy, StoreDamaged, reading_published, writing
from warehouse.last_failure import last_failure
from warehouse.publish import unpublished_reports
from warehouse.run_lock import holder_of
from warehouse.settings import Settings

#: Packages whose versions matter when something is reported.
_PACKAGES = (
    "apache-airflow",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "python-calamine",
)


@dataclass(frozen=True)
class Finding:
    """One check: its sentence, and whether it is in order."""

    sentence: str
    is_good: bool


def examine(settings: Settings) -> list[Finding]:
    """Every check. Nothing is created but what a run would create, too (folders and the empty store)."""
    return [
        *(_can_be_written(folder, settings) for folder in _folders(settings)),
        _scope(settings),
        _store(settings),
        _published(settings),
        *_since_publishing(settings),
    ]


def versions() -> dict[str, str]:
    """The versions of Python and of the main parts."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "–"
    return found


def _folders(settings: Settings) -> tuple[Path, ...]:
    return (settings.home, settings.landing, settings.archive, settings.published.parent)


def _finding(sentence: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except (OSError, StoreBusy, StoreDamaged, duckdb.Error) as error:
        return Finding(f"{sentence}: {error}", is_good=False)
    return Finding(sentence, is_good=True)


def _can_be_written(folder: Path, settings: Settings) -> Finding:
    def write() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")

    return _finding(say("doctor_home", settings.language, path=folder), write)


def _scope(settings: Settings) -> Finding:
    number = len({(commune.code, commune.name) for commune in communes_in_scope(settings.scope)})
    return Finding(say("doctor_scope", settings.language, number=number), is_good=True)


def _store(settings: Settings) -> Finding:
    def open_store() -> None:
        with writing(settings):
            pass

    other = holder_of(settings)
    if other is not None:
        # That it is in use is no fault, and opening it now might stop whoever writes.
        return Finding(say("doctor_busy", settings.language, who=other.in_words(settings.language)), is_good=True)
    return _finding(say("doctor_store", settings.language, path=settings.store), open_store)


def _since_publishing(settings: Settings) -> list[Finding]:
    """That the published file is older than the store: because a step has failed, or nobody has published since."""
    language = settings.language
    if failed := last_failure(settings):
        sentence = say("doctor_failed", language, step=failed.step, at=failed.at, sentence=failed.sentence)
        return [Finding(sentence, is_good=False)]
    if not settings.store.exists() or not settings.published.exists() or holder_of(settings) is not None:
        return []
    try:
        with writing(settings) as connection:
            waiting = unpublished_reports(connection, settings.published)
    except (OSError, StoreBusy, StoreDamaged, duckdb.Error):
        # That the store cannot be opened is a finding of its own.
        return []
    return [Finding(say("doctor_unpublished", language, number=waiting), is_good=True)] if waiting else []


def _published(settings: Settings) -> Finding:
    def open_published() -> None:
        with reading_published(settings) as connection:
            connection.execute("SELECT count(*) FROM warehouse.raw.submissions")

    if not settings.published.exists():
        return Finding(say("doctor_not_published", settings.language), is_good=True)
    return _finding(say("doctor_published", settings.language, path=settings.published), open_published)
