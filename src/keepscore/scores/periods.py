"""Which periods of a client are scored: those of its cadence from its first records to the present one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from keepscore.clients.periods import period_of
from keepscore.engine.periods import preceding
from keepscore.engine.results import Period

__all__ = ["KEPT", "period_of", "periods_to", "touched_by"]
KEPT = 8      # finished periods that are kept scored, besides the present one


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
