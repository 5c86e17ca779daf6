"""Which period a moment belongs to, and the local offset at it, by one look-up instead of a zone conversion per record.

A row covers half a day, in which at most one period begins and at most one change of the clocks falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import pyarrow as pa

from keepscore.engine.clock.zones import offsets, zone
from keepscore.engine.results import Period

SLOT = 43_200
NEVER = 1 << 60
NONE = -1  # a moment in none of the periods


@dataclass(frozen=True, slots=True)
class Scheme:
    """The periods of all clients that share a zone and a start of the year; disjoint, in rising order."""

    timezone: str
    periods: tuple[Period, ...]
    current: int  # index of the period that is scored
    past: tuple[int, ...]  # indices of the periods shown beside it, oldest first
    previous: int | None
    last_year: int | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class SchemeRows:
    base: int  # key of the first row
    anchor: int  # epoch second at which it begins
    count: int


@lru_cache(maxsize=64)
def scheme_table(schemes: tuple[Scheme, ...], start: int, end: int) -> tuple[pa.Table, tuple[SchemeRows, ...]]:
    """Rows for every scheme over [start, end] epoch seconds, wider where the periods are."""
    columns: dict[str, list[int]] = {name: [] for name in ("p_key", "p_0", "p_at", "p_1", "o_0", "o_at", "o_1")}
    slots: list[SchemeRows] = []
    base = 0
    for scheme in schemes:
        first = min(start, int(scheme.periods[0].start_at.timestamp())) // SLOT * SLOT - SLOT
        last = max(end, int(scheme.periods[-1].end_at.timestamp())) // SLOT * SLOT + 2 * SLOT
        count = (last - first) // SLOT
        slots.append(SchemeRows(base, first, count))
        columns["p_key"].extend(range(base, base + count))
        _fill(columns, ("p_0", "p_at", "p_1"), _period_steps(scheme.periods), first, count)
        steps = offsets(
            zone(scheme.timezone),
            datetime.fromtimestamp(first, tz=scheme.as_of.tzinfo),
            datetime.fromtimestamp(last, tz=scheme.as_of.tzinfo),
        )
        _fill(columns, ("o_0", "o_at", "o_1"), steps, first, count)
        base += count
    return pa.table({name: pa.array(values, pa.int64()) for name, values in columns.items()}), tuple(slots)


def _period_steps(periods: Sequence[Period]) -> list[tuple[int, int]]:
    """(epoch second, index of the period from then on), with NONE between periods that do not touch."""
    steps: list[tuple[int, int]] = [(-NEVER, NONE)]
    for index, period in enumerate(periods):
        steps.append((int(period.start_at.timestamp()), index))
        following = periods[index + 1].start_at if index + 1 < len(periods) else None
        if following is None or following != period.end_at:
            steps.append((int(period.end_at.timestamp()), NONE))
    return steps


def _fill(columns: dict[str, list[int]], names: tuple[str, str, str], steps: Sequence[tuple[int, int]], first: int, count: int) -> None:
    before, at, after = (columns[name] for name in names)
    step = 0
    for begin in range(first, first + count * SLOT, SLOT):
        while step + 1 < len(steps) and steps[step + 1][0] <= begin:
            step += 1
        following = steps[step + 1] if step + 1 < len(steps) and steps[step + 1][0] < begin + SLOT else (NEVER, steps[step][1])
        before.append(steps[step][1])
        at.append(following[0])
        after.append(following[1])
