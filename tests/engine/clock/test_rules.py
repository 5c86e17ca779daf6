"""Every rule of service time as one small table of what goes in and what comes out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from keepscore.engine.clock import CalendarError, ServiceCalendar
from keepscore.engine.clock.zones import midnight, zone

from .reference import utc

OFFICE = {
    "timezone": "Europe/London",
    "hours": {"mon-fri": "08:00-12:30, 13:00-18:00", "sat": "22:00-02:00"},
    "holidays": {"country": "GB", "subdivision": "ENG"},
    "overrides": {date(2026, 12, 24): "08:00-12:00", "2026-08-31": "closed"},
}
HOUR = 3600


def calendar(hours: dict[str, Any], timezone: str = "Europe/London", **more: Any) -> ServiceCalendar:
    return ServiceCalendar.from_spec({"timezone": timezone, "hours": hours, **more})


def office() -> ServiceCalendar:
    return ServiceCalendar.from_spec(OFFICE)


@pytest.mark.parametrize(("start", "end", "seconds"), [
    ("2026-03-02T09:00", "2026-03-02T09:00", 0),                     # nothing between
    ("2026-03-02T10:00", "2026-03-02T09:00", 0),                     # end before start
    ("2026-03-02T07:00", "2026-03-02T08:00:01", 1),                  # opens at 08:00, to the second
    ("2026-03-02T12:00", "2026-03-02T13:30", HOUR),                  # the break at noon does not count
    ("2026-03-02T09:00", "2026-03-03T09:00", 34200),                 # a whole working day
    ("2026-03-07T00:00", "2026-03-08T12:00", 4 * HOUR),              # Saturday's range runs into Sunday
    ("2026-12-24T00:00", "2026-12-25T00:00", 4 * HOUR),              # an override
    ("2026-12-25T00:00", "2026-12-26T00:00", 0),                     # a public holiday
    ("2026-12-26T12:00", "2026-12-27T12:00", 0),                     # a holiday takes its range whole, also after midnight
    ("2026-08-31T00:00", "2026-09-01T00:00", 0),                     # closed by override
])
def test_elapsed_counts_open_seconds(start: str, end: str, seconds: int) -> None:
    assert office().elapsed(utc(start), utc(end)) == seconds


def test_an_override_stands_above_a_holiday() -> None:
    worked = ServiceCalendar.from_spec({**OFFICE, "overrides": {"2026-12-25": "10:00-11:00"}})
    assert worked.elapsed(utc("2026-12-25"), utc("2026-12-26")) == HOUR


def test_an_override_leaves_the_night_of_the_day_before_alone() -> None:
    night = calendar({"mon-sun": "22:00-02:00"}, overrides={"2026-06-10": "closed"})
    assert night.elapsed(utc("2026-06-09T23:00"), utc("2026-06-10T23:00")) == 2 * HOUR     # until 02:00 on the 10th, local
    assert night.next_open(utc("2026-06-10T12:00")) == utc("2026-06-11T21:00")


def test_holidays_may_be_a_list_of_dates() -> None:
    listed = calendar({"mon-sun": "09:00-10:00"}, "Asia/Kolkata", holidays=["2026-01-26", date(2026, 1, 27)])
    assert listed.elapsed(utc("2026-01-25"), utc("2026-01-29")) == 2 * HOUR


@pytest.mark.parametrize(("hours", "same"), [
    ({"mon-fri": "09:00-17:00"}, {"monday, tue, wed-fri": "9:00-17:00"}),
    ({"fri-mon": "22:00-02:00"}, {"fri, sat, sun, mon": [["22:00", "02:00"]]}),
    ({"mon": "09:00-12:00, 12:00-17:00"}, {"mon": [["11:00", "17:00"], ["09:00", "13:00"]]}),
    ({"mon": "22:00-24:00", "tue": "closed"}, {"MON": [["22:00", "00:00"]], "tue": []}),
])
def test_hours_written_in_other_ways_mean_the_same(hours: dict[str, Any], same: dict[str, Any]) -> None:
    assert calendar(hours) == calendar(same)


def test_ranges_that_meet_at_midnight_are_one() -> None:
    both = calendar({"mon": "20:00-24:00", "tue": "00:00-04:00"})
    assert both.next_close(utc("2026-03-02T21:00")) == utc("2026-03-03T04:00")
    assert both.next_open(utc("2026-03-02T21:00")) == utc("2026-03-09T20:00")


@pytest.mark.parametrize(("hours", "day", "seconds"), [
    ({"mon-sun": "00:00-24:00"}, "2026-03-29", 23 * HOUR),           # a day of 23 hours
    ({"mon-sun": "00:00-24:00"}, "2026-10-25", 25 * HOUR),           # a day of 25 hours
    ({"mon-sun": "00:00-24:00"}, "2024-02-29", 24 * HOUR),           # a leap day
    ({"sun": "00:30-03:00"}, "2026-03-29", 5400),                    # over the gap: an hour less
    ({"sun": "01:30-03:00"}, "2026-03-29", 1800),                    # opens in the gap: at 02:30
    ({"sun": "00:30-01:30"}, "2026-03-29", HOUR),                    # closes in the gap: at 02:30
    ({"sun": "01:30-02:15"}, "2026-03-29", 0),                       # nothing is left of it
    ({"sun": "01:15-01:45"}, "2026-10-25", 5400),                    # opens at the first, closes at the second
    ({"sun": "00:00-01:00"}, "2026-10-25", 2 * HOUR),                # 01:00 comes twice; it closes at the second
    ({"sun": "02:00-03:00"}, "2026-10-25", HOUR),                    # 02:00 comes once
])
def test_clock_changes_in_london(hours: dict[str, Any], day: str, seconds: int) -> None:
    start = date.fromisoformat(day)
    london = zone("Europe/London")
    assert calendar(hours).elapsed(midnight(start, london), midnight(start + timedelta(days=1), london)) == seconds


@pytest.mark.parametrize(("name", "start", "end", "seconds"), [
    ("Australia/Lord_Howe", "2026-04-04T13:00", "2026-04-05T13:30", 24 * HOUR + 1800),   # half an hour back
    ("Australia/Lord_Howe", "2026-10-03T13:30", "2026-10-04T13:00", 23 * HOUR + 1800),   # and forward
    ("Africa/Casablanca", "2026-02-14T23:00", "2026-02-16T00:00", 25 * HOUR),            # Ramadan begins
    ("Asia/Kolkata", "2026-01-01T18:30", "2026-01-02T18:30", 24 * HOUR),
])
def test_days_are_as_long_as_they_were(name: str, start: str, end: str, seconds: int) -> None:
    assert ServiceCalendar.always(name).elapsed(utc(start), utc(end)) == seconds


def test_a_date_that_a_zone_skipped_has_no_hours() -> None:
    apia = calendar({"fri": "09:00-17:00"}, "Pacific/Apia")      # Samoa went from Thursday 29 to Saturday 31 December 2011
    assert apia.elapsed(utc("2011-12-28"), utc("2012-01-03")) == 0
    assert not apia.is_working_day(date(2011, 12, 30))


@pytest.mark.parametrize(("start", "seconds", "end"), [
    ("2026-03-02T09:00", 0, "2026-03-02T09:00"),
    ("2026-03-01T09:00", 0, "2026-03-01T09:00"),                     # nothing to add: where it stands, open or not
    ("2026-03-02T09:00", HOUR, "2026-03-02T10:00"),
    ("2026-03-02T09:00", 12600, "2026-03-02T12:30"),                 # the closing, not the next opening
    ("2026-03-02T09:00", 12601, "2026-03-02T13:00:01"),
    ("2026-03-06T17:30", 1801, "2026-03-07T22:00:01"),               # over to Saturday night
    ("2026-03-01T09:00", 1, "2026-03-02T08:00:01"),
])
def test_add_ends_at_the_first_moment_by_which_the_time_has_run(start: str, seconds: int, end: str) -> None:
    assert office().add(utc(start), seconds) == utc(end)


@pytest.mark.parametrize(("end", "seconds", "start"), [
    ("2026-03-02T10:00", HOUR, "2026-03-02T09:00"),
    ("2026-03-02T14:00", HOUR, "2026-03-02T13:00"),                  # the opening, not the closing before it
    ("2026-03-02T14:00", HOUR + 1, "2026-03-02T12:29:59"),
    ("2026-03-02T07:00", 0, "2026-03-02T07:00"),
    ("2026-03-02T08:00", 1, "2026-03-01T01:59:59"),
])
def test_subtract_is_the_mirror_of_add(end: str, seconds: int, start: str) -> None:
    assert office().subtract(utc(end), seconds) == utc(start)


def test_a_range_is_open_at_its_opening_and_closed_at_its_closing() -> None:
    asked = ["07:59:59", "08:00", "12:29:59", "12:30", "13:00", "18:00"]
    assert [office().is_open(utc(f"2026-03-02T{at}")) for at in asked] == [False, True, True, False, True, False]


@pytest.mark.parametrize(("at", "opens", "closes"), [
    ("2026-03-02T07:00", "2026-03-02T08:00", "2026-03-02T12:30"),
    ("2026-03-02T08:00", "2026-03-02T13:00", "2026-03-02T12:30"),    # strictly after
    ("2026-03-02T12:30", "2026-03-02T13:00", "2026-03-02T18:00"),
    ("2026-03-06T18:00", "2026-03-07T22:00", "2026-03-08T02:00"),
    ("2026-12-24T12:00", "2026-12-29T08:00", "2026-12-29T12:30"),    # over Christmas, the 28th observed
])
def test_next_opening_and_next_closing(at: str, opens: str, closes: str) -> None:
    assert (office().next_open(utc(at)), office().next_close(utc(at))) == (utc(opens), utc(closes))


@pytest.mark.parametrize(("start", "days", "end"), [
    ("2026-03-02T09:00", 1, "2026-03-03T18:00"),                     # the day itself is not counted
    ("2026-03-02T23:30", 2, "2026-03-04T18:00"),
    ("2026-03-06T09:00", 1, "2026-03-08T02:00"),                     # Saturday closes on Sunday
    ("2026-03-06T09:00", 2, "2026-03-09T18:00"),
    ("2026-12-23T09:00", 2, "2026-12-29T18:00"),                     # 25th, 26th (a Saturday) and 28th are holidays
])
def test_working_days_end_at_their_closing(start: str, days: int, end: str) -> None:
    assert office().add_working_days(utc(start), days) == utc(end)


def test_the_local_date_decides_which_day_is_not_counted() -> None:
    kolkata = calendar({"mon-fri": "09:00-17:00"}, "Asia/Kolkata")
    assert kolkata.add_working_days(utc("2026-03-02T19:00"), 1) == utc("2026-03-04T11:30")     # 00:30 on Tuesday there


def test_moments_of_any_zone_are_the_same_moment_and_are_cut_to_seconds() -> None:
    elsewhere = datetime.fromisoformat("2026-03-02T14:30:00.999999+05:30")
    assert office().elapsed(elsewhere, utc("2026-03-02T09:00:05")) == 5
    assert office().add(elsewhere, 60) == utc("2026-03-02T09:01")
    assert office().add(elsewhere, 60).tzinfo is UTC


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"hours": {"mon": "09:00-17:00"}}, "needs its timezone"),
    ({"timezone": "Europe/Lodnon", "hours": {"mon": "09:00-17:00"}}, "no time zone 'Europe/Lodnon'"),
    ({"timezone": "../../etc/passwd", "hours": {"mon": "09:00-17:00"}}, "no time zone"),
    ({"timezone": "UTC"}, "write weekdays and their ranges"),
    ({"timezone": "UTC", "hours": {}}, "never opens"),
    ({"timezone": "UTC", "hours": {"mon": "closed"}}, "never opens"),
    ({"timezone": "UTC", "hours": {"mon": []}}, "never opens"),
    ({"timezone": "UTC", "hours": {"moon": "09:00-17:00"}}, "'moon' is no weekday"),
    ({"timezone": "UTC", "hours": {"mon-tue-wed": "09:00-17:00"}}, "is no weekday"),
    ({"timezone": "UTC", "hours": {"mon-fri": "09:00-17:00", "fri": "09:00-12:00"}}, "fri is given twice"),
    ({"timezone": "UTC", "hours": {"mon": ""}}, "write ranges such as"),
    ({"timezone": "UTC", "hours": {"mon": None}}, "write ranges such as"),
    ({"timezone": "UTC", "hours": {"mon": "09:00"}}, "write ranges such as"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-25:00"}}, "there is no time 25:00"),
    ({"timezone": "UTC", "hours": {"mon": "09:60-17:00"}}, "there is no time 09:60"),
    ({"timezone": "UTC", "hours": {"mon": "9am-5pm"}}, "for a time"),
    ({"timezone": "UTC", "hours": {"mon": [[540, 1020]]}}, "for a time"),
    ({"timezone": "UTC", "hours": {"mon": [["09:00", "12:00", "17:00"]]}}, "write ranges such as"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-09:00"}}, "00:00-24:00 for the whole day"),
    ({"timezone": "UTC", "hours": {"mon": "24:00-02:00"}}, "cannot open at 24:00"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}, "holidays": {"country": "XX"}}, "no country 'XX'"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}, "holidays": {"country": "GB", "subdivision": "TX"}}, "no subdivision 'TX'"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}, "holidays": "GB"}, "list of dates"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}, "holidays": ["25/12/2026"]}, "write it as 2026-12-24"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}, "overrides": {"2026-02-30": "closed"}}, "write it as 2026-12-24"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}, "overrides": {"2026-02-03": "open"}}, "write ranges such as"),
    ({"timezone": "UTC", "hours": {"mon": "09:00-17:00"}, "overides": {}}, "a calendar has no 'overides'"),
]


@pytest.mark.parametrize(("spec", "sentence"), REFUSED)
def test_a_calendar_without_a_clear_meaning_is_refused_aloud(spec: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CalendarError, match=sentence.replace("(", r"\(")):
        ServiceCalendar.from_spec(spec)


def test_every_search_ends() -> None:
    once = calendar({"mon": "closed"}, overrides={"2026-03-02": "09:00-10:00"})
    assert once.next_open(utc("2025-01-01")) == utc("2026-03-02T09:00")
    with pytest.raises(CalendarError, match="never opens again within 200 years"):
        once.next_open(utc("2026-03-02T09:00"))
    with pytest.raises(CalendarError, match="do not fit into 200 years after"):
        once.add(utc("2026-01-01"), HOUR + 1)
    with pytest.raises(CalendarError, match="do not fit into 200 years before"):
        once.subtract(utc("2027-01-01"), HOUR + 1)
    with pytest.raises(CalendarError, match="2 working days do not fit"):
        once.add_working_days(utc("2026-01-01"), 2)
    with pytest.raises(CalendarError, match="never closes again"):
        ServiceCalendar.always("UTC").next_close(utc("2026-01-01"))
    with pytest.raises(CalendarError, match="do not fit"):
        ServiceCalendar.always("UTC").add(utc("2026-01-01"), 10**30)


def test_naive_moments_and_parts_of_seconds_are_refused() -> None:
    with pytest.raises(CalendarError, match="has no time zone"):
        office().is_open(datetime(2026, 3, 2))  # noqa: DTZ001
    with pytest.raises(CalendarError, match="give whole seconds"):
        office().add(utc("2026-03-02"), 1.5)  # type: ignore[arg-type]
    with pytest.raises(CalendarError, match="1800 to 2500"):
        office().elapsed(utc("0001-01-01"), utc("2026-03-02"))
