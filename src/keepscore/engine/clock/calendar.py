"""One calendar and the questions that a contract asks of it: open seconds, closing times, working days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from keepscore.engine.clock.errors import CalendarError
from keepscore.engine.clock.ranges import open_time
from keepscore.engine.clock.terms import Terms, read_terms
from keepscore.engine.clock.zones import DAY, EPOCH_DAY, epoch, local_day, moment, zone

FIRST_YEAR, LAST_YEAR = 1800, 2500
SEARCH_YEARS = 200      # every search ends here
_MARGIN = 4             # days at either end of a window whose ranges may be cut


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """Open ranges as plain lists, right for moments from `start` to `end` (UTC seconds)."""

    start: int
    end: int
    opens: list[int]
    closes: list[int]
    total: list[int]        # open seconds before each range
    reached: list[int]      # open seconds at the close of each range
    days: list[int]         # working days, since 1970-01-01
    day_closes: list[int]

    def before(self, at: int) -> int:
        index = bisect_right(self.opens, at) - 1
        return 0 if index < 0 else self.total[index] + min(at, self.closes[index]) - self.opens[index]


@dataclass(frozen=True)
class ServiceCalendar:
    """When work is owed: ranges per weekday, holidays and dated overrides, on the wall clock of one zone.

    Moments go in and come out aware (out: UTC), cut to whole seconds; lengths are real elapsed seconds, so days of 23
    and 25 hours count as they were. Nothing depends on the machine's zone. Moments lie between the years 1800 and 2500.
    """

    terms: Terms
    _windows: dict[str, _Window] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> ServiceCalendar:
        """A calendar of a mapping with `timezone`, `hours`, `holidays`, `overrides`. Raises CalendarError."""
        return cls(read_terms(spec))

    @classmethod
    def always(cls, timezone: str) -> ServiceCalendar:
        """Open day and night."""
        return cls.from_spec({"timezone": timezone, "hours": {"mon-sun": "00:00-24:00"}})

    @property
    def timezone(self) -> str:
        return self.terms.timezone

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Open seconds of [start, end); 0 when the end is not after the start."""
        return self.open_seconds(epoch(start), epoch(end))

    def open_seconds(self, first: int, last: int) -> int:
        """Open seconds of [first, last), both in epoch seconds."""
        if last <= first:
            return 0
        window = self._window(first, last)
        return window.before(last) - window.before(first)

    def is_open(self, at: datetime) -> bool:
        """Whether the calendar is open at a moment: the opening is, the closing is not."""
        second = epoch(at)
        window = self._window(second, second)
        index = bisect_right(window.opens, second) - 1
        return index >= 0 and second < window.closes[index]

    def add(self, start: datetime, seconds: int) -> datetime:
        """The first moment at which `seconds` of open time have run since `start`.

        On a boundary that is the closing time, not the next opening. None to add gives `start` itself.
        """
        first = epoch(start)
        if _length(seconds, "add", "subtract") == 0:
            return moment(first)
        for until in _further(first, 1, seconds):
            window = self._window(first, until)
            goal = window.before(first) + seconds
            index = bisect_left(window.reached, goal)
            if index < len(window.reached) and (at := window.closes[index] - (window.reached[index] - goal)) <= window.end:
                return moment(at)
        raise CalendarError(f"{seconds} s of open time do not fit into {SEARCH_YEARS} years after {moment(first).isoformat()}")

    def subtract(self, start: datetime, seconds: int) -> datetime:
        """The last moment from which `seconds` of open time run until `start`.

        On a boundary that is the opening time, not the closing before it.
        """
        last = epoch(start)
        if _length(seconds, "subtract", "add") == 0:
            return moment(last)
        for until in _further(last, -1, seconds):
            window = self._window(until, last)
            goal = window.before(last) - seconds
            index = bisect_right(window.total, goal) - 1
            if goal >= 0 and index >= 0 and (at := window.opens[index] + goal - window.total[index]) >= window.start:
                return moment(at)
        raise CalendarError(f"{seconds} s of open time do not fit into {SEARCH_YEARS} years before {moment(last).isoformat()}")

    def next_open(self, at: datetime) -> datetime:
        """The first opening after a moment. Raises CalendarError where none follows."""
        return self._next(epoch(at), "opens")

    def next_close(self, at: datetime) -> datetime:
        """The first closing after a moment. Raises CalendarError where none follows."""
        return self._next(epoch(at), "closes")

    def is_working_day(self, day: date) -> bool:
        """Whether a range opens on this local date."""
        number = day.toordinal() - EPOCH_DAY
        window = self._window(number * DAY, number * DAY)
        index = bisect_left(window.days, number)
        return index < len(window.days) and window.days[index] == number

    def working_days(self, start: date, end: date) -> int:
        """Local dates of [start, end) on which a range opens."""
        first, last = start.toordinal() - EPOCH_DAY, end.toordinal() - EPOCH_DAY
        if last <= first:
            return 0
        days = self._window(first * DAY, last * DAY).days
        return bisect_left(days, last) - bisect_left(days, first)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """The closing of the n-th working day after the local date of `start`, which is not counted itself."""
        if days < 1:
            raise CalendarError(f"found {days} working days; a limit is 1 working day or more")
        first = epoch(start)
        today = local_day(moment(first), zone(self.timezone)).toordinal() - EPOCH_DAY
        for until in _further(first, 1, days * DAY):
            window = self._window(first, until)
            index = bisect_right(window.days, today) + days - 1
            if index < len(window.days) and window.day_closes[index] <= window.end:
                return moment(window.day_closes[index])
        raise CalendarError(f"{days} working days do not fit into {SEARCH_YEARS} years after {moment(first).isoformat()}")

    def _next(self, at: int, which: str) -> datetime:
        for until in _further(at, 1, 0):
            window = self._window(at, until)
            edges = window.opens if which == "opens" else window.closes
            index = bisect_right(edges, at)
            if index < len(edges) and edges[index] <= window.end:
                return moment(edges[index])
        raise CalendarError(f"the calendar never {which} again within {SEARCH_YEARS} years after {moment(at).isoformat()}")

    def _window(self, first: int, last: int) -> _Window:
        """A window that covers [first, last]; it grows as it is asked for more, whole years at a time."""
        window = self._windows.get("")
        if window is None or first < window.start or last > window.end:
            low, high = (first, last) if window is None else (min(first, window.start), max(last, window.end))
            window = self._windows[""] = self._build(low, high)
        return window

    def _build(self, low: int, high: int) -> _Window:
        first_year, last_year = moment(low).year, moment(high).year
        if first_year < FIRST_YEAR or last_year > LAST_YEAR:
            raise CalendarError(f"service time is known for the years {FIRST_YEAR} to {LAST_YEAR}, not for {first_year} to {last_year}")
        first = date(first_year, 1, 1) - timedelta(days=2 * _MARGIN)
        end = date(last_year + 1, 1, 1) + timedelta(days=2 * _MARGIN)
        found = open_time(self.terms, first=first, count=(end - first).days)
        return _Window(
            start=(first.toordinal() - EPOCH_DAY + _MARGIN) * DAY, end=(end.toordinal() - EPOCH_DAY - _MARGIN) * DAY,
            opens=found.opens.tolist(), closes=found.closes.tolist(), total=found.total.tolist(),
            reached=(found.total + found.closes - found.opens).tolist(),
            days=found.day_numbers.tolist(), day_closes=found.day_closes.tolist(),
        )


def _length(seconds: int, name: str, other: str) -> int:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise CalendarError(f"{name}: found {seconds!r}; give whole seconds")
    if seconds < 0:
        raise CalendarError(f"{name}: found {seconds} s; give 0 or more, or use {other}")
    return seconds


def _further(at: int, direction: int, seconds: int) -> list[int]:
    """Moments further and further away, up to the bound of every search and the years that are known."""
    known = [(date(year, month, 2).toordinal() - EPOCH_DAY) * DAY for year, month in ((FIRST_YEAR, 1), (LAST_YEAR, 12))]
    bound = SEARCH_YEARS * 366 * DAY
    steps = [step for step in (0, 60 * DAY, 366 * DAY, 2 * 366 * DAY, 10 * 366 * DAY, 50 * 366 * DAY) if step + seconds < bound]
    return [max(min(at + direction * (step + seconds), max(known[1], at)), min(known[0], at)) for step in steps] + [
        max(min(at + direction * bound, max(known[1], at)), min(known[0], at))]
