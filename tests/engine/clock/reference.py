"""Service time the slow way: step through UTC minutes, ask the wall clock each time, and count.

Only for ranges and offsets of whole minutes. It shares no code with the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

Pair = tuple[int, int]      # minutes after midnight; a close at or before the open is on the next day
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Plain:
    """A calendar as lists of pairs; the week starts on Monday."""

    timezone: str
    week: list[list[Pair]]
    holidays: list[date] = field(default_factory=list)
    overrides: dict[date, list[Pair]] = field(default_factory=dict)

    def ranges_of(self, day: date) -> list[Pair]:
        if day in self.overrides:
            return self.overrides[day]
        return [] if day in self.holidays else self.week[day.weekday()]


@lru_cache
def pinned_zone(name: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


class Stepped:
    """Every UTC minute from `start` to `end`, with what the wall clock showed and whether the calendar was open."""

    def __init__(self, calendar: Plain, start: datetime, end: datetime) -> None:
        first, last = start.replace(second=0) - timedelta(days=3), end + timedelta(days=4)
        self.minutes: list[datetime] = []
        while first <= last:
            self.minutes.append(first)
            first += MINUTE
        zone = pinned_zone(calendar.timezone)
        self.shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in self.minutes]
        self.times: dict[datetime, list[datetime]] = {}
        for minute, shown in zip(self.minutes, self.shown, strict=True):
            self.times.setdefault(shown, []).append(minute)
        self.dates = sorted({shown.date() for shown in self.shown})
        self.closings: dict[date, datetime] = {}
        self.open: set[datetime] = set()
        for day in self.dates[1:-2]:
            self._open_on(day, calendar.ranges_of(day))

    def _open_on(self, day: date, ranges: list[Pair]) -> None:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
        for opens, closes in ranges:
            if closes <= opens:
                closes += 24 * 60
            at = self.instants(midnight + opens * MINUTE)[0]
            until = self.instants(midnight + closes * MINUTE)[-1]
            if at < until:
                self.closings[day] = max(until, self.closings.get(day, until))
            while at < until:
                self.open.add(at)
                at += MINUTE

    def instants(self, wall: datetime) -> list[datetime]:
        """The moments at which the wall clock shows a time; a skipped time is moved forward by the gap."""
        if wall in self.times:
            return self.times[wall]
        before = max(index for index, shown in enumerate(self.shown) if shown < wall and self.shown[index + 1] > wall)
        gap = self.shown[before + 1] - self.shown[before] - MINUTE
        return self.times[wall + gap]

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Open seconds: for each open minute, its seconds inside [start, end)."""
        near = (minute for minute in self.open if start - MINUTE < minute < end)
        return sum((min(minute + MINUTE, end) - max(minute, start)) // SECOND for minute in near)

    def is_open(self, at: datetime) -> bool:
        return at.replace(second=0) in self.open

    def add(self, start: datetime, seconds: int) -> datetime:
        """Step on, a whole minute where one is whole and more than one is left, and take off what was open."""
        while seconds:
            step = 60 if start.second == 0 and seconds > 60 else 1
            seconds -= step * self.is_open(start)
            start += step * SECOND
        return start

    def subtract(self, end: datetime, seconds: int) -> datetime:
        while seconds:
            step = 60 if end.second == 0 and seconds > 60 else 1
            end -= step * SECOND
            seconds -= step * self.is_open(end)
        return end

    def next_change(self, at: datetime, *, to_open: bool) -> datetime | None:
        """The first minute after `at` at which the calendar becomes open (or closed)."""
        for minute in self.minutes:
            if minute > at and (minute in self.open) == to_open and (minute - MINUTE in self.open) != to_open:
                return minute
        return None


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
