"""A real browser: one printed page in every case, nothing covered, no sideways scroll, no accessibility violation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from keepscore.documents.fonts import write_fonts
from keepscore.documents.html import scorecard_html
from keepscore.documents.scorecard import Notes, page
from keepscore.engine.contract.model import Grades
from tests.documents.test_page import CARDS, FROZEN

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; apt-get install chromium")]

_INSIDE = """async () => {
  await document.fonts.ready
  const box = query => document.querySelector(query).getBoundingClientRect(), sheet = document.querySelector('.sheet')
  const low = [...document.querySelectorAll('.low > section > :last-child')].map(e => e.getBoundingClientRect().bottom)
  return {hidden: sheet.scrollHeight - sheet.clientHeight, covered: Math.max(...low) > box('.foot').top,
          wide: document.documentElement.scrollWidth - document.documentElement.clientWidth}
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    write_fonts(folder / "fonts")
    paths = {}
    for card in CARDS:
        for published in (None, FROZEN):
            path = folder / f"{card.__name__}{'-frozen' if published else ''}.html"
            path.write_text(scorecard_html(page(card(), published=published, notes=Notes(Grades()))), "utf-8")
            paths[path.stem] = path
    return paths


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", ["marlowe", "worst_case-frozen", "crowded-frozen"])
def test_every_scorecard_prints_on_exactly_one_page(browser, pages, tmp_path, name, paper):
    tab = browser.new_page()
    tab.goto(pages[name].as_uri())
    tab.pdf(path=tmp_path / "sheet.pdf", format=paper, print_background=True)
    tab.close()
    with pypdfium2.PdfDocument(tmp_path / "sheet.pdf") as pdf:
        text = pdf[0].get_textpage().get_text_bounded()
        assert len(pdf) == 1
    assert "Verify this scorecard" in text
    assert "A is 4.5 and up" in text
    assert "The full page" not in text.replace("see the full page", "")


@pytest.mark.parametrize("fonts", ["with the fonts", "with the reader's fonts"])
def test_nothing_on_the_sheet_is_hidden_or_covered(browser, pages, tmp_path, fonts):
    found, names = {}, ["marlowe-frozen", "worst_case", "worst_case-frozen", "crowded-frozen", "open_period", "no_records"]
    tab = browser.new_page(viewport={"width": 1440, "height": 1000})
    tab.emulate_media(media="print")
    for name in names:
        here = pages[name] if fonts == "with the fonts" else tmp_path / f"{name}.html"
        if here != pages[name]:
            here.write_text(pages[name].read_text("utf-8"), "utf-8")
        tab.goto(here.as_uri())
        found[name] = tab.evaluate(_INSIDE)
    tab.close()
    assert found == {name: {"hidden": 0, "covered": False, "wide": 0} for name in names}


@pytest.mark.parametrize("name", ["marlowe-frozen", "worst_case"])
def test_no_page_scrolls_sideways(browser, pages, name):
    tab = browser.new_page()
    tab.goto(pages[name].as_uri())
    found = {}
    for width in (1440, 768, 390, 320):
        tab.set_viewport_size({"width": width, "height": 900})
        found[width] = tab.evaluate(_INSIDE)["wide"]
    tab.close()
    assert found == {1440: 0, 768: 0, 390: 0, 320: 0}


@pytest.mark.parametrize(("name", "width", "scheme"), [
    ("marlowe-frozen", 1440, "light"), ("marlowe-frozen", 1440, "dark"), ("marlowe-frozen", 390, "light"), ("open_period", 390, "dark")])
def test_axe_finds_no_violation(browser, pages, name, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(pages[name].as_uri())
    results = Axe().run(tab)
    context.close()
    assert results.violations_count == 0, results.generate_report()
