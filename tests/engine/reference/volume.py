"""Planned work day by day, and the outcomes among the first K records of each month."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from keepscore.engine.contract.model import Client, Function, Measure, Planned
from tests.engine.clock.reference import pinned_zone
from tests.engine.reference.clock import Clock
from tests.engine.reference.outcomes import Judge, counting_moment, seen
from tests.engine.reference.world import Row, World

LENGTH = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


class Plan:
    """What is planned for a function on each day."""

    def __init__(self, function: Function, clock: Clock, year_starts: int, always_open: bool) -> None:
        self.function, self.clock, self.year_starts, self.always_open = function, clock, year_starts, always_open

    def on(self, day: date) -> Planned | None:
        begun = sorted((p for p in self.function.planned if p.from_ is None or p.from_ <= day), key=lambda p: p.from_ or date.min)
        return begun[-1] if begun else None

    def works(self, day: date) -> bool:
        return self.always_open or self.clock.is_service_day(day)

    def unit(self, day: date, per: str) -> list[date]:
        """Every day of the month, quarter, half-year or year of the plan that holds `day`."""
        def number(at: date) -> int:
            return (at.year * 12 + at.month - self.year_starts) // LENGTH[per]

        near = [day + timedelta(days=n) for n in range(-366, 367)]
        return [at for at in near if number(at) == number(day)]

    def amount(self, days: list[date]) -> Fraction:
        """Records planned for these days: each service day carries its part of its unit."""
        total = Fraction(0)
        for day in days:
            plan = self.on(day)
            if plan is not None and plan.volume is not None and self.works(day):
                total += Fraction(plan.volume) / sum(self.works(other) for other in self.unit(day, plan.per))
        return total

    def whole_month(self, day: date) -> int:
        """K of the calendar month of a day: the unit's months rounded by largest remainder, the earlier month on a tie."""
        unit = self.unit(day, self.function.planned[0].per)  # the random plans of a function are all per the same
        months = sorted({(at.year, at.month) for at in unit})
        exact = {m: self.amount([at for at in unit if (at.year, at.month) == m]) for m in months}
        whole = {m: int(exact[m]) for m in months}
        left = int(sum(exact.values()) + Fraction(1, 2)) - sum(whole.values())
        for month in sorted(months, key=lambda m: (-(exact[m] - whole[m]), m))[:left]:
            whole[month] += 1
        return whole[day.year, day.month]


def explained(world: World, client: Client, number: int, measure: Measure) -> dict[str, Any] | None:
    """(inside kept, inside missed, rest kept, rest missed) by month; None where volume was not clearly above plan."""
    version = world.version(number)
    function = next((f for f in version.functions if f.key == measure.count.function), None)
    if function is None or not any(p.volume is not None for p in function.planned):
        return None
    zone, as_of = pinned_zone(client.timezone), world.seen_at(client.timezone)
    clock = world.clock(number, function.calendar, client.timezone)
    plan = Plan(function, clock, world.contract.year_starts, function.calendar is None)
    last = min(world.period[1], as_of.astimezone(zone).date() + timedelta(days=1))
    days = [world.period[0] + timedelta(days=n) for n in range((last - world.period[0]).days)]
    rows = [seen(row, as_of) for row in world.records if row["client"] == client.key and row["opened_at"] <= as_of]
    came = [r for r in rows if r["in_scope"] and r["function"] == function.key and _inside(world, client, measure, r, as_of)]
    planned = plan.amount(days)
    if not planned or len(came) <= planned * Fraction(105, 100):
        return None
    found: dict[str, Any] = {}
    for month in sorted({(day.year, day.month) for day in days}):
        mine = [day for day in days if (day.year, day.month) == month]
        full = [d for d in plan.unit(mine[0], "month") if (d.year, d.month) == month] if world.contract.year_starts else []
        k = plan.whole_month(mine[0]) if mine == full else int(plan.amount(mine) + Fraction(1, 2))
        of_month = [r for r in came if _month(counting_moment(measure, r, as_of).astimezone(zone)) == month]
        of_month.sort(key=lambda r: (r["opened_at"], r["source"], r["reference"]))
        parts = [_outcomes(world, client, measure, part, as_of) for part in (of_month[:k], of_month[k:])]
        found[f"{month[0]}-{month[1]:02}"] = (k, len(of_month), *parts[0], *parts[1])
    return found


def _month(at: date) -> tuple[int, int]:
    return at.year, at.month


def _inside(world: World, client: Client, measure: Measure, row: Row, as_of: Any) -> bool:
    at = counting_moment(measure, row, as_of)
    inside = world.begins(client.timezone) <= at < world.ends(client.timezone)
    return inside and world.version_at(at, client.timezone) is not None


def _outcomes(world: World, client: Client, measure: Measure, rows: list[Any], as_of: Any) -> tuple[int, int]:
    """Kept and missed among rows, each judged by its version's measure of the same key."""
    found = []
    for row in rows:
        number = world.version_at(counting_moment(measure, row, as_of), client.timezone)
        assert number is not None
        judge = Judge(world, client, number)
        own = next((m for m in world.version(number).measures if m.key == measure.key), None)
        if own is not None and judge.belongs(own, row):
            found.append(judge.judge(own, row).what)
    return found.count("kept"), found.count("missed")
