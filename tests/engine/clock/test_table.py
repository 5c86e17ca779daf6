"""The calendar table: exact rows, shared slots, finer slots where needed, one digest for one meaning."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest

from keepscore.engine.clock import CalendarError, ServiceCalendar
from keepscore.engine.clock.table import NEVER, Slot, calendar_table
from keepscore.engine.clock.zones import epoch

from .reference import utc
from .tables import open_before, working_day_limit

DAY, HOUR = 86400, 3600


def calendar(hours: dict[str, str], timezone: str = "UTC", **more: object) -> ServiceCalendar:
    return ServiceCalendar.from_spec({"timezone": timezone, "hours": hours, **more})


def test_two_days_with_two_ranges_are_two_rows() -> None:
    monday = epoch(utc("2026-03-02"))
    table = calendar_table([calendar({"mon-tue": "08:00-12:00, 13:00-17:00"})], utc("2026-03-02"), utc("2026-03-03T23:59:59"))
    (slot,) = table.slots
    rows = table.rows.to_pylist()
    assert slot == Slot(base=0, anchor=monday, length=DAY, count=2, day_base=0, day_count=slot.day_count)
    first = rows[0]["day_ordinal"]
    assert rows == [
        {"key": n, "open_1": start + 8 * HOUR, "close_1": start + 12 * HOUR, "open_2": start + 13 * HOUR, "close_2": start + 17 * HOUR,
         "cum": n * 8 * HOUR, "day_ordinal": first + n, "next_day_at": NEVER}
        for n, start in enumerate((monday, monday + DAY))]
    assert table.days.slice(first, 2)["cum_close"].to_pylist() == [8 * HOUR, 16 * HOUR]
    assert {*table.rows.schema.types, *table.days.schema.types} == {pa.int64()}


def test_rows_are_anchored_at_the_smallest_offset_so_that_a_day_stays_in_one() -> None:
    table = calendar_table([calendar({"mon-sun": "00:30-23:30"}, "America/New_York")], utc("2026-01-01"), utc("2026-12-31"))
    (slot,) = table.slots
    assert (slot.length, (slot.anchor - 5 * HOUR) % DAY) == (DAY, 0)


def test_more_than_two_ranges_a_day_make_finer_rows() -> None:
    many = calendar({"mon-sun": "00:00-00:10, 00:20-00:30, 00:40-00:50, 01:00-01:10, 09:00-10:00"})
    table = calendar_table([many, calendar({"mon": "09:00-10:00"})], utc("2026-03-02"), utc("2026-03-09"))
    assert [slot.length for slot in table.slots] == [1800, DAY]
    assert [open_before(table, slot, utc("2026-03-08")) for slot in table.slots] == [6 * 6000, HOUR]


def test_ranges_seconds_apart_are_refused() -> None:
    with pytest.raises(CalendarError, match="closer together than minutes"):
        calendar_table([calendar({"mon": "09:00:01-09:00:02, 09:00:03-09:00:04, 09:00:05-09:00:06"})], utc("2026-03-02"), utc("2026-03-09"))


def test_calendars_of_the_same_terms_share_a_slot() -> None:
    one, other = calendar({"mon-tue": "09:00-10:00"}), calendar({"mon": "09:00-10:00", "tue": [["9:00", "10:00"]]})
    table = calendar_table([one, ServiceCalendar.always("UTC"), other], utc("2026-03-02"), utc("2026-03-09"))
    assert table.slots[0] == table.slots[2] != table.slots[1]
    assert table.rows["key"].to_pylist() == list(range(16))
    assert table.slots[1].base == 8


def test_limits_in_working_days_reach_beyond_the_span() -> None:
    table = calendar_table([calendar({"mon-fri": "09:00-17:00"})], utc("2026-03-02"), utc("2026-03-06T12:00"))
    assert working_day_limit(table, table.slots[0], utc("2026-03-06T12:00"), 2) == 5 * HOUR + 16 * HOUR


def test_the_digest_changes_with_the_meaning_and_with_nothing_else() -> None:
    def digest(*calendars: ServiceCalendar, end: str = "2027-01-01") -> str:
        return calendar_table(calendars, utc("2026-01-01"), utc(end)).digest

    plain = calendar({"mon-fri": "09:00-17:00"})
    same = calendar({"mon, tue, wed, thu, fri": "9:00-12:00, 12:00-17:00"})
    others = [digest(calendar({"mon-fri": "09:00-17:01"})), digest(calendar({"mon-fri": "09:00-17:00"}, "Africa/Abidjan")),
              digest(calendar({"mon-fri": "09:00-17:00"}, overrides={"2026-05-05": "closed"})), digest(plain, end="2027-01-02"),
              digest(plain, ServiceCalendar.always("UTC")), digest()]
    assert digest(plain) == digest(same)
    assert len({digest(plain), *others}) == 7


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(CalendarError, match="end is not before its start"):
        calendar_table([], utc("2026-03-02"), utc("2026-03-01"))


def test_a_thousand_calendars_over_three_years_are_quick() -> None:
    places = [("Europe/London", "GB"), ("America/New_York", "US"), ("Asia/Kolkata", "IN"), ("Africa/Casablanca", "MA")] * 250
    calendars = [calendar({"mon-fri": f"08:{n % 60:02}-12:30, 13:00-18:{n // 60:02}"}, timezone, holidays={"country": country})
                 for n, (timezone, country) in enumerate(places)]
    began = time.process_time()
    table = calendar_table(calendars, utc("2024-01-01"), utc("2027-01-01"))
    assert table.rows.num_rows == 1000 * 1097
    assert time.process_time() - began < 10
