"""Which periods of a client are scored: those of its cadence from its first records to the present one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from keepscore.clients.models import Cadence
from keepscore.engine.periods import parse_period, preceding
from keepscore.engine.results import Period

KEPT = 8      # finished periods that are kept scored, besides the present one


def period_of(day: date, *, cadence: str, zone: str, year_starts: int) -> Period:
    """The period of this cadence in which a day lies."""
    year, month = (day.year, day.month) if day.month >= year_starts else (day.year - 1, day.month + 12)
    step = (month - year_starts) // {Cadence.QUARTER: 3, Cadence.HALF_YEAR: 6, Cadence.YEAR: 12}[Cadence(cadence)] + 1
    key = {Cadence.QUARTER: f"{year}-Q{step}", Cadence.HALF_YEAR: f"{year}-H{step}", Cadence.YEAR: str(year)}[Cadence(cadence)]
    return parse_period(key, zone=zone, year_starts=year_starts)


def periods_to(today: date, *, cadence: str, zone: str, year_starts: int, first: date | None = None) -> list[Period]:
    """The last KEPT finished periods and the present one, oldest first, none that ended before the day of the first record."""
    present = period_of(today, cadence=cadence, zone=zone, year_starts=year_starts)
    every = [*preceding(present, KEPT, zone, year_starts), present]
    return [period for period in every if first is None or period.end > first]


def touched_by(periods: Iterable[Period], months: Iterable[str]) -> list[Period]:
    """The periods that changed months can move: the one they lie in and, for the sake of trend and earn-back, all later ones."""
    months = set(months)
    if "" in months:
        return list(periods)
    first = min(date.fromisoformat(f"{month}-01") for month in months)
    return [period for period in periods if period.end >= first]
