"""Days and moments of the demo: quarters, working days, a moment of a day in a client's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from keepscore.demo.cast import QUARTERS, Cast
from keepscore.engine.clock import ServiceCalendar
from keepscore.engine.clock.zones import zone

FIRST = date(2024, 10, 1)
CUT = datetime(2026, 10, 13, tzinfo=UTC)          # the exports were taken at this moment; nothing later is in them
HOURS = "07:00-19:00"
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
    """The moment at so many seconds after the client's local midnight, in UTC."""
    local = datetime.combine(day, time(second // 3600, second // 60 % 60, second % 60), zone(cast.timezone))
    return local.astimezone(UTC)
