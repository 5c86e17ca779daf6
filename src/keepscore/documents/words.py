"""Numbers into finished words: dates, periods, differences; the figures themselves are written in `evidence.figures`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from keepscore.engine.results import MeasureResult, Period
from keepscore.evidence.figures import (
    MINUS,
    amount,
    bound_text,
    count,
    counted,
    decimal,
    duration,
    percent_places,
    places_of,
    score_text,
    target_text,
    tenths,
    value_places,
    value_text,
)

__all__ = [
    "MINUS", "against_text", "amount", "bound_text", "count", "counted", "dates", "day", "decimal",
    "duration", "groups_of_eight", "listed", "moment", "month", "percent_places", "period_name", "period_text", "places_of",
    "score_text", "step", "target_text", "tenths", "value_places", "value_text",
]

_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")


def listed(items: Iterable[str]) -> str:
    """"a", "a and b", "a, b and c"."""
    words = list(items)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def step(difference: Fraction, unit: str, target: tuple[Fraction, ...] = ()) -> str:
    """A difference with its sign, as fine as the figures that it compares; shares differ by points, not by percent."""
    sign = "+" if difference > 0 else MINUS if difference < 0 else ""
    size = abs(difference)
    if unit == "s":
        return sign + duration(size)
    if unit == "%":
        return f"{sign}{decimal(size * 100, percent_places(target))} points"
    return f"{sign}{decimal(size, value_places(size, target))}" + (f" {unit}" if unit else "")


def against_text(measure: MeasureResult) -> str:
    """"84.7%, target 92%": number first, then what it is compared with."""
    target = target_text(measure)
    return value_text(measure) + (f", target {target}" if target and measure.value is not None else "")


def day(at: date, *, year: bool = True) -> str:
    """30 September 2026."""
    return f"{at.day} {_MONTHS[at.month - 1]}" + (f" {at.year}" if year else "")


def moment(at: datetime) -> str:
    """13 October 2026, 08:12 UTC."""
    utc = at.astimezone(UTC)
    return f"{day(utc.date())}, {utc:%H:%M} UTC"


def month(key: str) -> str:
    """2026-07 is "July 2026"."""
    year, number = key.split("-")[:2]
    return f"{_MONTHS[int(number) - 1]} {year}"


def period_name(key: str) -> str:
    """2026-Q2 is "Q2 2026", 2026-03 is "March 2026", a span of days is "1 July 2026 to 30 September 2026"."""
    if ".." in key:
        return " to ".join(day(date.fromisoformat(part)) for part in key.split(".."))
    year, _, part = key.partition("-")
    return key if not part else month(key) if part.isdigit() else f"{part} {year}"


def dates(period: Period) -> str:
    """"1 July to 30 September", with years where the label does not say them once for both."""
    last = period.end - timedelta(days=1)
    once = period.start.year == last.year and str(last.year) in period.label
    if period.start == last:
        return day(last, year=not once)
    return f"{day(period.start, year=not once and period.start.year != last.year)} to {day(last, year=not once)}"


def period_text(period: Period) -> str:
    """"Q3 2026: 1 July to 30 September"; a period that is named by its dates is not said twice."""
    if ".." in period.key:
        return f"{day(period.start, year=period.start.year != period.end.year)} to {day(period.end - timedelta(days=1))}"
    return f"{period.label}: {dates(period)}"


def groups_of_eight(digest: str) -> tuple[str, ...]:
    """A digest in lines of four groups of eight characters, so that people can compare it by eye."""
    parts = [digest[at:at + 8] for at in range(0, len(digest), 8)]
    return tuple(" ".join(parts[at:at + 4]) for at in range(0, len(parts), 4))
