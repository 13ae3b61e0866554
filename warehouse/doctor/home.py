"""Where everything lies: folders, disks, who has the lock, versions of the software."""

import os
import platform
import shlex
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reference.communes import communes_in_scope
from warehouse.doctor.finding import Finding, bad, good, note
from warehouse.folders import LandingGone, make_folder
from warehouse.run_lock import HalfRestored, holder_of
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
#: Less room than this is none.
_SPARE = 100_000_000
#: No run takes so long, in seconds.
_LONGEST_RUN = 6 * 60 * 60


def versions() -> dict[str, str]:
    """The versions of Python and of the main parts."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "–"
    return found


def half_restored(settings: Settings) -> list[Finding]:
    """Restoring was cut short: nothing else can be told of such a home."""
    try:
        is_so = settings.restoring.exists()
    except OSError:
        return []
    return [Finding(HalfRestored(str(settings.home)).sentence(settings.language), is_good=False)] if is_so else []


def folders(settings: Settings) -> Iterator[Finding]:
    """Whether each can be written, and has room for the next publishing."""
    # A copy of the published file, and what a build spills to the disk.
    needed = _SPARE + sum(_size(path) for path in (settings.store, settings.published))
    disks: set[int] = set()
    for folder in (settings.home, settings.landing, settings.archive, settings.published.parent):
        try:
            make_folder(settings, folder)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"doctor")
            disk, free = folder.stat().st_dev, shutil.disk_usage(folder).free
        except LandingGone as error:
            yield Finding(error.sentence(settings.language), is_good=False)
            continue
        except OSError as error:
            yield bad("doctor_home_bad", settings.language, path=folder, detail=error)
            continue
        yield good("doctor_home", settings.language, path=folder)
        if disk not in disks and free < needed:
            figures = {"free": free // 1_000_000, "needed": needed // 1_000_000}
            yield bad("doctor_disk", settings.language, path=folder, **figures)
        disks.add(disk)


def rights(settings: Settings) -> Iterator[Finding]:
    """What everybody on this machine may read, though it is the service's own."""
    secrets = [settings.smtp_password_file, settings.oidc_client_secret_file]
    if settings.lake:
        secrets += [settings.lake.password_file, settings.lake.bucket.secret_file]
    places = (settings.archive, settings.store, settings.portal, settings.accounts, settings.contacts)
    own = (*places, *map(Path, filter(None, secrets)))
    open_ones = [str(path) for path in own if _is_readable_by_all(path)]
    if open_ones:
        command = f"chmod -R o= {shlex.join(open_ones)}"
        yield note("doctor_readable", settings.language, paths=", ".join(open_ones), command=command)


def _is_readable_by_all(path: Path) -> bool:
    """Of a folder: whether one may look into it, or take a file from it whose name one knows."""
    with suppress(OSError):
        mode = path.stat().st_mode
        return bool(mode & (stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH))
    return False


def scope(settings: Settings) -> Finding:
    number = len({(commune.code, commune.name) for commune in communes_in_scope(settings.scope)})
    return good("doctor_scope", settings.language, number=number)


def lock(settings: Settings) -> Iterator[Finding]:
    """Who has the store, and whether that can be right. A lock ends with the last process that holds it: one of a
    process that is gone is held by those that it has started."""
    other = holder_of(settings)
    if other is None:
        return
    language = settings.language
    who = other.in_words(language)
    holders = _processes_with(settings.run_lock)
    if other.host:
        # Its processes are another machine's, whose own doctor looks at them.
        yield good("doctor_busy", language, who=who)
    elif other.claimed_until is None and other.pid and not _is_there(other.pid) and holders:
        named = ", ".join(f"{number} ({what})" for number, what in holders.items())
        numbers = " ".join(str(number) for number in holders)
        yield bad("doctor_lock_left", language, who=who, processes=named, command=f"kill {numbers}")
    elif other.claimed_until is None and time.time() - other.since > _LONGEST_RUN:
        yield bad("doctor_lock_long", language, who=who, command=f"kill {other.pid}")
    else:
        # That it is in use is no fault.
        yield good("doctor_busy", language, who=who)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(process) != "Z"


def _state(process: int) -> str:
    """`Z` for one that has ended and was not asked after."""
    with suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def _processes_with(path: Path) -> dict[int, str]:
    """The processes that have the file open, and what they are; nothing where the system does not tell."""
    found: dict[int, str] = {}
    try:
        wanted = path.stat()
        processes = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    except OSError:
        return {}
    for process in processes:
        if process == os.getpid():
            continue
        with suppress(OSError):
            for file in Path(f"/proc/{process}/fd").iterdir():
                with suppress(OSError):
                    if os.path.samestat(file.stat(), wanted):
                        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
                        found[process] = b" ".join(words[:4]).decode("utf-8", "replace").strip()
                        break
    return found


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
