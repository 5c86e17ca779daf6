"""One HTML file: strict, self-contained, everything escaped."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from keepscore.documents.fonts import write_fonts
from keepscore.documents.html import scorecard_html
from keepscore.documents.scorecard import page
from tests.documents import factory
from tests.documents.test_page import CARDS, FROZEN


class _Seen(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("card", CARDS, ids=lambda f: f.__name__)
def test_no_page_needs_style_attributes_scripts_or_anything_from_elsewhere(card):
    seen = _Seen(scorecard_html(page(card(), published=FROZEN)))
    names = {name for name, _ in seen.attributes}
    assert {"script", "link", "img", "iframe"}.isdisjoint(seen.tags)
    assert not {name for name in names if name == "style" or name.startswith("on")}
    assert {value for name, value in seen.attributes if name in ("src", "href")} == {"#main", "#full"}


@pytest.mark.parametrize("card", CARDS, ids=lambda f: f.__name__)
def test_no_word_is_missing_in_a_template(card):
    html = scorecard_html(page(card()))
    assert "(missing:" not in html
    assert "None" not in _Seen(html).text
    assert len(re.findall(r'id="([^"]*)"', html)) == len(set(re.findall(r'id="([^"]*)"', html)))


def test_what_people_wrote_is_text_never_markup():
    evil = '<script>alert("x")</script>{{ page }}{% now %}\'&'
    card = factory.scorecard([replace(factory.share("a", evil, kept=1, missed=99, target="92"), groups=(
        factory.Group(evil, evil, 1, 99, False), factory.Group(evil, None, 0, 0, None)))], name=evil, vendor=evil)
    html = scorecard_html(page(card))
    assert "<script" not in html
    assert "{{ page }}{% now %}" in _Seen(html).text


def test_the_sheet_says_every_not_yet():
    text = _Seen(scorecard_html(page(factory.marlowe()))).text
    for said in ("Your rating", "not yet", "Its QR code: not yet", "Not yet: this is a draft.", "What changes: not yet agreed."):
        assert said in text


def test_fonts_are_linked_beside_the_page_or_carried_inside(tmp_path):
    shown = page(factory.all_met())
    linked, embedded = scorecard_html(shown, fonts_at="../fonts"), scorecard_html(shown, fonts="embed")
    assert re.findall(r"url\(([^)]*)\)", linked) == [
        "../fonts/source-sans-3.ttf", "../fonts/source-serif-4.ttf", "../fonts/source-code-pro.ttf"]
    assert all(address.startswith("data:font/ttf;base64,") for address in re.findall(r"url\(([^)]*)\)", embedded))
    assert sorted(path.name for path in write_fonts(tmp_path / "fonts")) == [
        "source-code-pro-LICENSE.txt", "source-code-pro.ttf", "source-sans-3-LICENSE.txt", "source-sans-3.ttf",
        "source-serif-4-LICENSE.txt", "source-serif-4.ttf"]
    assert len(linked) < 120_000


def test_the_same_scorecard_gives_the_same_page():
    assert scorecard_html(page(factory.marlowe())) == scorecard_html(page(factory.marlowe()))
