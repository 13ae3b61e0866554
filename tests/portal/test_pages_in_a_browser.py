"""Every page in a real browser: it opens in both languages, on a desk and on a phone, and everybody can use it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal import threads
from tests.portal.browser import DESKTOP, PHONE, chromium, grave_findings, opened, serving
from tests.portal.figures_office import published_office, settings_of
from warehouse.connections import reading_published
from warehouse.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]

CASE = "03387-2020-08"
#: Where the pictures of the documentation go, when somebody wants them anew: `PICTURES=docs/pictures/portal make test`.
PICTURES = os.environ.get("PICTURES")
SHOWN = {
    "overview": "/?month=2025-08",
    "commune": "/communes/03408",
    "reports": "/reports?year=2020",
    "report": "/reports/03387/2020-08",
    "queue": "/queue",
    "case": f"/cases/{CASE}",
    "upload": "/upload",
}
PAGES = (
    *SHOWN.values(),
    "/?month=2020-08",
    "/communes",
    "/communes/03408?on=2020-01-01",
    "/communes/03408?known=2025-08-01",
    "/words",
    "/dictionary",
    "/operator",
    "/search?q=tan+phong",
    "/trace?relation=mart_city_attainment&key=2025-08-01",
    "/no-such-page",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_office(tmp_path_factory.mktemp("office") / "home").home


@pytest.fixture
def office(built: Path, tmp_path: Path) -> Settings:
    """A copy, for what is written."""
    shutil.copytree(built, tmp_path / "home", ignore=shutil.ignore_patterns("*.sock"))
    return settings_of(tmp_path / "home")


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with serving(settings_of(built)) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def a_cell(built: Path) -> str:
    with reading_published(settings_of(built)) as connection:
        (key,) = connection.execute("SELECT min(cell_key) FROM warehouse.marts.fct_admissions").fetchall()[0]
    return f"/cells/{key}"


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_can_be_used_by_everybody(built: Path, address: str, browser: Browser, language: str) -> None:
    wrong = {}
    with opened(browser, address, is_watched=False) as page:
        for path in (*PAGES, a_cell(built)):
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.locator("html").get_attribute("lang") == language, path
            assert page.get_by_role("heading", level=1).count() == 1, path
            if found := grave_findings(page):
                wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_no_page_is_wider_than_the_window(
    built: Path, address: str, browser: Browser, viewport: dict[str, int]
) -> None:
    with opened(browser, address, viewport=viewport, is_watched=False) as page:
        wide = {path: by for path in (*PAGES, a_cell(built)) if page.goto(path) and (by := sideways(page)) > 0}
    assert wide == {}


def test_no_page_breaks_a_rule_of_its_policy_or_asks_another_host(built: Path, address: str, browser: Browser) -> None:
    with opened(browser, address) as page:
        for path in (*PAGES[:-1], a_cell(built)):
            page.goto(path)
            page.wait_for_load_state("networkidle")


def test_a_steward_settles_a_case_with_the_keyboard(office: Settings, browser: Browser) -> None:
    with serving(office) as address, opened(browser, address) as page:
        page.goto("/queue")
        page.keyboard.press("j")
        expect(page.get_by_role("heading", level=1)).to_contain_text("8/2020")
        page.goto(f"/cases/{CASE}")
        page.keyboard.press("1")
        page.locator("[name=reason]").first.focus()
        page.keyboard.type("đã gọi điện hỏi chi bộ")
        page.keyboard.press("Enter")
        # Kept at once; then, without anybody reloading, what became of it.
        expect(page.locator("main")).to_contain_text("đã gọi điện hỏi chi bộ")
        expect(page.locator("#outcome")).to_contain_text("6 → 8", timeout=120_000)


def test_without_scripts_a_steward_decides_by_the_same_form(office: Settings, browser: Browser) -> None:
    with serving(office) as address, opened(browser, address, scripts=False) as page:
        page.goto(f"/cases/{CASE}")
        page.locator("input[type=radio]").first.check()
        page.locator("[name=reason]").first.fill("không có kịch bản")
        page.locator("button.main").first.click()
        expect(page.locator("main")).to_contain_text("không có kịch bản")


def test_an_analyst_downloads_the_attainment_as_excel(built: Path, address: str, browser: Browser) -> None:
    with opened(browser, address) as page:
        page.goto("/communes")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Excel").click()
        assert saved.value.suggested_filename.endswith(".xlsx")
        assert Path(saved.value.path()).read_bytes()[:2] == b"PK"


def test_two_clicks_lead_from_a_figure_to_its_cell(address: str, browser: Browser) -> None:
    with opened(browser, address) as page:
        page.goto("/communes?month=2025-08")
        page.locator("td.number a").first.click()
        assert "/trace?" in page.url
        page.locator("tbody a").first.click()
        assert "/reports/" in page.url
        assert page.locator(".sheet").count() > 0


def test_pictures_of_the_main_pages(address: str, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    with opened(browser, address) as page:
        for name, path in SHOWN.items():
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{name}.png")
    assert {path.stem for path in folder.glob("*.png")} >= set(SHOWN)


def test_a_comment_is_seen_by_the_next_steward(office: Settings, browser: Browser) -> None:
    with serving(office) as address, opened(browser, address) as page:
        page.goto(f"/cases/{CASE}")
        page.locator("textarea[name=text]").fill("Chờ xã gửi lại")
        page.locator("form[action$=comments] button").click()
        expect(page.locator("main")).to_contain_text("Chờ xã gửi lại")
    assert [entry.text for entry in threads.thread(office, CASE)] == ["Chờ xã gửi lại"]
