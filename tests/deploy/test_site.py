"""The documentation site is whole, and needs no network."""

import re
from pathlib import Path

import pytest

from dbt_project.build import MARTS, RECONCILE, build
from deploy import site
from tests.warm.places import with_data_tests
from warehouse.settings import load_settings


def test_links_that_leave_the_site_keep_their_words_only() -> None:
    assert site._relinked("[a](docs/analyst.md) [b](samples/README.md) [c](README.vi.md)") == (
        "[a](analyst.md) b [c](index.vi.md)"
    )


@pytest.mark.pipeline
def test_the_site_is_built_and_nothing_in_it_is_fetched_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    settings = load_settings({"ADMISSIONS_HOME": str(home), "ADMISSIONS_TODAY": "2020-08-06"}, tmp_path)
    # The picture's lines are dbt's tests of references.
    with with_data_tests():
        build(settings, RECONCILE)
        build(settings, MARTS)
    monkeypatch.setenv("ADMISSIONS_HOME", str(home))
    assert site.main() == 0
    pages = list(site.SITE.rglob("*.html"))
    assert {"index.html", "queries.html", "dictionary.vi.html", "dictionary.en.html", "dbt.html"} <= {
        p.name for p in pages
    }
    for path in pages:
        fetched = re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']?https?://[^\"' >]+", path.read_text("utf-8"))
        assert [each for each in fetched if 'rel="canonical"' not in each] == [], path
