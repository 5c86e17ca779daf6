"""Numbers become words the same way everywhere, and never say the opposite of what was measured."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepscore.documents import words
from keepscore.engine.results import Period
from tests.documents.factory import Q3, availability, fact, share, value


@pytest.mark.parametrize(("measure", "said"), [
    (share("r", "Requests", kept=7727, missed=1396, target="92"), "84.7%, target 92%"),
    (share("r", "Repeats", kept=1950, missed=62, target="4", at_most=True), "3.1%, target at most 4%"),
    (share("r", "Repeats, at most", kept=1950, missed=62, target="4", at_most=True), "3.1%, target 4%"),
    (share("r", "Few", kept=1, missed=0, target="97.5"), "100.0%, target 97.5%"),
    (share("r", "None", kept=0, missed=0, target="92"), "no records"),
    (availability("n", "Network", up=7944826, of=7948800, target="99.90"), "99.95%, target 99.90%"),
    (value("v", "Restored", figure=Fraction(18720), unit="s", at_most=Fraction(21600), score="4.3"), "5 h 12 min, target at most 6 h"),
    (fact("f", "Initiatives", k=3, n=5, sub_area="x"), "3 of 5"),
], ids=lambda v: v if isinstance(v, str) else v.name)
def test_a_figure_is_said_with_its_unit_and_then_what_it_is_compared_with(measure, said):
    assert words.against_text(measure) == said


def test_two_decimals_are_shown_only_when_the_target_has_two_or_allows_less_than_one_in_a_hundred():
    assert [words.percent_places((Fraction(text) / 100,)) for text in ("92", "97.5", "97.25", "99", "99.9")] == [1, 1, 2, 1, 2]


def test_a_miss_by_a_hair_is_not_rounded_up_to_its_target():
    assert words.amount(Fraction(9196, 10000), "%", (Fraction(92, 100),)) == "91.96%"
    assert words.amount(Fraction(91999, 100000), "%", (Fraction(92, 100),)) == "91.999%"
    assert words.amount(Fraction(92, 100), "%", (Fraction(92, 100),)) == "92.0%"
    assert words.amount(Fraction(21610), "s", (Fraction(21600),)) == "6 h 0 min 10 s"


@given(st.integers(1, 10**5), st.integers(0, 10**5), st.integers(1, 9999))
def test_a_shown_percent_stands_on_the_same_side_of_its_target_as_the_exact_one(counted, part, target):
    exact, bound = Fraction(min(part, counted), counted), Fraction(target, 10000)
    shown = Fraction(words.amount(exact, "%", (bound,)).removesuffix("%").replace(",", "")) / 100
    assert (shown >= bound) == (exact >= bound)
    assert (shown <= bound) == (exact <= bound)


def test_durations_are_hours_and_minutes():
    assert [words.duration(seconds) for seconds in (0, 59, 60, 90, 3600, 18720, 180000)] == [
        "0 s", "59 s", "1 min", "1 min 30 s", "1 h", "5 h 12 min", "50 h"]


def test_counts_carry_commas_and_the_minus_is_a_real_one():
    assert (words.count(1396), words.decimal(Fraction(-1, 4), 2), words.decimal(Fraction(-1, 1000), 2)) == ("1,396", "\u22120.25", "0.00")


def test_a_period_says_its_days_and_the_year_once():
    span = Period("2026-07-06..2027-01-03", "x", date(2026, 7, 6), date(2027, 1, 4),
                  datetime(2026, 7, 6, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC))
    assert words.period_text(Q3) == "Q3 2026: 1 July to 30 September"
    assert words.period_text(span) == "6 July 2026 to 3 January 2027"


def test_earlier_periods_are_named_as_people_say_them():
    assert [words.period_name(key) for key in ("2026-Q2", "2026-03", "2026-H1", "2025")] == ["Q2 2026", "March 2026", "H1 2026", "2025"]


def test_a_digest_is_set_in_groups_that_people_can_compare():
    assert words.groups_of_eight("0123456789abcdef" * 4) == ("01234567 89abcdef 01234567 89abcdef",) * 2
