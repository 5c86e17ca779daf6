"""Numbers, days and lengths of time as the reader's language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import engines
from django.utils import translation

from keepscore.web import words
from tests.web.gallery import request


@pytest.mark.parametrize(("written", "text"), [
    (words.number(1396), "1,396"), (words.number(Decimal("-7.25"), 1), "\u22127.3"), (words.number(Fraction(-1, 100), 1), "0.0"),
    (words.number(0.125, 2), "0.13"), (words.number(None), "\u2013"), (words.number(1234567.5, 1), "1,234,567.5"),
    (words.signed(Fraction(7, 5), 1), "+1.4"), (words.signed(-7, 1), "\u22127.0"), (words.signed(Fraction(1, 100), 1), "0.0"),
    (words.percent(Fraction(7727, 9123), 1), "84.7%"), (words.percent(1), "100%"),
    (words.tenths(37), "3.7"), (words.tenths(None), "\u2013"),
])
def test_numbers_are_grouped_rounded_half_away_from_zero_and_signed_with_a_real_minus(written, text):
    assert written == text


@pytest.mark.parametrize(("seconds", "text"), [
    (187800, "52 h 10 m"), (21600, "6 h"), (8100, "2 h 15 m"), (3900, "1 h 05 m"), (2700, "45 m"), (42, "42 s"), (0, "0 s"),
    (3599, "1 h"), (-2700, "\u221245 m"), (4500000, "1,250 h"), (None, "\u2013"),
])
def test_a_length_of_time_is_never_folded_into_days(seconds, text):
    assert words.duration(seconds).replace("\u00a0", " ") == text


@pytest.mark.parametrize(("at", "text"), [
    (date(2026, 10, 13), "today"), (date(2026, 10, 14), "tomorrow"), (date(2026, 10, 12), "yesterday"), (date(2026, 10, 22), "in 9 days"),
    (date(2026, 10, 10), "3 days ago"), (None, "\u2013"),
])
def test_a_day_is_told_from_today(at, text):
    assert words.in_days(at, date(2026, 10, 13)) == text


def test_a_moment_names_its_zone():
    at = datetime(2026, 10, 12, 22, 59, tzinfo=UTC)
    assert (words.moment(at), words.moment(at, "Europe/London")) == ("12 Oct 2026, 22:59 UTC", "12 Oct 2026, 23:59 BST")


def test_days_have_a_short_and_a_long_name():
    at = date(2026, 10, 16)
    assert (words.day(at), words.day(at, year=True), words.day_long(at), words.weekday(at)) == (
        "16 Oct", "16 Oct 2026", "16 October 2026", "Fri")


def test_another_language_brings_its_own_marks_and_months():
    with translation.override("de"):
        assert (words.number(1396.5, 1), words.percent(Fraction(1, 3), 1), words.day(date(2026, 10, 16))) == ("1.396,5", "33,3%", "16 Okt")


def test_filters_are_the_same_words():
    text = engines["django"].from_string(
        "{% load keepscore_web %}{{ 1396|number }} {{ share|percent:1 }} {{ day|day }} {{ day|in_days:today }} {{ nothing|number }}")
    shown = text.render({"share": Fraction(847, 1000), "day": date(2026, 10, 22), "today": date(2026, 10, 13), "nothing": None}, request())
    assert shown == "1,396 84.7% 22 Oct in 9 days \u2013"
