"""Small dice: weighted picks, how long a record took, which records lie inside the planned volume."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import accumulate
from random import Random
from typing import TypeVar

from keepscore.demo.cast import Cast
from keepscore.engine.clock.zones import local_day, zone

T = TypeVar("T")


def pick(rng: Random, among: Sequence[T], weights: Iterable[int]) -> T:
    """One of several, by whole weights."""
    places = list(accumulate(weights))
    return among[bisect_right(places, rng.random() * places[-1])]


def spread(limit: int, *, late: bool, rng: Random) -> int:
    """Seconds that a record took against its limit: mostly well inside, or past it with a long tail."""
    if not late:
        return max(60, round(limit * rng.triangular(0.01, 0.98, 0.25)))
    return round(limit * (1.04 + min(5.0, rng.expovariate(1.4))))


def inside_plan(openings: Sequence[datetime], plan: int, days: Sequence[date], cast: Cast) -> tuple[list[int], list[int]]:
    """Places of the first K records of each month and of the rest; K is the month's share of the plan by working days.

    `openings` are in order. The engine splits the plan the same way, to the record; here a record more or less does not matter.
    """
    share = Counter(day.strftime("%Y-%m") for day in days)
    left = {month: round(plan * n / len(days)) for month, n in share.items()}
    inside: list[int] = []
    rest: list[int] = []
    for place, opened in enumerate(openings):
        month = local_day(opened, zone(cast.timezone)).strftime("%Y-%m")
        left[month] -= 1
        (inside if left[month] >= 0 else rest).append(place)
    return inside, rest
