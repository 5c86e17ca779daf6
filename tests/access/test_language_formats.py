"""Days, numbers and percents follow the language; the browser chooses among those that the vendor offers; none is offered half."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import translation

from keepscore.engine.saying import Figure, joined, packed, say, say_many, sentence, unpacked
from keepscore.server.languages import PACKAGE, offered, untranslated
from keepscore.web import words
from tests.access import language
from tests.world import World

GERMAN = {
    "date format, day\x04j M": "j. M", "date format, day with year\x04j M Y": "j. M Y", "date format, long\x04j F Y": "j. F Y",
    "a share; some languages part the sign from the number\x04%(number)s%%": "%(number)s\u00a0%%", "%(n)s h": "%(n)s Std.",
    "%(n)s min": "%(n)s Min.", "%(a)s of %(b)s": "%(a)s von %(b)s",
    "one row\0%(n)s rows": "eine Zeile\0%(n)s Zeilen",
}  # fmt: skip
AT = datetime(2026, 10, 16, 13, 5, tzinfo=UTC)
ROW = ("1,396", "\u22127.3", "84.7%", "3.7", "1,396.50", "5 h 12 min")
TABLE: dict[str, tuple[str, ...]] = {
    "en-gb": ("16 Oct", "16 Oct 2026", "16 October 2026", "16 Oct 2026, 13:05 UTC", "Fri", *ROW),
    "en-us": ("Oct 16", "Oct 16, 2026", "October 16, 2026", "Oct 16, 2026, 1:05 PM UTC", "Fri", *ROW),
    "de": ("16. Okt", "16. Okt 2026", "16. Oktober 2026", "16. Okt 2026, 13:05 UTC", "Fr", "1.396", "\u22127,3", "84,7\u00a0%", "3,7",
           "1.396,50", "5 Std. 12 Min."),
}  # fmt: skip


@pytest.fixture
def offered_ones(settings: Any, tmp_path: Path) -> Iterator[None]:
    language.write_pseudo([], tmp_path, "de", GERMAN)
    settings.LOCALE_PATHS = [str(tmp_path), *settings.LOCALE_PATHS]
    settings.LANGUAGES = offered(["en-gb", "en-us", "de"])
    forget()
    yield
    forget()


def forget() -> None:
    """What the pages remember of a language is that of another catalogue."""
    for remembered in vars(words).values():
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


@pytest.mark.parametrize("code", TABLE)
def test_days_numbers_percents_and_lengths_of_time_are_written_as_the_language_writes_them(offered_ones: None, code: str) -> None:
    with translation.override(code):
        said = (
            words.day(AT), words.day(AT, year=True), words.day_long(AT), words.moment(AT, "UTC"), words.weekday(AT), words.number(1396),
            words.number(Fraction(-725, 100), 1), words.percent(0.847, 1), words.tenths(37), words.said(Figure("1,396.50")),
            words.said(Figure("5 h 12 min")),
        )  # fmt: skip
    assert said == TABLE[code]


def test_a_sentence_of_a_lower_room_is_said_again_with_its_figures(offered_ones: None) -> None:
    rows = say_many("one row", "%(n)s rows", 2, n="2")
    told = joined([say("%(a)s of %(b)s", a=Figure("1,396"), b="Acme 2.0"), rows, sentence("as it is")])
    assert str(told) == "1,396 of Acme 2.0 2 rows As it is."
    with translation.override("de"):
        assert words.said(unpacked(packed(told))) == "1.396 von Acme 2.0 2 Zeilen As it is."


@pytest.mark.parametrize(("asked", "spoken", "ends"), [
    ("en-US,en;q=0.9", "en-us", "Mar 31, 2027"), ("en-GB", "en-gb", "31 Mar 2027"), ("de-AT,de;q=0.9", "de", "31. März 2027"),
    ("fr", "en-gb", "31 Mar 2027"), ("", "en-gb", "31 Mar 2027"),
])  # fmt: skip
def test_the_browser_chooses_among_the_languages_that_are_offered(
    world: World, as_user: Any, offered_ones: None, asked: str, spoken: str, ends: str
) -> None:
    answer = as_user(world.dana).get("/clients/acme/contract/", headers={"accept-language": asked} if asked else {})
    page = answer.content.decode()
    assert (re.findall(r'<html lang="([^"]+)"', page), ends in page) == ([spoken], True)


def test_a_language_chosen_on_the_own_page_wins_over_the_browser(world: World, as_user: Any, offered_ones: None) -> None:
    browser: Browser = as_user(world.dana)
    given = {"name": world.dana.name, "theme": "auto", "language": "en-us"}
    assert browser.post("/me/", given, headers={"accept-language": "de"}).status_code == 302
    assert b'<html lang="en-us"' in browser.get("/me/", headers={"accept-language": "de"}).content


def test_one_language_leaves_nothing_to_choose(world: World, as_user: Any, settings: Any) -> None:
    settings.LANGUAGES = offered(["en-gb"])
    page = as_user(world.dana).get("/me/", headers={"accept-language": "en-US"}).content.decode()
    assert (re.findall(r'<html lang="([^"]+)"', page), 'name="language"' in page) == (["en-gb"], False)


def test_numbers_are_handed_in_with_a_point_whatever_the_language(world: World, as_user: Any, offered_ones: None) -> None:
    page = as_user(world.ada).get("/settings/", headers={"accept-language": "de"}).content.decode()
    fields = re.findall(r'<input type="(\w+)" name="(?:coverage|grade-A)" value="([^"]*)"', page)
    assert fields == [("number", "4.5"), ("number", "50")]      # a browser shows its own mark and sends a point


def test_a_language_without_a_catalogue_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "de/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "de/LC_MESSAGES/django.mo").touch()
    assert untranslated(["en-gb", "en-us", "de", "de-at", "fr", "pt-br"], [str(tmp_path)]) == ["fr", "pt-br"]


def test_names_of_languages_are_their_own_and_each_stands_once() -> None:
    assert offered(["en-gb", "en-us", "EN-GB", "de"]) == [
        ("en-gb", "English (United Kingdom)"), ("en-us", "English (United States)"), ("de", "Deutsch"),
    ]  # fmt: skip


def test_the_compiled_catalogues_are_those_that_can_be_read(tmp_path: Path) -> None:
    for source in PACKAGE.glob("*/LC_MESSAGES/django.po"):
        made = tmp_path / "made.mo"
        subprocess.run(["msgfmt", "--check", "-o", str(made), str(source)], check=True)
        assert sorted(language.keys(made)) == sorted(language.keys(source.with_suffix(".mo")))


def test_a_day_without_a_time_is_itself_in_every_zone() -> None:
    assert words.day(date(2026, 10, 16)) == "16 Oct"
