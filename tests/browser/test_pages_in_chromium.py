"""Every main page in a real browser: no accessibility violation, nothing sideways, nothing that the content policy refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site, code_of, sign_in
from tests.browser.home import SECRET

BIRCH = "/clients/birch/"
MAIN = (
    "/", BIRCH, f"{BIRCH}measures/on-time/?period=2026-Q3", f"{BIRCH}contract/", f"{BIRCH}scorecards/2026-Q3/1/",
    "/import/batches/{waiting}/",
)  # fmt: skip
OTHERS = (
    "/search/?q=birch", "/measures/", "/measures/on-time/", f"{BIRCH}measures/", f"{BIRCH}records/desk/Xylophone-Birch-0300/",
    f"{BIRCH}contract/edit/", f"{BIRCH}contract/form/", f"{BIRCH}contract/new-version/",
    f"{BIRCH}scorecards/", f"{BIRCH}scorecards/2026-Q2/draft/", f"{BIRCH}scorecards/2026-Q2/publish/",
    f"{BIRCH}scorecards/2026-Q2/actions/", f"{BIRCH}scorecards/2026-Q3/1/withdraw/",
    f"{BIRCH}team/", f"{BIRCH}team/edit/", f"{BIRCH}archive/",
    "/import/", "/import/batches/", "/import/batches/{strange}/columns/", "/import/batches/{strange}/columns/?as=yaml", "/scoring/",
    "/clients/", "/add-client/", "/people/", "/people/invite/", "/people/{eve}/", "/people/{eve}/switch-off/",
    "/audit/", "/settings/", "/tokens/", "/tokens/new/", "/api/docs", "/me/",
    "/account/2fa/", "/account/2fa/recovery-codes/generate/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/",
    "/account/password/change/", "/account/sessions/",
)  # fmt: skip
SIGNED_OUT = ("/account/login/", "/account/password/reset/", "/join/nothing/")
GONE = "/clients/nobody/"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults(page: Page) -> list[str]:
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}" for one in Axe().run(page).response["violations"]]


def look(page: Page, address: str, *, status: int = 200, every_way: bool = False) -> list[str]:
    """What is wrong with a page, in words; nothing where nothing is."""
    page.refused.clear()      # type: ignore[attr-defined]
    page.set_viewport_size({"width": 1440, "height": 1000})
    answer = page.goto(address)
    found = [] if answer and answer.status == status else [f"answers {answer.status if answer else 'nothing'}"]
    found += [f"1440, {said}" for said in faults(page)]
    if every_way:
        page.emulate_media(color_scheme="dark")
        found += [f"dark, {said}" for said in faults(page)]
        page.emulate_media(color_scheme="light")
    wide = {1440: page.evaluate(WIDE)}
    page.set_viewport_size({"width": 390, "height": 900})
    wide[390] = page.evaluate(WIDE)
    found += [f"{width}: {by} pixels sideways" for width, by in wide.items() if by]
    if every_way:
        found += [f"390, {said}" for said in faults(page)]
    return found + [f"refused: {said}" for said in page.refused if status == 200]      # type: ignore[attr-defined]


@pytest.fixture
def as_administrator(opened: Callable[..., Page]) -> Page:
    page = sign_in(opened(), "amy")
    assert faults(page) == []      # the page that asks for the second factor
    page.get_by_label("Code").fill(code_of(SECRET))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    return page


def test_no_page_has_a_fault_of_accessibility_scrolls_sideways_or_breaks_the_policy(as_administrator: Page, site: Site) -> None:
    page = as_administrator
    found = {address: look(page, address.format(**site.known), every_way=address in MAIN) for address in (*MAIN, *OTHERS)}
    found[GONE] = look(page, GONE, status=404)
    assert {address: said for address, said in found.items() if said} == {}


def test_nor_has_one_that_is_open_to_everybody(opened: Callable[..., Page]) -> None:
    page = opened()
    found = {address: look(page, address, status=404 if "join" in address else 200) for address in SIGNED_OUT}
    assert {address: said for address, said in found.items() if said} == {}
