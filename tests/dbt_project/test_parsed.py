"""What dbt has parsed: kept once for all homes, and only for the very project that it was parsed of."""

import resource
from pathlib import Path

import pytest

from dbt_project import parsed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout" / "dbt_project"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "one.sql").write_text("SELECT 1")
    (folder.parent / "reference").mkdir()
    (folder.parent / "reference" / "terms.csv").write_text("term\n")
    return folder


@pytest.fixture
def home_that_parsed(tmp_path: Path, project: Path) -> Path:
    work = tmp_path / "first"
    parsed.lay_ready(project, work)
    given(work).write_bytes(b"parsed")
    parsed.keep(project, work)
    return work


def given(work: Path) -> Path:
    return work / "target" / "partial_parse.msgpack"


def kept(project: Path) -> list[str]:
    return [path.name for path in (project.parent / "build" / "dbt").iterdir()]


@pytest.mark.usefixtures("home_that_parsed")
def test_a_second_home_gets_what_the_first_one_parsed(project: Path, tmp_path: Path) -> None:
    parsed.lay_ready(project, tmp_path / "second")
    assert given(tmp_path / "second").read_bytes() == b"parsed"


@pytest.mark.parametrize("changed", ["dbt_project/models/one.sql", "reference/terms.csv", "dbt_project/new.yml"])
def test_nothing_is_given_of_a_project_that_has_changed(project: Path, home_that_parsed: Path, changed: str) -> None:
    (project.parent / changed).write_text("another")
    parsed.lay_ready(project, home_that_parsed)
    assert not given(home_that_parsed).exists()


def test_nothing_is_given_of_a_project_in_another_place(project: Path, home_that_parsed: Path) -> None:
    project.parent.rename(project.parent.with_name("elsewhere"))
    parsed.lay_ready(project.parent.with_name("elsewhere") / "dbt_project", home_that_parsed)
    assert not given(home_that_parsed).exists()


def test_only_the_newest_is_kept_and_nothing_unfinished(project: Path, home_that_parsed: Path) -> None:
    before = kept(project)
    (project / "models" / "one.sql").write_text("SELECT 2")
    parsed.keep(project, home_that_parsed)
    assert len(kept(project)) == 1
    assert kept(project) != before


def test_what_there_was_no_room_for_leaves_nothing(project: Path, tmp_path: Path) -> None:
    work = tmp_path / "first"
    parsed.lay_ready(project, work)
    given(work).write_bytes(b"parsed" * 100)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="large"):
            parsed.keep(project, work)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert kept(project) == []


def test_a_home_keeps_its_own_where_the_checkout_cannot_be_written(project: Path, tmp_path: Path) -> None:
    (project.parent / "build").write_text("in the way")
    work = tmp_path / "first"
    parsed.lay_ready(project, work)
    given(work).write_bytes(b"parsed")
    parsed.keep(project, work)
    parsed.lay_ready(project, work)
    assert given(work).read_bytes() == b"parsed"
