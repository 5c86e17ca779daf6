"""Availability: open seconds up of open seconds, with planned outages listed and left out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from keepscore.engine.clock import ServiceCalendar


@dataclass(frozen=True, slots=True)
class Outage:
    started_at: int  # epoch seconds
    ended_at: int | None
    planned: bool


@dataclass(frozen=True, slots=True)
class Uptime:
    up: int  # open seconds in service
    open: int  # open seconds that count (planned outages taken out)
    outages: int  # outages that count
    planned: int  # planned outages, left out
    longest: int  # open seconds of the longest outage


Span = tuple[int, int]
NEVER = 1 << 60


class Outages:
    """The outages of a client's component, in order of their start, so that those of a period are found by bisection."""

    def __init__(self, outages: Iterable[Outage]) -> None:
        self._all = sorted(outages, key=lambda outage: outage.started_at)
        self._starts = [outage.started_at for outage in self._all]
        ends = (NEVER if outage.ended_at is None else outage.ended_at for outage in self._all)
        self._over = list(accumulate(ends, max))  # by then all up to here have ended

    def touching(self, start: int, end: int) -> list[Outage]:
        """Every outage that reaches into [start, end), and perhaps some that ended before it."""
        return self._all[bisect_right(self._over, start) : bisect_left(self._starts, end)]


def uptime(outages: Iterable[Outage], *, calendar: ServiceCalendar, start: int, end: int, leave_planned_out: bool) -> Uptime:
    """Uptime in [start, end) epoch seconds, `end` not after as_of. Outages are clipped and merged, so it is never above the open time;
    one that began before the span counts from its start on, one that has not ended runs to the end."""
    clipped = [(_clip(o, start, end), o.planned and leave_planned_out) for o in outages]
    down = [span for span, planned in clipped if span and not planned]
    planned = [span for span, is_planned in clipped if span and is_planned]
    seconds = calendar.open_seconds
    whole = seconds(start, end)
    each = [seconds(*span) for span in merged(down)]
    planned_time = sum(seconds(*span) for span in merged(planned))
    either = sum(seconds(*span) for span in merged([*down, *planned])) if planned else sum(each)
    return Uptime(whole - either, whole - planned_time, len(down), len(planned), max(each, default=0))


def merged(spans: Sequence[Span]) -> list[Span]:
    """Spans that overlap or touch, joined, in rising order."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def _clip(outage: Outage, start: int, end: int) -> Span | None:
    begin, finish = max(outage.started_at, start), end if outage.ended_at is None else min(outage.ended_at, end)
    return (begin, finish) if begin < finish else None
