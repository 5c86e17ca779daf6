"""Planned work: dated plans prorated by service days, and the planned number of records per calendar month."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from keepscore.engine.contract.model import Function, Planned
from keepscore.engine.remember import ByIdentity

IsServiceDay = Callable[[date], bool]
_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


def every_day(_: date) -> bool:
    """A function without a calendar works every day."""
    return True


def planned_volume(function: Function, start: date, end: date, *, service_day: IsServiceDay, year_starts: int) -> Fraction | None:
    """Records planned for [start, end): each service day carries its share of its month, quarter or year."""
    return _planned(function, start, end, lambda plan: plan.volume, service_day, year_starts)


def planned_effort_minutes(function: Function, start: date, end: date, *, service_day: IsServiceDay, year_starts: int) -> Fraction | None:
    """Minutes planned for [start, end)."""
    hours = _planned(function, start, end, lambda plan: plan.effort_hours, service_day, year_starts)
    return None if hours is None else hours * 60


def allowed_by_month(function: Function, start: date, end: date, *, service_day: IsServiceDay, year_starts: int) -> dict[str, int]:
    """Whole records planned for each calendar month of [start, end): K in "the first K are inside".

    A plan for longer than a month is split over its months by service days, the largest remainders first, so that
    the months add up to the plan. A month that the span cuts gets its part, rounded half up.
    """
    whole: dict[str, int] = {}
    result: dict[str, int] = {}
    for first, last in _months(start, end):
        key = f"{first:%Y-%m}"
        plan = _planned_in(function, first, last)
        if plan is None:
            result[key] = 0
            continue
        begin, finish = _month_of(first)
        if key not in whole:
            unit = _unit(first, plan.per, year_starts)
            whole |= _largest_remainder(function, *unit, service_day=service_day, year_starts=year_starts)
        if (first, last) == (begin, finish):
            result[key] = whole[key]
        else:
            part = planned_volume(function, first, last, service_day=service_day, year_starts=year_starts) or Fraction(0)
            result[key] = math.floor(part + Fraction(1, 2))
    return result


def _largest_remainder(function: Function, start: date, end: date, *, service_day: IsServiceDay, year_starts: int) -> dict[str, int]:
    exact = {
        f"{a:%Y-%m}": planned_volume(function, a, b, service_day=service_day, year_starts=year_starts) or Fraction(0)
        for a, b in _months(start, end)
    }
    floors = {key: math.floor(value) for key, value in exact.items()}
    missing = math.floor(sum(exact.values(), Fraction(0)) + Fraction(1, 2)) - sum(floors.values())
    by_remainder = sorted(exact, key=lambda key: (floors[key] - exact[key], key))
    for key in by_remainder[:missing]:
        floors[key] += 1
    return floors


def _planned(
    function: Function, start: date, end: date, amount: Callable[[Planned], Decimal | None], service_day: IsServiceDay, year_starts: int
) -> Fraction | None:
    if not any(amount(plan) is not None for plan in function.planned):
        return None
    total = Fraction(0)
    for first, last, plan in _spans(function, start, end, year_starts):
        value = amount(plan)
        count = 0 if value is None else _service_days(service_day, first, last)
        if value is not None and count:
            total += Fraction(value) * count / _service_days(service_day, *_unit(first, plan.per, year_starts))
    return total


def _spans(function: Function, start: date, end: date, year_starts: int) -> Iterator[tuple[date, date, Planned]]:
    """[start, end) cut where another plan begins and where a plan's month, quarter or year ends; days without a plan left out."""
    plans = _plans_of(function)
    while start < end:
        plan = plans.in_force(start)
        until = min(end, plans.next_start(start) or end)
        if plan is not None:
            until = min(until, _unit(start, plan.per, year_starts)[1])
            yield start, until, plan
        start = until


def _service_days(service_day: IsServiceDay, start: date, end: date) -> int:
    """Service days of [start, end); a test that can count them at once is asked for that."""
    count: Callable[[date, date], int] | None = getattr(service_day, "count", None)
    return count(start, end) if count is not None else sum(service_day(day) for day in _days(start, end))


class _Plans:
    """A function's plans in the order in which they begin; of two that begin together the first one written counts."""

    def __init__(self, function: Function) -> None:
        by_start: dict[date, Planned] = {}
        for plan in function.planned:
            by_start.setdefault(plan.from_ or date.min, plan)
        self._starts = sorted(by_start)
        self._plans = [by_start[start] for start in self._starts]

    def in_force(self, day: date) -> Planned | None:
        """The plan that began last before the end of a day."""
        begun = bisect_right(self._starts, day)
        return self._plans[begun - 1] if begun else None

    def next_start(self, day: date) -> date | None:
        """The first day after this one on which a plan begins."""
        begun = bisect_right(self._starts, day)
        return self._starts[begun] if begun < len(self._starts) else None


_plans_of = ByIdentity(_Plans)  # the same function is asked for volume, effort and months


def _planned_in(function: Function, start: date, end: date) -> Planned | None:
    """The first plan with a volume in force on a day of [start, end); it may begin inside the span."""
    plans = _plans_of(function)
    by_day = (plans.in_force(day) for day in _days(start, end))
    return next((plan for plan in by_day if plan is not None and plan.volume is not None), None)


def _unit(day: date, per: str, year_starts: int) -> tuple[date, date]:
    """The month, quarter, half-year or year of the plan that a day falls into."""
    months = _MONTHS[per]
    since = (day.month - year_starts) % 12
    first = day.year * 12 + day.month - 1 - since % months
    return _first_day(first), _first_day(first + months)


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _month_of(day: date) -> tuple[date, date]:
    return _unit(day, "month", 1)


def _months(start: date, end: date) -> Iterator[tuple[date, date]]:
    while start < end:
        following = min(_month_of(start)[1], end)
        yield start, following
        start = following


def _days(start: date, end: date) -> Iterator[date]:
    for offset in range((end - start).days):
        yield start + timedelta(days=offset)
