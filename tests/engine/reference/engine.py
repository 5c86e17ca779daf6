"""The reference: every client of a world, measure by measure, record by record."""

from __future__ import annotations

import math
from datetime import timedelta
from fractions import Fraction
from typing import Any

from keepscore.engine.contract.model import Client, Measure
from tests.engine.reference.outcomes import Judge, Outcome, counting_moment, seen, tally
from tests.engine.reference.scores import allowed_misses, met, score, tenths, weigh
from tests.engine.reference.volume import explained
from tests.engine.reference.world import World

MINUTE = timedelta(minutes=1)


def score_world(world: World) -> dict[str, dict[str, Any]]:
    """Client key to its measures, totals and waterfall; clients without a version in force are not there."""
    number = world.version_on(world.period[1] - timedelta(days=1))
    return {} if number is None else {client.key: _card(world, client, number) for client in world.clients()}


def _card(world: World, client: Client, number: int) -> dict[str, Any]:
    version = world.version(number)
    measures = {m.key: _measure(world, client, number, m) for m in version.measures}
    return {"measures": measures, "total": weigh(version, measures), "functions": _functions(world, client, number)}


def _functions(world: World, client: Client, number: int) -> dict[str, Any]:
    """Records and minutes of each function, by opening: in scope and out of scope."""
    found: dict[str, Any] = {}
    begin, end, as_of = world.begins(client.timezone), world.ends(client.timezone), world.seen_at(client.timezone)
    mine = [r for r in world.records if r["client"] == client.key and begin <= r["opened_at"] < end and r["opened_at"] <= as_of]
    mine = [r for r in mine if world.version_at(r["opened_at"], client.timezone) is not None]
    for function in world.version(number).functions:
        sides = [[r["effort_minutes"] for r in mine if r["function"] == function.key and r["in_scope"] is side] for side in (True, False)]
        found[function.key] = [(len(side), sum(n or 0 for n in side)) for side in sides]
    return found


def _measure(world: World, client: Client, number: int, measure: Measure) -> dict[str, Any]:
    if measure.kind == "availability":
        found = _availability(world, client, number, measure)
    elif measure.kind in ("reported", "fact"):
        found = {**tally([]), **_reported(world, client, measure)}
    else:
        found = _counted(world, client, number, measure)
    return _with_score(world, number, measure, found)


def _with_score(world: World, number: int, measure: Measure, found: dict[str, Any]) -> dict[str, Any]:
    value, counted = found["value"], found["kept"] + found["missed"]
    least = world.version(number).scorecard.enough_data.records
    by_records = measure.kind in ("share", "value")
    why, exact = None, None
    if value is None:
        why = "no value reported" if measure.kind in ("reported", "fact") else "no records"
    elif by_records and counted < least:
        why = f"too few records: {counted} of {least}"
    else:
        exact = score(measure, value, found["unit"])
    target = met(measure, value) if value is not None and measure.target is not None else None
    allowed = allowed_misses(measure, counted) if measure.kind == "share" else None
    rest = {"score": exact, "tenths": None if exact is None else tenths(exact), "no_score": why, "met": target, "allowed_misses": allowed}
    return {"volume": None, "groups": {}, "longest": None, **found, **rest}


def judged_records(world: World, client: Client, measure: Measure) -> list[tuple[dict[str, Any], Outcome]]:
    """The period's records of a share or value: each is judged by the version in force at its counting moment."""
    as_of, zone = world.seen_at(client.timezone), client.timezone
    judged: list[tuple[dict[str, Any], Outcome]] = []
    for row in world.records:
        if row["client"] != client.key or row["opened_at"] > as_of:
            continue
        record = seen(row, as_of)
        for n, version in enumerate(world.contract.versions):
            own = next((m for m in version.measures if m.key == measure.key), None)
            if own is None:
                continue
            at = counting_moment(own, record, as_of)
            judge = Judge(world, client, n)
            if world.begins(zone) <= at < world.ends(zone) and world.version_at(at, zone) == n and judge.belongs(own, record):
                judged.append((record, judge.judge(own, record)))
    return judged


def _counted(world: World, client: Client, number: int, measure: Measure) -> dict[str, Any]:
    """A share or value over records."""
    judged = judged_records(world, client, measure)
    counts = tally([outcome for _, outcome in judged])
    value: Fraction | None = None
    counted = counts["kept"] + counts["missed"]
    longest = None
    assert measure.target is not None
    if counted and measure.value is None:
        value = Fraction(counts["missed" if measure.target.kind == "at_most" else "kept"], counted)
    elif counted and measure.value is not None:
        figures = sorted(o.figure for _, o in judged if o.figure is not None)
        assert len(figures) == counted
        longest = math.floor(figures[-1])
        percent = measure.value.percentile
        value = sum(figures, Fraction(0)) / counted if percent is None else figures[math.ceil(Fraction(percent * counted, 100)) - 1]
    unit = "%" if measure.value is None else "s" if measure.value.of == "elapsed" else ""
    volume = explained(world, client, number, measure) if measure.kind == "share" and measure.target.kind != "between" else None
    return {**counts, "value": value, "unit": unit, "longest": longest, "groups": _groups(measure, judged), "volume": volume}


def _groups(measure: Measure, judged: list[tuple[dict[str, Any], Outcome]]) -> dict[tuple[str, Any], tuple[int, int]]:
    found: dict[tuple[str, Any], tuple[int, int]] = {}
    for column in measure.groups:
        for record, outcome in judged:
            if outcome.what in ("kept", "missed"):
                kept, missed = found.get((column, record[column]), (0, 0))
                found[column, record[column]] = (kept + (outcome.what == "kept"), missed + (outcome.what == "missed"))
    return found


def _availability(world: World, client: Client, number: int, measure: Measure) -> dict[str, Any]:
    """Minute by minute: open, planned down, down."""
    terms = measure.availability
    assert terms is not None
    as_of, start, end = world.seen_at(client.timezone), world.begins(client.timezone), world.ends(client.timezone)
    end = end if as_of + timedelta(seconds=1) >= end else max(as_of, start)
    clock = world.clock(number, terms.calendar, client.timezone)
    mine = [o for o in world.outages if (o["client"], o["component"]) == (client.key, terms.component) and o["started_at"] <= as_of]
    mine = [o for o in mine if max(o["started_at"], start) < min(o["ended_at"] or end, end)]
    planned = [o for o in mine if o["planned"] and terms.planned == "left out"]
    down = [o for o in mine if o not in planned]
    up = whole = run = longest = 0
    at = start
    while at < end:
        step = min(at + MINUTE, end)
        is_planned, is_down = (any(o["started_at"] <= at < (o["ended_at"] or end) for o in some) for some in (planned, down))
        seconds = clock.open(at, step)
        whole += 0 if is_planned else seconds
        up += 0 if is_planned or is_down else seconds
        run = run + seconds if is_down else 0
        longest = max(longest, run)
        at = step
    left_out = {"planned outage": len(planned)} if planned else {}
    counts = {**tally([]), "missed": len(down), "left_out": left_out, "records": len(mine)}
    return {**counts, "value": Fraction(up, whole) if whole else None, "unit": "%", "longest": longest if down else None}


def _reported(world: World, client: Client, measure: Measure) -> dict[str, Any]:
    as_of, start, end = world.seen_at(client.timezone), world.begins(client.timezone), world.ends(client.timezone)
    mine = [v for v in world.values if (v["client"], v["measure"]) == (client.key, measure.key)]
    mine = sorted((v for v in mine if start <= v["at"] < end and v["at"] <= as_of), key=lambda v: v["at"])
    if measure.fact is not None:
        counted = [v for v in mine if v["of"]]
        return {"value": Fraction(counted[-1]["value"]) / Fraction(counted[-1]["of"]) if counted else None, "unit": measure.fact.unit}
    assert measure.reported is not None
    figures = [Fraction(v["value"]) for v in mine]
    unit = measure.reported.unit
    if not figures:
        return {"value": None, "unit": unit}
    whole = sum(figures, Fraction(0))
    figure = {"last": figures[-1], "sum": whole, "mean": whole / len(figures)}[measure.reported.take]
    return {"value": figure / 100 if unit == "%" else figure, "unit": unit}
