"""Which period and month a moment belongs to, and the local offset at it, by one look-up instead of a zone conversion per record.

A row covers half a day, in which at most one period begins and at most one change of the clocks falls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keepscore.engine.clock.zones import offsets, zone
from keepscore.engine.results import Period

SLOT = 43_200
NEVER = 1 << 60
NONE = -1  # a moment in none of the periods
COLUMNS = ("p_key", "p_0", "p_at", "p_1", "m_0", "m_at", "m_1", "o_0", "o_at", "o_1")
Numbers = NDArray[np.int64]


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
    months: tuple[Period, ...] = ()  # calendar months of the period that is scored, clipped to it


@dataclass(frozen=True, slots=True)
class SchemeRows:
    base: int  # key of the first row
    anchor: int  # epoch second at which it begins
    count: int


@lru_cache(maxsize=64)
def scheme_table(schemes: tuple[Scheme, ...], start: int, end: int) -> tuple[pa.Table, tuple[SchemeRows, ...]]:
    """Rows for every scheme over [start, end] epoch seconds, wider where the periods are."""
    columns: list[list[Numbers]] = []
    slots: list[SchemeRows] = []
    base = 0
    for scheme in schemes:
        first = min(start, int(scheme.periods[0].start_at.timestamp())) // SLOT * SLOT - SLOT
        last = max(end, int(scheme.periods[-1].end_at.timestamp())) // SLOT * SLOT + 2 * SLOT
        count = (last - first) // SLOT
        slots.append(SchemeRows(base, first, count))
        steps = offsets(
            zone(scheme.timezone),
            datetime.fromtimestamp(first, tz=scheme.as_of.tzinfo),
            datetime.fromtimestamp(last, tz=scheme.as_of.tzinfo),
        )
        found = [_pieces(s, first, count) for s in (_period_steps(scheme.periods), _period_steps(scheme.months), steps)]
        columns.append([np.arange(base, base + count, dtype=np.int64), *(column for part in found for column in part)])
        base += count
    joined = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
    return pa.table(dict(zip(COLUMNS, joined, strict=True))), tuple(slots)


def _period_steps(periods: Sequence[Period]) -> list[tuple[int, int]]:
    """(epoch second, index of the period from then on), with NONE between periods that do not touch."""
    steps: list[tuple[int, int]] = [(-NEVER, NONE)]
    for index, period in enumerate(periods):
        steps.append((int(period.start_at.timestamp()), index))
        following = periods[index + 1].start_at if index + 1 < len(periods) else None
        if following is None or following != period.end_at:
            steps.append((int(period.end_at.timestamp()), NONE))
    return steps


def _pieces(steps: Sequence[tuple[int, int]], first: int, count: int) -> tuple[Numbers, Numbers, Numbers]:
    """For each row the value at its beginning, the moment inside it from which another holds (else NEVER), and that value."""
    moments, values = (np.array(column, dtype=np.int64) for column in zip(*steps, strict=True))
    begins = first + np.arange(count, dtype=np.int64) * SLOT
    at = np.maximum(np.searchsorted(moments, begins, side="right") - 1, 0)
    following = np.minimum(at + 1, len(moments) - 1)
    changes = (moments[following] > begins) & (moments[following] < begins + SLOT)
    return values[at], np.where(changes, moments[following], NEVER), np.where(changes, values[following], values[at])
