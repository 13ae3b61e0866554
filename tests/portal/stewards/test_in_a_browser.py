"""A steward at work in a real browser: with the keyboard alone, and without scripts; pages that everybody can use."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from portal.work import State, Work
from tests.portal.browser import PHONE, chromium, grave_findings, opened, serving
from tests.portal.stewards.conftest import CASE, decisions
from warehouse.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.pipeline]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def test_a_case_is_settled_with_the_keyboard_alone(
    office: Settings, browser: Browser, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def goes_on(work: Work, _: str) -> None:
        work.state = State("judge", office.current_instant(), "build")

    monkeypatch.setattr(Work, "ask", goes_on)
    with serving(office) as address, opened(browser, address) as page:
        page.goto("/queue?state=all")
        page.keyboard.press("j")
        expect(page).to_have_url(f"{address}/cases/{CASE}?state=all")
        page.keyboard.press("2")
        expect(page.locator("input[name=decision]:checked")).to_have_value("correct 2")
        expect(page.locator("#reason")).to_be_focused()
        # A letter of the reason chooses nothing.
        page.keyboard.type("a r")
        page.keyboard.press("Escape")
        page.keyboard.press("1")
        expect(page.locator("input[name=decision]:checked")).to_have_value("correct 1")
        page.keyboard.press("End")
        page.keyboard.type(" gọi điện")
        page.keyboard.press("Enter")
        expect(page.locator("#outcome")).to_contain_text("Đang kiểm tra lại tháng này")
        assert decisions(office)[0][1:] == ("correct", CASE)
        page.locator("h1").click()
        page.keyboard.press("j")
        expect(page).to_have_url(f"{address}/cases/03386-2016-05?state=all")
        page.keyboard.press("k")
        expect(page).to_have_url(f"{address}/cases/{CASE}?state=all")


def test_the_outcome_appears_without_a_hand(
    office: Settings, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Work] = []

    def goes_on(work: Work, _: str) -> None:
        work.state = State("judge", office.current_instant())
        begun.append(work)

    monkeypatch.setattr(Work, "ask", goes_on)
    monkeypatch.setattr(Work, "wake", lambda _: None)
    with serving(office) as address, opened(browser, address) as page:
        page.goto(f"/cases/{CASE}")
        page.get_by_label("Chấp nhận số đã báo cáo").check()
        page.get_by_label("Lý do").fill("đúng")
        page.get_by_role("button", name="Lưu quyết định").click()
        expect(page.locator("#outcome")).to_contain_text("Đang kiểm tra lại")
        begun[0].state = State("judge", office.current_instant(), "build")
        expect(page.locator("#outcome")).to_contain_text("đã tính")
        begun[0].state = State(did="judge", is_done=False, sentence="Kho đang bận.", sentence_en="Busy.")
        expect(page.locator("#outcome")).to_contain_text("Kho đang bận.")


def test_everything_works_without_scripts(office: Settings, browser: Browser, asked: list[str]) -> None:
    with serving(office) as address, opened(browser, address, scripts=False) as page:
        page.goto("/queue")
        page.get_by_role("link", name="Phường Đoàn Kết").click()
        page.get_by_role("button", name="Tôi nhận").click()
        page.get_by_label("Ý kiến").fill("Đã gọi.")
        page.get_by_role("button", name="Gửi ý kiến").click()
        expect(page.locator("#thread")).to_contain_text("Đã gọi.")
        page.get_by_label("Sửa một ô thành số khác").check()
        page.get_by_label("Ô", exact=True).select_option("Kết nạp!E24")
        page.get_by_label("Số đúng").fill("3")
        page.get_by_label("Lý do").fill("gọi điện")
        page.get_by_role("button", name="Lưu quyết định").click()
        expect(page.locator("#outcome")).to_contain_text("Quyết định đã được lưu")
        page.goto("/queue?state=all")
        page.get_by_label("Chọn hồ sơ 03386-2016-05").check()
        page.get_by_label("Lý do").fill("đã biết")
        page.get_by_role("button", name="Quyết định").click()
        expect(page.get_by_role("status").first).to_contain_text("Đã lưu quyết định cho 1 hồ sơ")
        assert [each[1:] for each in decisions(office)] == [("correct", CASE), ("accept", "03386-2016-05")]


def test_everybody_can_use_the_pages_of_stewards(office: Settings, browser: Browser, asked: list[str]) -> None:
    with serving(office) as address:
        for viewport in ({"width": 1366, "height": 768}, PHONE):
            with opened(browser, address, viewport=viewport) as page:
                for where in ("/queue?state=all", f"/cases/{CASE}", "/words", f"/cases/{CASE}?lang=en"):
                    page.goto(where)
                    assert page.locator("h1").count() == 1
                    assert grave_findings(page) == [], where
                    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], where
