"""Planned work: dated plans by service days, and whole records a month by largest remainder."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepscore.engine.clock import ServiceCalendar
from keepscore.engine.contract.model import Function
from keepscore.engine.volume import allowed_by_month, every_day, planned_effort_minutes, planned_volume

YEAR = date(2026, 1, 1), date(2027, 1, 1)
QUARTER = date(2026, 1, 1), date(2026, 4, 1)
DAYS = st.dates(date(2025, 11, 1), date(2027, 2, 28))
PLAN = st.fixed_dictionaries(
    {"volume": st.integers(0, 999).map(str), "per": st.sampled_from(["month", "quarter", "half-year", "year"])},
    optional={"from": DAYS.map(date.isoformat)},
)
CALENDAR = ServiceCalendar.from_spec(
    {"timezone": "Europe/London", "hours": {"mon-fri": "09:00-17:00", "sun": "22:00-02:00"}, "holidays": {"country": "GB"}}
)


def function(*plans: dict[str, Any]) -> Function:
    return Function.model_validate({"key": "desk", "name": "Desk", "planned": list(plans)})


def weekday(day: date) -> bool:
    return day.weekday() < 5


def test_a_whole_period_has_the_whole_plan() -> None:
    desk = function({"volume": "5400", "effort_hours": "2700", "per": "quarter"})
    assert planned_volume(desk, *QUARTER, service_day=weekday, year_starts=1) == 5400
    assert planned_effort_minutes(desk, *QUARTER, service_day=weekday, year_starts=1) == 2700 * 60
    assert planned_volume(desk, *YEAR, service_day=weekday, year_starts=1) == 4 * 5400


def test_part_of_a_period_has_its_service_days_part_of_the_plan() -> None:
    desk = function({"volume": "5400", "per": "quarter"})
    # 90 days from January to March 2026, 64 of them from Monday to Friday, 22 of those in January.
    assert planned_volume(desk, date(2026, 1, 1), date(2026, 2, 1), service_day=every_day, year_starts=1) == Fraction(5400 * 31, 90)
    assert planned_volume(desk, date(2026, 1, 1), date(2026, 2, 1), service_day=weekday, year_starts=1) == Fraction(5400 * 22, 64)
    assert planned_volume(desk, date(2026, 1, 3), date(2026, 1, 5), service_day=weekday, year_starts=1) == 0  # a weekend


def test_a_plan_holds_from_its_day_on() -> None:
    desk = function({"volume": "310", "per": "month"}, {"volume": "620", "per": "month", "from": "2026-01-11"})
    assert planned_volume(desk, date(2026, 1, 1), date(2026, 2, 1), service_day=every_day, year_starts=1) == 10 * 10 + 21 * 20
    assert allowed_by_month(desk, date(2026, 1, 1), date(2026, 3, 1), service_day=every_day, year_starts=1) == {
        "2026-01": 520, "2026-02": 620}


def test_a_plan_that_begins_inside_a_month_allows_its_part_of_that_month() -> None:
    desk = function({"volume": "310", "per": "month", "from": "2026-01-12"})
    assert planned_volume(desk, date(2026, 1, 1), date(2026, 2, 1), service_day=every_day, year_starts=1) == 200
    assert allowed_by_month(desk, date(2025, 12, 1), date(2026, 3, 1), service_day=every_day, year_starts=1) == {
        "2025-12": 0, "2026-01": 200, "2026-02": 310}


def test_no_plan_is_none_and_not_nothing() -> None:
    assert planned_volume(function(), *QUARTER, service_day=every_day, year_starts=1) is None
    effort_only = function({"effort_hours": "10", "per": "month"})
    assert planned_volume(effort_only, *QUARTER, service_day=every_day, year_starts=1) is None
    assert planned_effort_minutes(effort_only, *QUARTER, service_day=every_day, year_starts=1) == 3 * 600


def test_months_are_whole_records_with_the_largest_remainders_first() -> None:
    # 100 over 31, 28 and 31 of 90 days: 34 4/9, 31 1/9, 34 4/9; one record is over, and January is the earlier of the two.
    desk = function({"volume": "100", "per": "quarter"})
    assert allowed_by_month(desk, *QUARTER, service_day=every_day, year_starts=1) == {"2026-01": 35, "2026-02": 31, "2026-03": 34}


def test_the_months_of_a_contract_year_follow_its_start() -> None:
    desk = function({"volume": "91", "per": "quarter"})
    assert allowed_by_month(desk, date(2026, 2, 1), date(2026, 5, 1), service_day=every_day, year_starts=2) == {
        "2026-02": 28, "2026-03": 32, "2026-04": 31}  # 28.63, 31.70 and 30.67: two are over, by largest remainder


def test_a_month_that_the_period_cuts_has_its_part_rounded_half_up() -> None:
    desk = function({"volume": "31", "per": "month"})
    half = function({"volume": "15.5", "per": "month"})
    assert allowed_by_month(desk, date(2026, 1, 20), date(2026, 2, 1), service_day=every_day, year_starts=1) == {"2026-01": 12}
    assert allowed_by_month(half, date(2026, 1, 1), date(2026, 1, 2), service_day=every_day, year_starts=1) == {"2026-01": 1}


@pytest.mark.parametrize("volume", range(0, 700, 37))
@pytest.mark.parametrize("per", ["quarter", "half-year", "year"])
def test_the_months_add_up_to_the_plan(volume: int, per: str) -> None:
    desk = function({"volume": str(volume), "per": per})
    allowed = allowed_by_month(desk, *YEAR, service_day=weekday, year_starts=1)
    assert (len(allowed), sum(allowed.values())) == (12, volume * {"quarter": 4, "half-year": 2, "year": 1}[per])


class Counted:
    """Service days of a calendar, counted at once."""

    count = staticmethod(CALENDAR.working_days)

    def __call__(self, day: date) -> bool:
        raise AssertionError("asked day by day")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(plans=st.lists(PLAN, min_size=1, max_size=4), start=DAYS, length=st.integers(0, 200), year_starts=st.integers(1, 12))
def test_a_plan_by_spans_is_that_of_each_day_added_up(plans: list[dict[str, Any]], start: date, length: int, year_starts: int) -> None:
    desk, end = function(*plans), start + timedelta(days=length)
    days = [start + timedelta(days=n) for n in range(length)]
    by_day = [
        planned_volume(desk, day, day + timedelta(days=1), service_day=CALENDAR.is_working_day, year_starts=year_starts) for day in days
    ]
    assert planned_volume(desk, start, end, service_day=Counted(), year_starts=year_starts) == sum((x or 0 for x in by_day), Fraction(0))
    assert CALENDAR.working_days(start, end) == sum(map(CALENDAR.is_working_day, days))
