"""Signing in, in a real browser, with and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.portal.browser import PHONE, chromium, grave_findings, opened, serving
from tests.portal.conftest import PASSWORD, with_account
from warehouse.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_signs_in_and_out(settings: Settings, browser: Browser, scripts: bool) -> None:
    name = with_account(settings, "viewer")
    with serving(settings) as address, opened(browser, address, scripts=scripts) as page:
        page.goto("/sign-in?next=/sign-out")
        assert page.locator("html").get_attribute("lang") == "vi"
        page.get_by_label("Tên").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
        assert page.url.endswith("/sign-out")
        page.get_by_role("main").get_by_role("button", name="Đăng xuất").click()
        assert page.url.endswith("/sign-in")


def test_the_sign_in_can_be_used_by_everybody(settings: Settings, browser: Browser) -> None:
    with_account(settings, "viewer")
    with serving(settings) as address:
        for viewport in ({"width": 1366, "height": 768}, PHONE):
            with opened(browser, address, viewport=viewport) as page:
                page.goto("/sign-in?lang=en")
                assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
                assert grave_findings(page) == []
