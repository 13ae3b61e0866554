"""Killed before any moment of any step, or without room on the disk, as often as you like: the next ordinary day ends
as if nothing had happened.

An office of two communes has reports, a decision, reminders and a night before it. Each test goes through them in some
order, kills a step before a moment that is drawn, and in the end does what is ordinarily done. The order and the
moments follow from the seed, which a failure shows.
"""

import json
import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from signal import SIGKILL, SIGXFSZ

import pytest

import steps
from samples.model import report_of
from tests.outbox.mail_server import FROM, mail_server
from tests.outbox.mail_server import Office as Server
from tests.portal import reporting_office
from tests.portal.reporting_office import OURS, SEPTEMBER, THEIRS, faulty, workbook
from tests.warm.client import WarmProcess
from warehouse.checksums import checksums_of
from warehouse.compare import differing_tables
from warehouse.digests import sha256_of
from warehouse.journal import damages_of
from warehouse.settings import Settings

pytestmark = pytest.mark.pipeline

CONTACTS = (
    "commune_code,name,email,role,language",
    f"{THEIRS},Văn phòng,qt@commune.example,commune,vi",
    ",An,an@office.example,steward,vi",
    ",Lan,lan@office.example,steward,en",
)
#: What comes after each other on any day, in the order of `ordinary`.
ALWAYS = ("run", "decide", "remind", "clean_up", "backup")
#: Which steps are killed, and how often each is drawn: in `make test`, and in `make soak`.
CHEAP = Counter({"tasks": 3, "decide": 2, "remind": 3, "clean_up": 2, "backup": 3})
ANY = Counter({"tasks": 5, "run": 2, "decide": 4, "remind": 3, "clean_up": 1, "backup": 2})
ANY |= Counter({"again": 2, "close": 1, "rebuild": 1})
#: Kills in a row before the ordinary day comes: a day costs as much as they do.
IN_A_ROW = 10
IN_TEST, IN_SOAK = range(2), range(2, 32)
FULL_IN_A_ROW = 5


@dataclass
class Days:
    """An office with something before it, and what happened to it."""

    settings: Settings
    server: Server
    told: list[str] = field(default_factory=list)
    #: A small disk of its own, while it has no more room than is left there.
    disk: Path | None = None

    def do(self, step: str, kill: object = None, **otherwise: object) -> Counter[str] | None:
        """What moments there were; None where it was killed, or ended for want of room."""
        by_mail = {"smtp_host": "127.0.0.1", "smtp_port": self.server.port, "smtp_from": FROM}
        settings = replace(self.settings, **(by_mail | otherwise))  # type: ignore[arg-type]
        process = WarmProcess(
            "step",
            [json.dumps({"step": step, "kill": kill})],
            os.environ | settings.as_environment(),
            settings.home.parent,
        )
        passed, said = process.communicate()
        if kill and process.returncode in (-SIGKILL, -SIGXFSZ):
            self.told.append(f"{step} before {kill}")
            self.look()
            return None
        if self.disk is not None and process.returncode == 1:
            self.told.append(f"{step} with {free_on(self.disk)} bytes left")
            # Of all that was said the last line is the sentence for the operator.
            assert said.splitlines()[-1].startswith("steps.troubles.StepFailed: Đĩa đã đầy"), (self.told, said)
            self.look()
            return None
        assert process.returncode == 0, (self.told, step, kill, said)
        return Counter(json.loads(passed))

    def look(self) -> None:
        """What readers and stewards have is whole at any moment."""
        assert sha256_of(self.settings.published) in checksums_of(self.settings.published), self.told
        assert list(damages_of(self.settings.archive)) == [], self.told

    def be_ordinary(self) -> None:
        for step in ALWAYS:
            self.do(step)

    def kept(self) -> dict[str, object]:
        """What is kept for ever, and may be given away: where two offices differ, something was lost."""
        settings = self.settings
        journals = {path.name: _lines(path) for path in settings.archive.glob("*.jsonl")}
        del journals["reminders.jsonl"]
        return {
            "archive": {path.name: path.read_bytes() for path in settings.archive.glob("??/[!.]*")},
            "journals": journals,
            "landing": {path.name: path.read_bytes() for path in settings.landing.rglob("*")},
            "parquet": sorted(path.name for path in settings.parquet.rglob("*")),
            "logs": sorted(path.name for path in (settings.home / "dbt" / "logs").rglob("*")),
        }

    def reminders(self) -> dict[tuple[str, ...], str]:
        """What each reminder came to in the end."""
        entries = map(json.loads, (self.settings.archive / "reminders.jsonl").read_text("utf-8").splitlines())
        names = ("kind", "month", "commune_code", "address", "what")
        return {tuple(each[name] for name in names): each["event"] for each in entries}


def _lines(path: Path) -> set[str]:
    """Whoever is killed between journal and store enters the same once more; no line means anything twice."""
    return set(path.read_text("utf-8").splitlines())


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The office before anything of it."""
    home = tmp_path_factory.mktemp("begun") / "home"
    settings = reporting_office.copy_of(reporting_office.shared(tmp_path_factory), home)
    for report, name, day in (
        (report_of(THEIRS, SEPTEMBER), "theirs-9", 6),
        (faulty(report_of(OURS, SEPTEMBER)), "ours-9-2", 8),
    ):
        _put(settings.landing / f"{name}.xlsx", workbook(report), day)
    _put(settings.landing / "letter.xlsx", b"no workbook at all", 9)
    _put(settings.landing / "again.xlsx", (settings.landing / "ours-7.xlsx").read_bytes(), 10)
    settings.contacts.write_text("\n".join(CONTACTS), "utf-8")
    settings.contacts.chmod(0o600)
    _put(settings.home / "dbt" / "logs" / "old.log", b"old", 1)
    return settings


def _put(path: Path, content: bytes, day: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = datetime(2015, 10, day).timestamp()
    os.utime(path, (moment, moment))


def days_of(begun: Settings, home: Path, server: Server) -> Days:
    shutil.copytree(begun.home, home, copy_function=partial(_copy, begun.archive))
    # To start a process that reads costs more than to read these few.
    return Days(replace(reporting_office.settings_in(home), workers=1), server)


def _copy(archive: Path, source: str, target: str) -> None:
    # Nobody writes into what lies in the archive.
    is_for_ever = Path(source).parent.parent == archive
    try:
        (os.link if is_for_ever else shutil.copy2)(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)


@dataclass(frozen=True)
class Undisturbed:
    """How it ends where nobody is killed, and what moments each step has."""

    days: Days
    moments: dict[str, Counter[str]]


@pytest.fixture(scope="module")
def undisturbed(begun: Settings, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    with mail_server() as server:
        days = days_of(begun, tmp_path_factory.mktemp("undisturbed") / "home", server)
        found = {"tasks": days.do("tasks"), **{step: days.do(step) for step in ALWAYS}}
        # A run that finds work has the moments of the tasks, a few less.
        found["run"] = found["tasks"]
        found |= {step: found["tasks"] for step in ANY if step not in found}
        moments = {step: counted for step, counted in found.items() if counted}
        assert len(server.mails) == 3
        return Undisturbed(days, moments)


@pytest.fixture
def server() -> Iterator[Server]:
    with mail_server() as server:
        yield server


def live(days: Days, chance: random.Random, known: dict[str, Counter[str]], drawn: Counter[str], kills: int) -> None:
    """Be killed so often; a step that had done its work before counts as nothing."""
    store = days.settings.store
    while len(days.told) < kills:
        step = chance.choice(sorted(drawn.elements()))
        kind = chance.choice([*sorted(known[step]), "size"])
        if kind == "size":
            days.do(step, ["size", int(store.stat().st_size * chance.uniform(0.01, 1.2))])
        else:
            days.do(step, [kind, chance.randint(1, known[step][kind])])


def ends_as_it_should(days: Days, as_it_should: Days, server: Server) -> None:
    """The ordinary day comes, and nobody sees that anything was the matter."""
    days.be_ordinary()
    assert differing_tables(as_it_should.settings.published, days.settings.published) == (), days.told
    assert days.kept() == as_it_should.kept(), days.told
    assert steps.verify(days.settings)["troubles"] == [], days.told
    assert [each.sentence for each in steps.examine(days.settings) if not each.is_good] == [], days.told

    # Nobody was reminded twice; whoever was not at all, was so because the process ended while the mail was on its way.
    assert max(Counter(server.addresses).values()) == 1, days.told
    became = days.reminders()
    assert became.keys() == as_it_should.reminders().keys(), days.told
    assert set(became.values()) <= {"sent", "sending"}
    on_their_way = {address for (*_, address, _), event in became.items() if event == "sending"}
    assert len(on_their_way) <= sum(told.startswith("remind") for told in days.told), days.told
    assert {address for *_, address, _ in became} - set(server.addresses) <= on_their_way


@pytest.mark.parametrize("seed", [*IN_TEST, *(pytest.param(seed, marks=pytest.mark.soak) for seed in IN_SOAK)])
def test_it_ends_as_if_nobody_had_been_killed(
    seed: int, begun: Settings, undisturbed: Undisturbed, server: Server, tmp_path: Path
) -> None:
    days = days_of(begun, tmp_path / "home", server)
    live(days, random.Random(seed), undisturbed.moments, CHEAP if seed in IN_TEST else ANY, IN_A_ROW)
    ends_as_it_should(days, undisturbed.days, server)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def free_on(disk: Path) -> int:
    return shutil.disk_usage(disk).free


def leave(disk: Path, room: int) -> None:
    """So many bytes of room, and no more."""
    size = shutil.disk_usage(disk).used + room
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(1, 11))])
def test_wherever_the_disk_is_full_it_is_said_and_the_next_day_ends_as_it_should(
    seed: int, begun: Settings, undisturbed: Undisturbed, server: Server, small_disk: Path
) -> None:
    chance = random.Random(seed)
    days = days_of(begun, small_disk / "home", server)
    days.disk = small_disk
    while len(days.told) < FULL_IN_A_ROW:
        # From a block to more than all of it needs.
        leave(small_disk, int(10 ** chance.uniform(3.7, 7.7)))
        days.do(chance.choice(sorted((CHEAP if seed == 0 else ANY).elements())))
    days.disk = None
    leave(small_disk, 1 << 30)
    ends_as_it_should(days, undisturbed.days, server)


@pytest.mark.soak
@pytest.mark.parametrize("ahead", [-40, 1, 365])
def test_a_clock_that_was_wrong_for_a_day_leaves_no_trace(
    ahead: int, begun: Settings, undisturbed: Undisturbed, server: Server, tmp_path: Path
) -> None:
    """Nothing comes on that day: what comes is stamped by its time of writing, or the clock where that is behind."""
    days = days_of(begun, tmp_path / "home", server)
    waiting = [
        path for path in days.settings.landing.iterdir() if path.stat().st_mtime > datetime(2015, 10, 5).timestamp()
    ]
    for path in waiting:
        path.rename(tmp_path / path.name)
    wrong = days.settings.current_day() + timedelta(days=ahead)
    for step in ("run", "clean_up", "backup"):
        days.do(step, today=wrong)
    for path in waiting:
        (tmp_path / path.name).rename(path)
    ends_as_it_should(days, undisturbed.days, server)
