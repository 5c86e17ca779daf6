"""What every kind of work shares: a record, how many come in, which of them are missed, where they happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from keepscore.demo import story
from keepscore.demo.cast import DESK, FAULTS, FIELD, MARLOWE, MOVES, PATCHES, PHONE, Cast
from keepscore.demo.days import CUT, LEEDS_OPENS, at, part_of_quarter, working
from keepscore.demo.picks import inside_plan, pick

LIMITS = {"P2": 8, "P3": 16, "P4": 40}          # service hours, as the contract has them
MINUTES = {DESK: 22, PHONE: 5, FIELD: 95, FAULTS: 70, PATCHES: 18, MOVES: 80}   # usual effort of one record
SHARE = {PHONE: 0.45, FIELD: 0.085, FAULTS: 0.08, PATCHES: 0.14}                # of the planned requests
MARLOWE_PLAN = {DESK: 7_137, PHONE: 5_300, FIELD: 660, FAULTS: 560, PATCHES: 1_000, MOVES: 240}
MARLOWE_LAST = {DESK: 9_207, PHONE: 6_912, FIELD: 1_024, FAULTS: 638, PATCHES: 1_088, MOVES: 598}
LEFT_OUT = 84                                    # Marlowe's requests for which the site could not be entered
LEEDS = "Leeds depot"
MIXED = {"Leeds depot": (43, 23), "Kettering depot": (21, 26), "Drivers": (17, 13), "Head office": (16, 26), "Bristol depot": (3, 3)}


Pause = tuple[datetime, datetime, str, str]       # start, end, reason, side


@dataclass(slots=True)
class Record:
    """One line of an export, moments still as moments."""

    function: str
    opened: datetime
    resolved: datetime | None = None
    due: date | None = None
    priority: str | None = None
    site: str | None = None
    kind: str | None = None
    first_contact: bool | None = None
    repeat: bool | None = None
    no_access: bool = False
    in_scope: bool = True
    cancelled: datetime | None = None
    minutes: int = 0
    reason: str | None = None
    pauses: tuple[Pause, ...] = ()
    reference: str = ""


def planned(cast: Cast, function: str) -> int:
    """Records a quarter that the contract plans for."""
    if cast is MARLOWE:
        return MARLOWE_PLAN[function]
    floor = 0 if cast.first_quarter else 26      # the new client alone stays below 20 records here and there
    return cast.requests if function == DESK else max(floor, round(cast.requests * SHARE[function]))


def came_in(cast: Cast, function: str, quarter: int, rng: Random) -> int:
    """Records that really came in, work outside the contract included."""
    plan = planned(cast, function)
    if cast is MARLOWE and quarter == story.LAST:
        return MARLOWE_LAST[function]
    if quarter > story.LAST:
        return round(plan * cast.busy * part_of_quarter(quarter))
    if cast.busy != 1 and quarter == story.LAST:
        return round(plan * cast.busy)
    return round(plan * rng.uniform(0.96, 1.035))


def openings_of(cast: Cast, quarter: int, n: int, rng: Random, days: Sequence[date], seconds: tuple[int, int]) -> list[datetime]:
    weights = None
    if cast is MARLOWE and quarter == story.LAST:
        weights = [1.0 if day < LEEDS_OPENS else 1.46 for day in days]
    return sorted(at(cast, day, rng.randrange(*seconds)) for day in rng.choices(days, weights, k=n))


def seen(moment: datetime) -> datetime | None:
    """What happened after the exports were taken is not in them."""
    return moment if moment < CUT else None


def minutes_of(function: str, rng: Random) -> int:
    return max(1, round(MINUTES[function] * rng.uniform(0.4, 1.6)))


def misses(cast: Cast, measure: str, function: str, quarter: int, seed: int, openings: Sequence[datetime], rng: Random) -> set[int]:
    """Places of the missed records; where Marlowe's desk had more work than planned, mostly beyond the plan."""
    count = min(len(openings), story.missed(cast, measure, quarter, seed, of=len(openings)))
    told = story.MARLOWE_WORK.get(measure) if cast is MARLOWE and quarter == story.LAST else None
    if told is None or told.inside is None:
        return set(rng.sample(range(len(openings)), count))
    inside, rest = inside_plan(openings, planned(cast, function), working(cast, quarter), cast)
    return set(rng.sample(inside, told.inside)) | set(rng.sample(rest, count - told.inside))


def site_of(cast: Cast, late: bool, opened: datetime, rng: Random) -> str:
    if cast is not MARLOWE:
        return pick(rng, cast.sites, range(len(cast.sites) + 1, 1, -1))
    sites = [s for s in cast.sites if s != LEEDS or opened.date() >= LEEDS_OPENS]
    return pick(rng, sites, [MIXED[s][0 if late else 1] for s in sites])
