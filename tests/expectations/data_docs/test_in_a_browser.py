"""The pages in a real browser for which there is no network."""

import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import lxml.html
import pytest

from expectations.catalogue import kinds, rules
from expectations.data_docs.findings import RuleFindings
from expectations.report import RuleOutcome

pytestmark = pytest.mark.browser

#: What Chromium asks for by itself (its own updates) is asked for by no page.
NO_PAGE = (None, "not an origin")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    from expectations.data_docs.site import write_site

    outcomes = ((5, 0, "passed"), (5, 1, "failed"), (0, 0, "not_evaluated"))
    findings = [
        RuleFindings(rule, RuleOutcome(rule.rule_id, rule.severity, *outcomes[place % 3]), None, None)
        for place, rule in enumerate(rules())
    ]
    return write_site(tmp_path / "Báo cáo" / "data_docs", findings, datetime(2020, 8, 20), "vi").parent


def opened(page: Path, folder: Path) -> tuple[lxml.html.HtmlElement, set[str]]:
    """The page as Chromium has it when everything is loaded that can be, and what it asked for on other hosts.

    Every request has to go through a proxy that is not there. Chromium's own notes go to `folder`.
    """
    browser = shutil.which("chromium")
    assert browser, "Chromium is missing: make system"
    notes = folder / "notes.json"
    run = subprocess.run(
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--proxy-server=127.0.0.1:9"),
            *(f"--user-data-dir={folder / 'profile'}", f"--log-net-log={notes}", "--dump-dom", page.as_uri()),
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    requests = [event.get("params", {}) for event in json.loads(notes.read_text(encoding="utf-8"))["events"]]
    asked = {each["url"] for each in requests if "url" in each and each.get("initiator") not in NO_PAGE}
    return lxml.html.fromstring(run.stdout), {url for url in asked if not url.startswith("file:")}


@pytest.mark.parametrize(("index", "language"), [("index.html", "vi"), ("en/index.html", "en")])
def test_the_index_lists_every_suite_with_its_result_and_asks_no_other_host(
    site: Path, tmp_path: Path, index: str, language: str
) -> None:
    shown, asked = opened(site / index, tmp_path)
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in shown.xpath("//tbody/tr")]
    suites = {(rule.form, kinds()[rule.kind].title.in_language(language)) for rule in rules()}
    assert {(row[0], row[1]) for row in rows} == suites
    results = {
        "vi": {"Khớp", "Không khớp", "Chưa có gì để kiểm tra"},
        "en": {"Holds", "Does not hold", "Nothing to look at"},
    }
    assert {row[-1] for row in rows} == results[language]
    assert asked == set()


def test_the_page_of_a_suite_opens_and_asks_no_other_host(site: Path, tmp_path: Path) -> None:
    shown, asked = opened(site / "KN-1-column_total.html", tmp_path)
    assert shown.xpath("//h1")[0].text_content() == "KN-1: Dòng tổng cộng và dòng mục"
    assert asked == set()


def test_a_page_that_asks_another_host_would_be_found_out(site: Path, tmp_path: Path) -> None:
    index = site / "index.html"
    elsewhere = '<link rel="stylesheet" href="https://cdn.example/a.css"></head>'
    index.write_text(index.read_text(encoding="utf-8").replace("</head>", elsewhere), encoding="utf-8")
    assert opened(index, tmp_path)[1] == {"https://cdn.example/a.css"}
