"""A landing folder that is a share, and is not connected: said, nothing made in its place, nothing lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import steps
from ingest import landing as listing
from ingest import load as loading
from ingest.archive import Provenance
from ingest.landing import scan
from ingest.unpublished import Unpublished
from ingest.waiting import Landing, Watch
from tests.ingest.sheets import cell_row, sheet, workbook
from warehouse.connections import writing
from warehouse.doctor import examine
from warehouse.folders import LandingGone
from warehouse.settings import Settings


@pytest.fixture
def share(settings: Settings, tmp_path: Path) -> Callable[[], None]:
    """Three workbooks in a folder of the landing folder. Called, the share goes, or comes back."""
    folder = settings.landing / "2020-05"
    folder.mkdir(parents=True)
    for number in range(3):
        rows = [cell_row("KN-1", 1, "Chi bộ A", admitted=float(number))]
        (folder / f"{number}.xlsx").write_bytes(workbook([sheet("KN-1", rows)]))
    elsewhere = tmp_path / "elsewhere"

    def switch() -> None:
        source, target = (settings.landing, elsewhere) if settings.landing.exists() else (elsewhere, settings.landing)
        source.rename(target)

    return switch


def arrivals(settings: Settings) -> list[tuple[str, str]]:
    with writing(settings) as connection:
        return connection.execute("SELECT path, outcome FROM warehouse.raw.arrivals ORDER BY ALL").fetchall()


ALL = [(f"2020-05/{number}.xlsx", "new") for number in range(3)]


def test_a_share_that_is_gone_is_said_by_whoever_looks_and_none_is_made_in_its_place(
    settings: Settings, share: Callable[[], None]
) -> None:
    steps.load(settings)
    share()
    said = f"The landing folder {settings.landing} cannot be looked at: the share is not connected"
    with pytest.raises(steps.StepFailed) as failed:
        steps.load(settings)
    assert str(failed.value).startswith(said)
    assert any(each.sentence.startswith(said) for each in examine(settings) if not each.is_good)
    with pytest.raises(LandingGone):
        # Whoever is reminded would be reminded though the report lies there.
        Unpublished(settings).reports()
    assert not settings.landing.exists()

    share()
    assert steps.load(settings)["found"] == 0
    assert arrivals(settings) == ALL


def test_a_share_that_goes_while_its_files_are_taken_in_is_said_and_the_rest_comes_with_the_next_run(
    settings: Settings, share: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, archived = loading.archive_file, []

    def archive_and_lose(*given: Any, **named: Any) -> Provenance:
        done = archive(*given, **named)
        archived.append(done.file_name)
        if len(archived) == 1:
            share()
        return done

    monkeypatch.setattr(loading, "archive_file", archive_and_lose)
    with pytest.raises(steps.StepFailed, match="The landing folder"):
        steps.load(settings)
    assert len(arrivals(settings)) == len(archived) == 1
    assert not settings.landing.exists()
    share()
    assert steps.load(settings)["new"] == 2
    assert arrivals(settings) == ALL


def test_a_share_that_goes_while_it_is_listed_is_not_taken_for_an_empty_one(
    settings: Settings, share: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = listing._reason_to_ignore

    def lose(*given: Any) -> str | None:
        monkeypatch.undo()
        share()
        return reason(*given)

    monkeypatch.setattr(listing, "_reason_to_ignore", lose)
    with pytest.raises(LandingGone):
        scan(settings.landing)


def test_a_folder_of_it_that_is_removed_while_it_is_listed_stops_nobody(settings: Settings) -> None:
    for name in ("a", "b"):
        (settings.landing / name).mkdir(parents=True)
        (settings.landing / name / f"{name}.xlsx").write_text(name)
    seen = listing._entries(settings.landing, settings.landing)
    first = next(seen)
    other = next(folder for folder in settings.landing.iterdir() if folder != first.path.parent)
    (other / f"{other.name}.xlsx").unlink()
    other.rmdir()
    assert list(seen) == []


def test_whoever_watches_goes_on_when_it_is_back(settings: Settings, share: Callable[[], None]) -> None:
    steps.load(settings)
    watch = Watch(Landing(settings), quiet=0, again=900)
    assert watch.look(0) == []
    share()
    with pytest.raises(OSError, match="landing"):
        watch.look(1)
    share()
    (settings.landing / "new.xlsx").write_bytes(b"new")
    assert [entry.path_name for entry in watch.look(2)] == ["new.xlsx"]
