"""Zone rules come from the pinned package and say when an offset begins."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from keepscore.engine.clock.zones import epoch, local_day, midnight, moment, offsets, tzdata_version, zone

from .random_calendars import DAYS
from .reference import pinned_zone, utc


def test_the_version_of_the_rules_is_that_of_the_pinned_package() -> None:
    assert tzdata_version() == "2026f"


def test_offsets_name_the_second_from_which_each_applies() -> None:
    found = offsets(zone("Europe/London"), utc("2026-01-01"), utc("2026-12-31"))
    assert [(moment(at), seconds) for at, seconds in found] == [
        (utc("2026-01-01"), 0), (utc("2026-03-29T01:00"), 3600), (utc("2026-10-25T01:00"), 0)]
    assert offsets(zone("Asia/Kolkata"), utc("2026-01-01"), utc("2027-01-01")) == [(epoch(utc("2026-01-01")), 19800)]


@pytest.mark.parametrize("name", sorted(DAYS))
def test_offsets_are_what_asking_every_quarter_hour_finds(name: str) -> None:
    start, end = utc("2025-12-30"), utc("2027-01-02")
    asked = [start + timedelta(minutes=15) * n for n in range((end - start) // timedelta(minutes=15) + 1)]
    seen = [(epoch(at), at.astimezone(pinned_zone(name)).utcoffset() // timedelta(seconds=1)) for at in asked]
    changes = [after for before, after in pairwise(seen) if before[1] != after[1]]
    assert offsets(zone(name), start, end) == [seen[0], *changes]


@pytest.mark.parametrize(("name", "day", "begins"), [
    ("Europe/London", "2026-07-01", "2026-06-30T23:00"),
    ("Asia/Kolkata", "2026-07-01", "2026-06-30T18:30"),
    ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00"),         # 00:00 is skipped: the day begins at 01:00
    ("America/Havana", "2026-11-01", "2026-11-01T04:00"),       # 00:00 comes twice: it begins at the first
    ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),      # 23:30 was followed by 00:30
])
def test_a_local_day_begins_at_its_first_moment(name: str, day: str, begins: str) -> None:
    begin = midnight(date.fromisoformat(day), zone(name))
    assert begin == utc(begins)
    assert local_day(begin, zone(name)) == date.fromisoformat(day)
    assert local_day(begin - timedelta(seconds=1), zone(name)) < date.fromisoformat(day)
