"""Every part of the application in a real browser: nothing sideways, no accessibility violation, keys that work."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.web import gallery

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; apt-get install chromium")]
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
AT = "http://keepscore.test/clients/marlowe-foods/"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def shown(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the gallery, served under the policy that the server sends."""
    contexts = []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://keepscore.test")
        if path.startswith("/static/"):
            file = gallery.static(path.removeprefix("/static/"))
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            body = text if "/marlowe-foods/" in path else f"<title>{path}</title>"
            route.fulfill(body=body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})

    def open_page(*, width: int = 1440, scheme: str = "light", **more: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        page = context.new_page()
        page.refused = []
        page.on("console", lambda said: page.refused.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.refused.append(str(error)))
        page.route("**/*", answer)
        page.goto(AT)
        page.evaluate("document.fonts.ready")
        return page

    text = gallery.gallery()
    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_every_part_passes_axe_and_fits_its_width(shown, width, scheme):
    page = shown(width=width, scheme=scheme)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    problems = [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in Axe().run(page).response["violations"]]
    assert (page.refused, wide, problems) == ([], 0, [])


def test_at_any_width_nothing_scrolls_sideways(shown):
    page, wide = shown(width=320), {}
    for width in (320, 360, 390, 640, 761, 900, 1024, 1180, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        wide[width] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == dict.fromkeys(wide, 0)


def test_the_first_thing_that_stops_a_form_has_the_focus(shown):
    assert shown().evaluate("document.activeElement.className") == "err"


def test_slash_goes_to_the_search_and_j_and_k_go_along_the_rows(shown):
    page = shown()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("jk?")
    assert page.input_value("#find") == "jk?"
    page.evaluate("document.activeElement.blur()")
    rows = []
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
        rows.append(page.evaluate("document.activeElement.textContent"))
    assert rows == ["Agree", "Client lower", "Agree"]


@pytest.mark.parametrize(("keys", "address"), [(("g", "p"), "/"), (("[",), "/clients/larkfield/"), (("]",), "/clients/osprey-rail/")])
def test_keys_open_the_portfolio_and_the_clients_beside_this_one(shown, keys, address):
    page = shown()
    page.evaluate("document.activeElement.blur()")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(f"http://keepscore.test{address}")


def test_a_question_mark_lists_the_keys_and_escape_closes_the_list(shown):
    page = shown()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.is_visible("dialog#keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog#keys")


def test_who_turned_the_keys_off_is_left_alone(shown):
    page = shown()
    page.evaluate("document.body.dataset.keys = 'off'; document.activeElement.blur()")
    page.keyboard.press("?")
    page.keyboard.press("/")
    assert (page.is_visible("dialog#keys"), page.evaluate("document.activeElement.id")) == (False, "")


def test_the_menu_opens_without_script_and_holds_the_pages_on_a_phone(shown):
    page = shown(width=390, java_script_enabled=False)
    page.click("summary")
    assert page.locator(".menu .panel a, .menu .panel button").all_inner_texts() == [
        "Portfolio", "Measures", "Import", "People and access", "Sign out"]


def test_a_click_elsewhere_or_escape_closes_the_menu(shown):
    page = shown()
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.click("h1")):
        page.click("summary")
        assert page.is_visible(".menu .panel")
        close()
        assert not page.is_visible(".menu .panel")


def test_a_refused_question_sends_nothing(shown):
    page = shown()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.click("text=Undo 3,081")
    assert (asked, page.url) == (["Undo 3,081 records?"], AT)


def test_a_theme_that_was_chosen_wins_over_the_system(shown):
    page = shown(scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    chosen = [page.evaluate(f"(document.documentElement.dataset.theme = '{theme}', {colour})") for theme in ("light", "dark")]
    assert chosen == ["rgb(255, 255, 255)", "rgb(16, 22, 30)"]


def test_on_paper_the_frame_is_gone_and_ink_is_black_in_any_theme(shown):
    page = shown(scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert [page.is_visible(part) for part in (".top", ".chead", ".pagefoot", ".act", "h1")] == [False, False, False, False, True]
    assert page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]") == [
        "rgb(0, 0, 0)", "rgb(255, 255, 255)"]
