"""The calendar and its table against a reference that steps through time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from keepscore.engine.clock import CalendarError, ServiceCalendar, ranges, zones
from keepscore.engine.clock.table import calendar_table

from .random_calendars import DAYS, calendar_of, moments, plains
from .reference import Stepped, pinned_zone
from .tables import open_before, working_day_limit

quick = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@quick
@given(st.data())
def test_elapsed_and_is_open_count_what_the_wall_clock_showed(data: st.DataObject) -> None:
    plain, centre = data.draw(plains())
    start, end = sorted(data.draw(st.tuples(moments(centre), moments(centre))))
    calendar, stepped = calendar_of(plain), Stepped(plain, start, end)
    assert calendar.elapsed(start, end) == stepped.elapsed(start, end)
    assert [calendar.is_open(at) for at in (start, end)] == [stepped.is_open(at) for at in (start, end)]


@quick
@given(st.data())
def test_add_and_subtract_stop_at_the_second_that_stepping_finds(data: st.DataObject) -> None:
    plain, centre = data.draw(plains())
    start, end = sorted(data.draw(st.tuples(moments(centre), moments(centre))))
    calendar, stepped = calendar_of(plain), Stepped(plain, start, end)
    seconds = stepped.elapsed(start, end)
    for amount in (seconds, seconds // 2):
        assert calendar.add(start, amount) == stepped.add(start, amount)
        assert calendar.subtract(end, amount) == stepped.subtract(end, amount)


@quick
@given(st.data())
def test_the_next_opening_and_closing_are_those_that_stepping_meets_first(data: st.DataObject) -> None:
    plain, centre = data.draw(plains())
    at = data.draw(moments(centre))
    calendar, stepped = calendar_of(plain), Stepped(plain, at, at)
    for found, asked in ((stepped.next_change(at, to_open=True), calendar.next_open),
                         (stepped.next_change(at, to_open=False), calendar.next_close)):
        if found is not None and found < at + timedelta(days=2):
            assert asked(at) == found


@quick
@given(st.data())
def test_working_days_end_at_the_closing_that_stepping_finds(data: st.DataObject) -> None:
    plain, centre = data.draw(plains())
    start = data.draw(moments(centre))
    calendar, stepped = calendar_of(plain), Stepped(plain, start, start)
    today = start.astimezone(pinned_zone(plain.timezone)).date()
    days = [day for day in sorted(stepped.closings) if today < day < today + timedelta(days=3)]
    for number, day in enumerate(days, start=1):
        assert calendar.add_working_days(start, number) == stepped.closings[day]
    near = [today + timedelta(days=n) for n in (-1, 0, 1)]
    assert [calendar.is_working_day(day) for day in near] == [day in stepped.closings for day in near]


@quick
@given(st.data())
def test_adding_what_elapsed_gives_back_the_same_open_time(data: st.DataObject) -> None:
    plain, centre = data.draw(plains())
    start, seconds = data.draw(moments(centre)), data.draw(st.integers(1, 400_000))
    calendar = calendar_of(plain)
    end = calendar.add(start, seconds)
    assert calendar.elapsed(start, end) == seconds
    assert calendar.elapsed(start, end - timedelta(seconds=1)) == seconds - 1
    begin = calendar.subtract(end, seconds)
    assert begin >= start
    assert calendar.elapsed(begin, end) == seconds


@quick
@given(st.data())
def test_the_table_gives_what_the_calendar_gives(data: st.DataObject) -> None:
    found = [data.draw(plains(name)) for name in data.draw(st.lists(st.sampled_from(sorted(DAYS)), min_size=1, max_size=3))]
    calendars = [calendar_of(plain) for plain, _ in found]
    centres = [centre for _, centre in found]
    asked = [data.draw(moments(centre)) for centre in centres for _ in range(3)]
    first, last = min(asked), max(asked)
    table = calendar_table(calendars, first, last)
    for slot, calendar in zip(table.slots, calendars, strict=True):
        zero = open_before(table, slot, first)
        for at in asked:
            assert open_before(table, slot, at) - zero == calendar.elapsed(first, at)
            for days in (1, 2, 7):
                assert working_day_limit(table, slot, at, days) == calendar.elapsed(at, calendar.add_working_days(at, days))


@pytest.fixture
def _machine_zone() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
    time.tzset()


@pytest.mark.usefixtures("_machine_zone")
def test_the_machines_zone_changes_nothing() -> None:
    def numbers() -> list[object]:
        zones.zone.cache_clear()
        zones._changes_in_year.cache_clear()
        ranges._days.cache_clear()
        calendar = ServiceCalendar.from_spec({"timezone": "Europe/London", "hours": {"mon-sun": "00:30-01:30, 22:00-02:00"}})
        start, end = (datetime.fromisoformat(text) for text in ("2026-03-27T09:00:00+00:00", "2026-11-02T09:00:00+05:30"))
        return [calendar.elapsed(start, end), calendar.add(start, 10**6), calendar.next_open(end),
                calendar_table([calendar], start, end).digest]

    seen = []
    for name in ("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"):
        os.environ["TZ"] = name
        time.tzset()
        seen.append(numbers())
    assert seen[1:] == [seen[0]] * 3


@quick
@given(st.data())
def test_elapsed_adds_up_over_any_cut(data: st.DataObject) -> None:
    plain, centre = data.draw(plains())
    first, middle, last = sorted(data.draw(st.tuples(*[moments(centre)] * 3)))
    calendar = calendar_of(plain)
    assert calendar.elapsed(first, last) == calendar.elapsed(first, middle) + calendar.elapsed(middle, last)
    assume(first < last)
    assert calendar.elapsed(last, first) == 0
    with pytest.raises(CalendarError):
        calendar.add(first, -1)
