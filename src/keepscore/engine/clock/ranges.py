"""From terms to open time: half-open ranges in UTC seconds over a span of local days, computed in bulk.

A wall-clock time that is skipped moves forward by the length of the gap (01:30 in London on the last Sunday of March
is 02:30); one that is repeated opens at the first and closes at the second. A range that this leaves without length
is dropped, and so is a date that a zone skipped whole. A range belongs to the day on which it opens, so a holiday or
an override takes it whole, also the part after midnight. An override stands above a holiday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from keepscore.engine.clock.public_holidays import public_holidays
from keepscore.engine.clock.terms import Ranges, Terms
from keepscore.engine.clock.zones import DAY, EPOCH_DAY, moment, offsets, zone

Seconds = NDArray[np.int64]
_HUGE = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class OpenTime:
    """Open time of one calendar over local days. Ranges are merged where they touch and stand in order.

    `opens`, `closes`: UTC seconds; `total`: open seconds before each range. One entry for each working day (a local
    date on which a range opens): `day_begins` is its local midnight, `day_closes` its last closing, `day_numbers` days
    since 1970-01-01.
    """

    opens: Seconds
    closes: Seconds
    total: Seconds
    day_begins: Seconds
    day_closes: Seconds
    day_numbers: Seconds

    def before(self, at: Seconds) -> Seconds:
        """Open seconds of the span before each moment."""
        if not len(self.opens):
            return np.zeros_like(at)
        index = np.searchsorted(self.opens, at, side="right") - 1
        run = np.minimum(at, self.closes[index]) - self.opens[index]
        return np.where(index < 0, 0, self.total[index] + run)


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """Local days of a zone: when each begins, and where the wall clock changes its offset."""

    numbers: Seconds
    begins: Seconds
    exists: NDArray[np.bool_]
    opening: Seconds        # wall-clock seconds from which the next offset applies to an opening
    closing: Seconds
    offset: Seconds         # offsets, one more than changes


@lru_cache(maxsize=256)
def _days(timezone: str, first: int, count: int) -> _Days:
    from_, until = moment((first - 3) * DAY), moment((first + count + 4) * DAY)
    rules = offsets(zone(timezone), from_, until)
    at = np.array([second for second, _ in rules[1:]], dtype=np.int64)
    offset = np.array([seconds for _, seconds in rules], dtype=np.int64)
    opening = at + np.maximum(offset[:-1], offset[1:])
    numbers = np.arange(first, first + count + 1, dtype=np.int64)
    wall = numbers * DAY
    index = np.searchsorted(opening, wall, side="right")
    begins = np.minimum(wall - offset[index], np.append(at, _HUGE)[index])  # a skipped midnight: the end of the gap
    return _Days(numbers[:-1], begins[:-1], begins[1:] > begins[:-1], opening, at + offset[1:], offset)


@lru_cache(maxsize=4096)
def _holiday_numbers(country: str, subdivision: str | None, first_year: int, last_year: int) -> Seconds:
    days = [day.toordinal() for year in range(first_year, last_year + 1) for day in public_holidays(country, subdivision, year)]
    return np.array(days, dtype=np.int64) - EPOCH_DAY


def open_time(terms: Terms, *, first: date, count: int) -> OpenTime:
    """Open time of the ranges that open on `count` local days from `first` on."""
    days = _days(terms.timezone, first.toordinal() - EPOCH_DAY, count)
    wall_opens, wall_closes, row = _wall(terms, days, first, count)
    opens = wall_opens - days.offset[np.searchsorted(days.opening, wall_opens, side="right")]
    closes = wall_closes - days.offset[np.searchsorted(days.closing, wall_closes, side="right")]
    real = closes > opens
    opens, closes, row = opens[real], closes[real], row[real]
    last = np.full(count, -_HUGE, dtype=np.int64)
    np.maximum.at(last, row, closes)
    working = np.flatnonzero(last > -_HUGE)
    merged_opens, merged_closes = _merge(opens, closes)
    length = merged_closes - merged_opens
    return OpenTime(merged_opens, merged_closes, np.cumsum(length) - length,
                    days.begins[working], last[working], days.numbers[working])


def _wall(terms: Terms, days: _Days, first: date, count: int) -> tuple[Seconds, Seconds, Seconds]:
    """Wall-clock seconds of every opening and closing, and the row of the day that each belongs to."""
    patterns: list[Ranges] = [*terms.week, (), *(ranges for _, ranges in terms.overrides)]
    width = max(map(len, patterns))
    table = np.full((len(patterns), width, 2), -1, dtype=np.int64)
    for index, ranges in enumerate(patterns):
        if ranges:
            table[index, : len(ranges)] = ranges
    pattern = (days.numbers + 3) % 7    # 1970-01-01 was a Thursday
    _put(pattern, _holiday_days(terms, first, count) - days.numbers[0], np.int64(7))
    dates = np.array([day.toordinal() - EPOCH_DAY for day, _ in terms.overrides], dtype=np.int64) - days.numbers[0]
    _put(pattern, dates, np.arange(8, len(patterns), dtype=np.int64))
    pattern[~days.exists] = 7
    chosen = table[pattern]
    row, column = np.nonzero(chosen[:, :, 0] >= 0)
    wall = chosen[row, column] + (days.numbers[row] * DAY)[:, None]
    return wall[:, 0], wall[:, 1], row


def _put(pattern: Seconds, rows: Seconds, value: Seconds | np.int64) -> None:
    """Set the rows that lie inside the span."""
    inside = (rows >= 0) & (rows < len(pattern))
    pattern[rows[inside]] = value if isinstance(value, np.int64) else value[inside]


def _holiday_days(terms: Terms, first: date, count: int) -> Seconds:
    if terms.country is not None:
        last = date.fromordinal(first.toordinal() + count)
        return _holiday_numbers(terms.country, terms.subdivision, first.year, last.year)
    return np.array([day.toordinal() - EPOCH_DAY for day in terms.dates], dtype=np.int64)


def _merge(opens: Seconds, closes: Seconds) -> tuple[Seconds, Seconds]:
    """Ranges in order, those that touch or overlap made one."""
    if not len(opens):
        return opens, closes
    if np.any(opens[1:] < opens[:-1]):
        order = np.argsort(opens, kind="stable")
        opens, closes = opens[order], closes[order]
    reach = np.maximum.accumulate(closes)
    starts = np.flatnonzero(np.append(True, opens[1:] > reach[:-1]))
    ends = np.append(starts[1:], len(opens)) - 1
    return opens[starts], reach[ends]
