"""Reports, uploads and the operator's page in a real browser: they can be used, and a clerk finds the cell to mend."""

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from samples.model import report_of
from tests.portal.browser import DESKTOP, PHONE, chromium, grave_findings, opened, serving
from tests.portal.conftest import PASSWORD, with_account
from tests.portal.reporting_office import OURS, SEPTEMBER, THEIRS, copy_of, shared, workbook
from warehouse.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Settings:
    return copy_of(shared(tmp_path_factory), tmp_path / "home")


def with_wrong_total(folder: Path) -> tuple[Path, str]:
    """The report of September with a total that does not add up, and the cell."""
    path = folder / "KN tháng 9.xlsx"
    path.write_bytes(workbook(report_of(THEIRS, SEPTEMBER)))
    book = openpyxl.load_workbook(path)
    sheet = book["Kết nạp"]
    total = next(row for row in range(10, 60) if str(sheet.cell(row, 2).value or "").upper().startswith("TỔNG"))
    sheet.cell(total, 5).value = 77
    book.save(path)
    return path, f"E{total}"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_clerk_sees_which_cell_to_mend_before_anything_is_sent(
    office: Settings, browser: Browser, tmp_path: Path, scripts: bool
) -> None:
    name = with_account(office, "commune", THEIRS)
    path, cell = with_wrong_total(tmp_path)
    with serving(office) as address, opened(browser, address, scripts=scripts) as page:
        page.goto("/upload")
        page.get_by_label("Tên").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
        page.get_by_label(re.compile("Chọn tệp Excel")).set_input_files(path)
        page.get_by_role("button", name="Đọc thử").click()
        page.wait_for_url("**/upload/*")
        assert page.get_by_role("heading", name="1 chỗ số liệu không khớp nhau").is_visible()
        assert page.locator("ol.points strong").all_inner_texts() == [f"Kết nạp!{cell}"]
        assert grave_findings(page) == [] if scripts else True
        page.get_by_role("button", name="Bỏ").click()
        assert page.url == f"{address}/upload"
    assert not (office.landing / "portal").exists()


def test_the_pages_of_reports_can_be_used_by_everybody(office: Settings, browser: Browser) -> None:
    with serving(office) as address:
        for viewport in (DESKTOP, PHONE):
            with opened(browser, address, viewport=viewport) as page:
                for path in (
                    "/reports",
                    "/reports?state=late",
                    f"/reports/{OURS}/2015-08?version=2&cell=D12",
                    f"/reports/{THEIRS}/2015-07",
                    f"/reports/{THEIRS}/2015-09",
                    "/upload",
                    "/operator?check=1",
                ):
                    page.goto(path)
                    assert grave_findings(page) == [], path
                    assert page.get_by_role("heading", level=1).count() == 1
                    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    assert wide <= 0, f"{path} is wider than the window"


def test_a_mark_of_the_calendar_leads_to_the_report_and_a_cell_to_its_place(office: Settings, browser: Browser) -> None:
    with serving(office) as address, opened(browser, address) as page:
        page.goto("/reports")
        page.get_by_role("link", name="Quyết Thắng, 7/2015").click()
        assert page.url.endswith(f"/reports/{THEIRS}/2015-07")
        page.locator("main").get_by_role("link", name=re.compile("^Kết nạp!E")).first.click()
        marked = page.locator("td.marked")
        assert marked.count() == 1
        assert page.url.endswith(f"#{marked.get_attribute('id')}")
        assert marked.is_visible()
