"""Service time by counting minutes of the wall clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise

from tests.engine.clock.reference import MINUTE, SECOND, Plain, Stepped, pinned_zone

Span = tuple[datetime, datetime]


class Clock:
    """Open seconds of a calendar, or of every moment where there is none, between `first` and `last`."""

    def __init__(self, plain: Plain | None, timezone: str, first: datetime, last: datetime) -> None:
        self.zone = pinned_zone(plain.timezone if plain else timezone)
        self.stepped = None if plain is None else Stepped(plain, first, last)
        if self.stepped is not None:
            self.first = self.stepped.minutes[0]
            self.opened = list(accumulate((minute in self.stepped.open for minute in self.stepped.minutes), initial=0))

    def before(self, at: datetime) -> int:
        """Open seconds from the first minute to a moment."""
        minute = (at - self.first) // MINUTE
        return 60 * self.opened[minute] + at.second * (self.opened[minute + 1] - self.opened[minute])

    def open(self, start: datetime, end: datetime) -> int:
        """Open seconds of [start, end); 0 where it ends before it starts."""
        if end <= start:
            return 0
        return (end - start) // SECOND if self.stepped is None else self.before(end) - self.before(start)

    def open_in(self, spans: Iterable[Span]) -> int:
        """Open seconds that lie in any of the spans; overlaps count once."""
        edges = sorted({edge for span in spans for edge in span})
        kept = list(spans)
        pieces = pairwise(edges)
        return sum(self.open(a, b) for a, b in pieces if any(start <= a and b <= end for start, end in kept))

    def days_limit(self, start: datetime, days: int) -> int:
        """Open seconds from `start` to the close of the n-th working day after its local day."""
        if self.stepped is None:
            return days * 86_400
        today = start.astimezone(self.zone).date()
        later = [day for day in sorted(self.stepped.closings) if day > today]
        return self.open(start, self.stepped.closings[later[days - 1]])

    def is_service_day(self, day: date) -> bool:
        return self.stepped is None or day in self.stepped.closings


@lru_cache(maxsize=256)
def midnight(day: date, name: str) -> datetime:
    """When a local day begins, found by stepping through minutes."""
    zone = pinned_zone(name)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(zone).date() < day:
        at += MINUTE
    return at
