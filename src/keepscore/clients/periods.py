"""The period of a client's cadence in which a day lies."""

from __future__ import annotations

from datetime import date

from keepscore.clients.models import Cadence
from keepscore.engine.periods import parse_period
from keepscore.engine.results import Period


def period_of(day: date, *, cadence: str, zone: str, year_starts: int) -> Period:
    """The period of this cadence in which a day lies."""
    year, month = (day.year, day.month) if day.month >= year_starts else (day.year - 1, day.month + 12)
    step = (month - year_starts) // {Cadence.QUARTER: 3, Cadence.HALF_YEAR: 6, Cadence.YEAR: 12}[Cadence(cadence)] + 1
    key = {Cadence.QUARTER: f"{year}-Q{step}", Cadence.HALF_YEAR: f"{year}-H{step}", Cadence.YEAR: str(year)}[Cadence(cadence)]
    return parse_period(key, zone=zone, year_starts=year_starts)
