"""Service records of one client and quarter: what came in, when it was done, what stopped its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from keepscore.demo import story
from keepscore.demo.cast import DESK, FAULTS, FIELD, MARLOWE, MOVES, PATCHES, PHONE, Cast
from keepscore.demo.common import LEFT_OUT, LIMITS, Pause, Record, came_in, minutes_of, misses, openings_of, planned, seen, site_of
from keepscore.demo.days import CUT, OfficeTime, office_time, part_of_quarter, quarter_days, working
from keepscore.demo.picks import pick, spread

REASONS = ("Waiting for an engineer", "Queue at the desk", "Waiting for a part", "Another supplier")
STOPS = (("client", "Waiting for the user"), ("client", "Waiting for approval"), ("third party", "Waiting for a supplier"))
OFFICE_HOURS, DAY_HOURS, ALL_HOURS = (7 * 3600, 19 * 3600), (8 * 3600, 17 * 3600), (0, 86_400)


def work(cast: Cast, quarter: int, seed: int) -> Iterator[Record]:
    """All records of a client's quarter, function by function, each in the order of opening."""
    makers = {DESK: requests, PHONE: calls, FIELD: visits, FAULTS: faults, PATCHES: patches, MOVES: moves}
    for function in cast.services:
        if function in makers:
            rng = Random(f"{seed}:{cast.key}:{function}:{quarter}")
            yield from makers[function](cast, quarter, seed, rng)


def requests(cast: Cast, quarter: int, seed: int, rng: Random) -> Iterator[Record]:
    """Requests to the desk: a limit by priority in office time, a clock that stops while the client is asked."""
    calendar = office_time(cast)
    openings = openings_of(cast, quarter, came_in(cast, DESK, quarter, rng), rng, working(cast, quarter), OFFICE_HOURS)
    waived = set(rng.sample(range(len(openings)), LEFT_OUT)) if cast is MARLOWE and quarter == story.LAST else set()
    counted = [i for i in range(len(openings)) if i not in waived]
    late = {counted[i] for i in misses(cast, "requests-on-time", DESK, quarter, seed, [openings[i] for i in counted], rng)}
    again = {counted[i] for i in misses(cast, "first-contact", DESK, quarter, seed, [openings[i] for i in counted], rng)}
    for place, opened in enumerate(openings):
        priority = pick(rng, ("P2", "P3", "P4"), (25, 60, 15))
        took = spread(LIMITS[priority] * 3600, late=place in late, rng=rng)
        end, pauses = _with_pause(calendar, opened, took, rng)
        yield Record(
            DESK, opened, seen(end), priority=priority, site=site_of(cast, place in late, opened, rng), kind="request",
            first_contact=place not in again, no_access=place in waived, minutes=minutes_of(DESK, rng),
            reason=pick(rng, REASONS, (47, 29, 17, 8)) if place in late else None, pauses=tuple(p for p in pauses if p[1] < CUT),
        )


def _with_pause(calendar: OfficeTime, opened: datetime, took: int, rng: Random) -> tuple[datetime, tuple[Pause, ...]]:
    """One request in eight waits for somebody; only while it waits for the client does the contract's clock stop."""
    if rng.random() >= 0.125:
        return calendar.add(opened, took), ()
    begun = calendar.add(opened, round(took * rng.uniform(0.1, 0.8)))
    side, why = pick(rng, STOPS, (6, 2, 2))
    if side == "client":
        stopped = rng.randrange(900, 5 * 3600)
        return calendar.add(opened, took + stopped), ((begun, calendar.add(begun, stopped), why, side),)
    end = calendar.add(opened, took)
    return end, ((begun, begun + (end - begun) / 2, why, side),)


def calls(cast: Cast, quarter: int, seed: int, rng: Random) -> Iterator[Record]:
    """Calls: answered inside 60 seconds, later, or given up by the caller."""
    openings = openings_of(cast, quarter, came_in(cast, PHONE, quarter, rng), rng, working(cast, quarter), OFFICE_HOURS)
    late = misses(cast, "calls-in-60-seconds", PHONE, quarter, seed, openings, rng)
    for place, opened in enumerate(openings):
        waited = rng.randrange(61, 420) if place in late else min(60, 3 + int(rng.expovariate(1 / 17)))
        gone = place in late and rng.random() < 0.3
        answered = None if gone else seen(opened + timedelta(seconds=waited))
        yield Record(PHONE, opened, answered, minutes=0 if gone else minutes_of(PHONE, rng))


def visits(cast: Cast, quarter: int, seed: int, rng: Random) -> Iterator[Record]:
    """Visits: a day is agreed; the visit is kept when it was made on or before it."""
    openings = openings_of(cast, quarter, came_in(cast, FIELD, quarter, rng), rng, working(cast, quarter), DAY_HOURS)
    late = misses(cast, "field-visits-on-day", FIELD, quarter, seed, openings, rng)
    calendar = office_time(cast)
    for place, opened in enumerate(openings):
        agreed = calendar.day(opened) + rng.randrange(1, 6)
        slip = rng.randrange(1, 5) if place in late else 0
        made = calendar.opens[agreed + slip] + timedelta(seconds=rng.randrange(3 * 3600, 11 * 3600))
        site = site_of(cast, place in late, opened, rng)
        yield Record(FIELD, opened, seen(made), due=calendar.opens[agreed].date(), site=site, minutes=minutes_of(FIELD, rng))


def faults(cast: Cast, quarter: int, seed: int, rng: Random) -> Iterator[Record]:
    """Faults at any hour: priority 1 restored in four hours around the clock; the ones that come back are repeats."""
    openings = openings_of(cast, quarter, came_in(cast, FAULTS, quarter, rng), rng, quarter_days(quarter), ALL_HOURS)
    urgent = 28 if cast is MARLOWE else 24 if not cast.first_quarter else 5
    first = sorted(rng.sample(range(len(openings)), min(len(openings), max(1, round(urgent * part_of_quarter(quarter))))))
    late = {first[i] for i in misses(cast, "priority-1-in-4-hours", FAULTS, quarter, seed, [openings[i] for i in first], rng)}
    back = misses(cast, "repeat-incidents", FAULTS, quarter, seed, openings, rng)
    for place, opened in enumerate(openings):
        top = place in set(first)
        took = spread(4 * 3600, late=place in late, rng=rng) if top else rng.randrange(1800, 40 * 3600)
        yield Record(
            FAULTS, opened, seen(opened + timedelta(seconds=took)), priority="P1" if top else pick(rng, ("P2", "P3"), (1, 2)),
            site=site_of(cast, place in late, opened, rng), kind="incident", repeat=place in back, minutes=minutes_of(FAULTS, rng),
        )


def patches(cast: Cast, quarter: int, seed: int, rng: Random) -> Iterator[Record]:
    """Critical patches: published at some hour, to be installed seven times 24 hours later at the latest."""
    openings = openings_of(cast, quarter, came_in(cast, PATCHES, quarter, rng), rng, quarter_days(quarter), ALL_HOURS)
    late = misses(cast, "patches-in-7-days", PATCHES, quarter, seed, openings, rng)
    for place, opened in enumerate(openings):
        took = spread(7 * 86_400, late=place in late, rng=rng)
        yield Record(PATCHES, opened, seen(opened + timedelta(seconds=took)), priority="P2", minutes=minutes_of(PATCHES, rng))


def moves(cast: Cast, quarter: int, seed: int, rng: Random) -> Iterator[Record]:
    """Moves and new starters: what goes beyond the plan of a quarter is extra work, outside the contract."""
    openings = openings_of(cast, quarter, came_in(cast, MOVES, quarter, rng), rng, working(cast, quarter), DAY_HOURS)
    inside = round(planned(cast, MOVES) * 1.02)
    extra = set(rng.sample(range(len(openings)), max(0, len(openings) - inside)))
    calendar = office_time(cast)
    for place, opened in enumerate(openings):
        done = calendar.add(opened, rng.randrange(3600, 30 * 3600))
        site = site_of(cast, False, opened, rng)
        yield Record(MOVES, opened, seen(done), site=site, kind="move", in_scope=place not in extra, minutes=minutes_of(MOVES, rng))
