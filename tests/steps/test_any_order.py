"""Whatever comes in whatever order, what is published is what a rebuild makes of the archive and the decisions."""

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

import steps
from expectations.decide import Request
from expectations.resident import resident
from samples.write import write_samples
from tests.steps.test_rebuild import run, run_and_kill, settings_of
from warehouse.settings import Settings

#: As in production: what dbt ran is run again, and a process stays for the checks.
pytestmark = [pytest.mark.pipeline, pytest.mark.cold]

_EVENTS = 6
SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 61)))


class Office:
    """A store in use, with workbooks that have not come yet."""

    def __init__(self, settings: Settings, sent: Path, seed: int) -> None:
        self.settings = settings
        self.chance = random.Random(seed)
        self._sent = sent
        self._waiting = sorted(path for path in sent.rglob("*") if path.is_file())
        self.chance.shuffle(self._waiting)

    def receive(self) -> None:
        for path in self._waiting[: self.chance.randint(1, 12)]:
            self._waiting.remove(path)
            target = self.settings.landing / path.relative_to(self._sent)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)

    def receive_and_run(self) -> None:
        self.receive()
        run(self.settings)

    def receive_and_be_killed(self) -> None:
        self.receive()
        run_and_kill(self.settings, self.chance.uniform(0.5, 8))

    def run_with_nothing_new(self) -> None:
        run(self.settings)

    def decide(self) -> None:
        with duckdb.connect(str(self.settings.published), read_only=True) as connection:
            failures = connection.execute(
                "SELECT failure_id FROM quality.failures WHERE state <> 'resolved' ORDER BY ALL"
            ).fetchall()
        if failures:
            (failure,) = self.chance.choice(failures)
            decision = self.chance.choice(("accept", "return", "reopen"))
            steps.decide(
                self.settings, Request((failure,), decision, "Lan", "any order"), publish_now=self.chance.random() < 0.7
            )

    def live(self) -> None:
        happens: list[Callable[[], None]] = [
            self.receive_and_run,
            self.receive_and_be_killed,
            self.run_with_nothing_new,
            self.decide,
            self.decide,
        ]
        for _ in range(_EVENTS):
            self.chance.choice(happens)()
        run(self.settings)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home in which two months are published, and the folder of all that the communes send."""
    folder = tmp_path_factory.mktemp("begun")
    settings = settings_of(folder / "var")
    sent = folder / "sent"
    write_samples(sent, until=date(2015, 11, 1))
    write_samples(settings.landing, until=date(2015, 8, 1))
    run(settings)
    return settings.home, sent


@pytest.fixture(params=SEEDS)
def office(request: pytest.FixtureRequest, begun: tuple[Path, Path], tmp_path: Path) -> Iterator[Office]:
    home, sent = begun
    shutil.copytree(home, tmp_path / "var")
    settings = settings_of(tmp_path / "var")
    with resident(settings):
        yield Office(settings, sent, request.param)


def test_what_is_published_is_what_a_rebuild_makes(office: Office) -> None:
    office.live()
    assert [name for name, _ in steps.run(office.settings)] == ["load", "publish"], "nothing is new"
    summary = steps.rebuild(office.settings, replace=False)
    assert summary["differences"] == []
    assert summary["same"] is True
