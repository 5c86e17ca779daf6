"""From a client's story to figures: which share of which measure is missed in which quarter.

The way back from the score: a measure scores 5 - missed share / allowance, so a level of 4.2 means that 0.8 of the
allowance is used. What is known exactly (Marlowe's third quarter of 2026) stands in a table of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from keepscore.demo.cast import MARLOWE, QUARTERS, Cast

LAST = QUARTERS - 1               # index of Q3 2026, the quarter that is scored

ALLOWANCE: Mapping[str, float] = {          # missed share that the target permits
    "requests-on-time": 0.08, "field-visits-on-day": 0.05, "calls-in-60-seconds": 0.10, "priority-1-in-4-hours": 0.05,
    "first-contact": 0.35, "patches-in-7-days": 0.02, "repeat-incidents": 0.04, "network-available": 0.001,
}
FACTS: Mapping[str, int] = {                # facts, k of n: the n
    "goals-on-track": 8, "savings-made": 6, "continuity-tests": 8, "people-known": 8, "features-used": 12, "initiatives-finished": 5,
}


@dataclass(frozen=True, slots=True)
class Told:
    """Marlowe's third quarter: records, missed ones, and how many of those lie inside the planned volume."""

    records: int
    missed: int
    inside: int | None = None


MARLOWE_WORK: Mapping[str, Told] = {
    "requests-on-time": Told(9_123, 1_396, 489),
    "calls-in-60-seconds": Told(6_912, 954, 448),
    "field-visits-on-day": Told(1_024, 97, 31),
    "first-contact": Told(9_123, 2_573),
    "priority-1-in-4-hours": Told(28, 1),
    "repeat-incidents": Told(638, 20),
    "patches-in-7-days": Told(1_088, 10),
}
MARLOWE_FACTS: Mapping[str, tuple[int, int]] = {
    "goals-on-track": (6, 8), "savings-made": (2, 3), "continuity-tests": (3, 4), "people-known": (5, 8),
    "features-used": (4, 8), "initiatives-finished": (3, 5),
}
MARLOWE_NETWORK = 0.0005          # unavailable share: 99.95 %
MARLOWE_RATING = "4.4"


def level(cast: Cast, measure: str, quarter: int, seed: int) -> float:
    """What the measure is worth in this quarter, 1 to 5; a small constant lean and a smaller unrest keep it human."""
    start, end = cast.care if measure in FACTS else cast.delivery
    along = start + (end - start) * min(quarter, LAST) / LAST
    room = 0.45 if along < 4.6 else 0.12
    constant = Random(f"{seed}:{cast.key}:{measure}").uniform(-room, room)
    unrest = Random(f"{seed}:{cast.key}:{measure}:{quarter}").uniform(-0.12, 0.12)
    grown = cast.lean.get(measure, 0.0) * (0.4 + 0.6 * min(quarter, LAST) / LAST)
    return max(1.0, min(5.0, along + constant + unrest + grown))


def missed_share(cast: Cast, measure: str, quarter: int, seed: int) -> float:
    """Missed share of a measure of records, or unavailable share of a component."""
    allowance, used = ALLOWANCE[measure], 5.0 - level(cast, measure, quarter, seed)
    if allowance > 0.25 and used > 1:
        return allowance + (used - 1) * (1 - allowance) / 3
    return used * allowance


def missed(cast: Cast, measure: str, quarter: int, seed: int, *, of: int) -> int:
    """How many of so many records are missed."""
    if cast is MARLOWE and quarter == LAST:
        return MARLOWE_WORK[measure].missed
    return round(of * missed_share(cast, measure, quarter, seed))


def fact(cast: Cast, measure: str, quarter: int, seed: int) -> tuple[int, int]:
    """k of n whose score 1 + 4k/n is next to the level."""
    if cast is MARLOWE and quarter == LAST:
        return MARLOWE_FACTS[measure]
    n = FACTS[measure]
    return round(n * (level(cast, measure, quarter, seed) - 1) / 4), n


def rating(cast: Cast, quarter: int, seed: int) -> str:
    """Mean user rating after a request, read back from the contract's curve: 4.8 scores 5, 4.2 scores 4, 2.0 scores 1."""
    if cast is MARLOWE and quarter == LAST:
        return MARLOWE_RATING
    worth = level(cast, "user-rating", quarter, seed)
    mean = 4.2 + (worth - 4) * 0.6 if worth >= 4 else 4.2 - (4 - worth) * 2.2 / 3
    return f"{mean:.1f}"
