"""Days and moments of the demo: quarters, working days, a moment of a day in a client's zone."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from keepscore.demo.cast import QUARTERS, Cast
from keepscore.engine.clock import ServiceCalendar
from keepscore.engine.clock.zones import midnight, zone

FIRST = date(2024, 10, 1)
CUT = datetime(2026, 10, 13, tzinfo=UTC)          # the exports were taken at this moment; nothing later is in them
HOURS = "07:00-19:00"
OPENS, OPEN = 7 * 3600, 12 * 3600                   # the same in seconds
LEEDS_OPENS = date(2026, 7, 30)


def quarter_start(index: int) -> date:
    """0 is Q4 2024."""
    months = FIRST.year * 12 + FIRST.month - 1 + 3 * index
    return date(months // 12, months % 12 + 1, 1)


def quarter_days(index: int) -> list[date]:
    """Its days; of the ninth quarter only those before the exports were taken."""
    start, end = quarter_start(index), quarter_start(index + 1)
    return [day for day in (start + timedelta(n) for n in range((end - start).days)) if day < CUT.date()]


def part_of_quarter(index: int) -> float:
    """Share of the quarter that the exports cover: 1, but less for the ninth."""
    return 1.0 if index < QUARTERS else len(quarter_days(index)) / (quarter_start(index + 1) - quarter_start(index)).days


def office_spec(cast: Cast) -> dict[str, object]:
    """The service calendar as the contract file writes it."""
    country, subdivision = cast.holidays
    holidays = {"country": country} | ({"subdivision": subdivision} if subdivision else {})
    return {"timezone": cast.timezone, "hours": {"mon-fri": HOURS}, "holidays": holidays}


@cache
def office(cast: Cast) -> ServiceCalendar:
    return ServiceCalendar.from_spec(office_spec(cast))


@cache
def working(cast: Cast, index: int) -> tuple[date, ...]:
    """Working days of a quarter."""
    calendar = office(cast)
    return tuple(day for day in quarter_days(index) if calendar.is_working_day(day))


def at(cast: Cast, day: date, second: int) -> datetime:
    """So many seconds after the client's local midnight, in UTC."""
    return _midnight(day, cast.timezone) + timedelta(seconds=second)


@cache
def _midnight(day: date, name: str) -> datetime:
    return midnight(day, zone(name))


@dataclass(frozen=True, slots=True)
class OfficeTime:
    """Adding office time fast: one range a working day, all equally long. The engine measures it again, its own way."""

    opens: tuple[datetime, ...]

    @classmethod
    def of(cls, cast: Cast) -> OfficeTime:
        calendar = office(cast)
        days = (FIRST + timedelta(days=n) for n in range(QUARTERS * 92 + 200))
        return cls(tuple(at(cast, day, OPENS) for day in days if calendar.is_working_day(day)))

    def day(self, start: datetime) -> int:
        """The place of the working day on or before `start`."""
        return bisect_right(self.opens, start) - 1

    def add(self, start: datetime, seconds: int) -> datetime:
        """When so many open seconds have run since `start`."""
        day = self.day(start)
        gone = min(OPEN, int((start - self.opens[day]).total_seconds()))
        further, rest = divmod(gone + seconds, OPEN)
        return self.opens[day + further] + timedelta(seconds=rest)


@cache
def office_time(cast: Cast) -> OfficeTime:
    return OfficeTime.of(cast)
