"""Calendars as one table, so that open seconds of millions of records need two joins and no time zone.

For a moment t (epoch seconds, clamped to the span) of the calendar in slot s:
    key  = s.base + (t - s.anchor) // s.length
    C(t) = cum + clamp(t - open_1, 0, close_1 - open_1) + clamp(t - open_2, 0, close_2 - open_2)
and elapsed(start, end) = C(end) - C(start). A slot is one day anchored at the zone's smallest UTC offset in the span,
so that the working hours of a local date stay in one row; a whole fraction of a day where more than two ranges fall
into it. W(t) = day_ordinal + (t >= next_day_at) counts the working local dates begun at or before t, and
days[day_base + W(t) + n].cum_close - C(t) is the limit of n working days from t.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa

from keepscore.engine.clock.calendar import ServiceCalendar
from keepscore.engine.clock.errors import CalendarError
from keepscore.engine.clock.public_holidays import holidays_version
from keepscore.engine.clock.ranges import OpenTime, Seconds, open_time
from keepscore.engine.clock.terms import Terms
from keepscore.engine.clock.zones import DAY, epoch, local_day, moment, offsets, tzdata_version, zone

NEVER = 2**62       # next_day_at where no working day begins in the slot
FURTHER_DAYS = 100  # local days after the span that limits in working days may reach into
_LENGTHS = tuple(DAY // n for n in (1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 144, 288, 480, 720, 1440))
_COLUMNS = ("key", "open_1", "close_1", "open_2", "close_2", "cum", "day_ordinal", "next_day_at")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one calendar stands in the table. Times in seconds; `day_count` counts the filler at ordinal 0."""

    base: int
    anchor: int
    length: int
    count: int
    day_base: int
    day_count: int


@dataclass(frozen=True, slots=True, eq=False)
class CalendarTable:
    """`rows` and `days` hold int64 only; calendars of the same terms share a slot."""

    rows: pa.Table
    days: pa.Table
    slots: tuple[Slot, ...]
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One calendar's rows: columns of `rows` without the key, `cum_close` by ordinal."""

    slot: Slot
    columns: tuple[Seconds, ...]
    closes: Seconds


def calendar_table(
    calendars: Sequence[ServiceCalendar], start: datetime, end: datetime, *, further_days: int = FURTHER_DAYS
) -> CalendarTable:
    """The table of these calendars over [start, end], both ends included. Raises CalendarError where the end is before the start.

    `further_days`: local days after the end that `days` still covers, so that limits in working days can end there.
    """
    first, last = epoch(start), epoch(end)
    if last < first:
        raise CalendarError("a calendar table needs a span whose end is not before its start")
    parts: dict[Terms, _Part] = {}
    base = day_base = 0
    for calendar in calendars:
        if calendar.terms not in parts:
            part = _part(calendar.terms, first, last, further_days)
            parts[calendar.terms] = _placed(part, base=base, day_base=day_base)
            base, day_base = base + part.slot.count, day_base + part.slot.day_count
    return _assemble([calendar.terms for calendar in calendars], parts)


def _placed(part: _Part, *, base: int, day_base: int) -> _Part:
    return replace(part, slot=replace(part.slot, base=base, day_base=day_base))


def _assemble(order: list[Terms], parts: dict[Terms, _Part]) -> CalendarTable:
    made = list(parts.values())
    columns = [_joined([part.columns[index] for part in made]) for index in range(len(_COLUMNS) - 1)]
    columns.insert(0, np.arange(sum(part.slot.count for part in made), dtype=np.int64))
    closes = _joined([part.closes for part in made])
    days = {"key": np.arange(len(closes), dtype=np.int64), "cum_close": closes}
    slots = tuple(parts[terms].slot for terms in order)
    digest = hashlib.sha256("\n".join([tzdata_version(), holidays_version(), *(terms.text() for terms in order)]).encode())
    for column in (*columns[1:], closes):
        digest.update(np.ascontiguousarray(column, dtype="<i8").data)
    return CalendarTable(pa.table(dict(zip(_COLUMNS, columns, strict=True))), pa.table(days), slots, digest.hexdigest())


def _joined(arrays: list[Seconds]) -> Seconds:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)


@lru_cache(maxsize=1024)
def _part(terms: Terms, first: int, last: int, further_days: int) -> _Part:
    in_zone = zone(terms.timezone)
    smallest = min(offset for _, offset in offsets(in_zone, moment(first - 2 * DAY), moment(last + 2 * DAY)))
    anchor = (first + smallest) // DAY * DAY - smallest
    first_day = local_day(moment(anchor), in_zone) - timedelta(days=3)
    last_day = local_day(moment(last), in_zone) + timedelta(days=3 + further_days)
    open_ = open_time(terms, first=first_day, count=(last_day - first_day).days)
    before = int(open_.before(np.array([anchor], dtype=np.int64))[0])
    closes = np.maximum(open_.before(open_.day_closes) - before, 0)
    for length in _LENGTHS:
        count = (last - anchor) // length + 1
        columns = _columns(open_, anchor, length, count)
        if columns is not None:
            slot = Slot(base=0, anchor=anchor, length=length, count=count, day_base=0, day_count=len(closes) + 1)
            return _Part(slot, columns, np.append(np.zeros(1, dtype=np.int64), closes))
    raise CalendarError("the ranges of a calendar lie closer together than minutes; join those that are seconds apart")


def _columns(open_: OpenTime, anchor: int, length: int, count: int) -> tuple[Seconds, ...] | None:
    """Columns of `rows` after the key; None where slots of this length would hold too much."""
    starts = anchor + np.arange(count, dtype=np.int64) * length
    ordinal = np.searchsorted(open_.day_begins, starts, side="right").astype(np.int64)
    begun = np.searchsorted(open_.day_begins, starts + length, side="left") - ordinal
    slot, opens, closes = _pieces(open_, anchor, length, count)
    held = np.bincount(slot, minlength=count)
    if begun.max(initial=0) > 1 or held.max(initial=0) > 2:
        return None
    next_day = np.full(count, NEVER, dtype=np.int64)
    next_day[begun == 1] = open_.day_begins[ordinal[begun == 1]]
    is_second = np.append(False, slot[1:] == slot[:-1]) if len(slot) else np.zeros(0, dtype=bool)
    columns = []
    for chosen in (~is_second, is_second):
        for values in (opens, closes):
            column = starts.copy()
            column[slot[chosen]] = values[chosen]
            columns.append(column)
    length_open = columns[1] - columns[0] + columns[3] - columns[2]
    return (*columns, np.cumsum(length_open) - length_open, ordinal, next_day)


def _pieces(open_: OpenTime, anchor: int, length: int, count: int) -> tuple[Seconds, Seconds, Seconds]:
    """Open ranges cut at the edges of slots and at the ends of the span: slot number, open, close."""
    opens = np.clip(open_.opens, anchor, anchor + count * length)
    closes = np.clip(open_.closes, anchor, anchor + count * length)
    opens, closes = opens[closes > opens], closes[closes > opens]
    first, last = (opens - anchor) // length, (closes - 1 - anchor) // length
    pieces = last - first + 1
    range_ = np.repeat(np.arange(len(opens)), pieces)
    slot = first[range_] + np.arange(len(range_)) - (np.cumsum(pieces) - pieces)[range_]
    start = anchor + slot * length
    return slot, np.maximum(opens[range_], start), np.minimum(closes[range_], start + length)
