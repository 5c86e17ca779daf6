"""Hours by weekday as people type them, and back to the short keys of a contract: {mon-fri: "09:00-17:00"}."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from keepscore.engine.clock.terms import WEEKDAYS

DAYS = WEEKDAYS
CLOSED = "closed"


def by_day(hours: Any) -> dict[str, str] | None:
    """The words of each weekday, empty where it is closed; None where the keys are no weekdays."""
    if not isinstance(hours, Mapping):
        return None
    found = dict.fromkeys(DAYS, "")
    for key, value in hours.items():
        days = _days_of(str(key))
        if days is None:
            return None
        for day in days:
            found[day] = _words(value)
    return found


def by_hours(days: Mapping[str, str]) -> dict[str, str]:
    """Runs of days with the same words under one key; closed days are left out."""
    runs: list[tuple[str, str, str]] = []
    for day in DAYS:
        words = days[day] if days[day].lower() != CLOSED else ""
        if runs and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], day, words)
        else:
            runs.append((day, day, words))
    return {first if first == last else f"{first}-{last}": words for first, last, words in runs if words}


def _days_of(key: str) -> list[str] | None:
    """mon, mon-fri, fri-mon over the weekend, or a list of them."""
    found: list[str] = []
    for piece in key.lower().split(","):
        ends = [name.strip()[:3] for name in piece.split("-")]
        if len(ends) > 2 or any(name not in DAYS for name in ends):
            return None
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        found += [DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1)]
    return found


def _words(value: Any) -> str:
    if isinstance(value, str):
        return "" if value.strip().lower() == CLOSED else value
    if isinstance(value, Sequence):
        pairs = ["-".join(map(str, pair)) if isinstance(pair, Sequence) and not isinstance(pair, str) else str(pair) for pair in value]
        return ", ".join(pairs)
    return ""
