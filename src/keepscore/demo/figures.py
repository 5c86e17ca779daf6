"""Outages and handed-in figures of one client and quarter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from keepscore.demo import story
from keepscore.demo.cast import MARLOWE, NETWORK, Cast
from keepscore.demo.days import CUT, at, quarter_days

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Outage:
    started: datetime
    ended: datetime
    planned: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table of values: a figure, or k of n where `of` is given."""

    measure: str
    at: datetime
    value: str
    of: int | None = None
    note: str = ""


NOTES = {
    "goals-on-track": "Goals on track at the review", "savings-made": "Savings agreed and made",
    "continuity-tests": "Continuity tests passed",
    "people-known": "Stakeholders whose own goal we know", "features-used": "Features in use of those paid for",
    "initiatives-finished": "Agreed initiatives finished",
}


def outages(cast: Cast, quarter: int, seed: int) -> Iterator[Outage]:
    """Unplanned ones add up to the share that the story tells; one planned maintenance a month, on a Sunday night."""
    if NETWORK not in cast.services:
        return
    rng = Random(f"{seed}:{cast.key}:outages:{quarter}")
    days = quarter_days(quarter)
    told = cast is MARLOWE and quarter == story.LAST
    share = story.MARLOWE_NETWORK if told else story.missed_share(cast, "network-available", quarter, seed)
    down, parts = round(share * len(days) * DAY), rng.randrange(1, 4)
    picked = sorted(rng.sample([d for d in days if d.weekday() != 6], parts))
    cuts = sorted(rng.uniform(0.15, 0.85) for _ in range(parts - 1))
    for day, length in zip(picked, (b - a for a, b in zip([0.0, *cuts], [*cuts, 1.0], strict=True)), strict=True):
        started = at(cast, day, rng.randrange(6 * 3600, 20 * 3600))
        yield Outage(started, started + timedelta(seconds=max(1, round(down * length))), planned=False)
    for day in days:
        if day.weekday() == 6 and day.day <= 7:
            started = at(cast, day, 3 * 3600 + 1800)
            yield Outage(started, started + timedelta(minutes=rng.randrange(40, 110)), planned=True)


def figures(cast: Cast, quarter: int, seed: int) -> Iterator[Figure]:
    """What other rooms would hand in at the quarter's end: facts with their counts, and the users' mean rating."""
    moment = at(cast, quarter_days(quarter)[-1], 17 * 3600)
    if quarter > story.LAST or moment >= CUT:
        return
    for measure in story.FACTS:
        k, n = story.fact(cast, measure, quarter, seed)
        yield Figure(measure, moment, str(k), n, NOTES[measure])
    note = "Mean of the ratings that users gave after a request, 1 to 5"
    yield Figure("user-rating", moment, story.rating(cast, quarter, seed), note=note)
