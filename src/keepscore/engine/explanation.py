"""How one number is made: the worked line and the records behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import pyarrow.compute as pc

from keepscore.engine.assembly import in_force, scorecards
from keepscore.engine.backend.passes import dicts
from keepscore.engine.contract.model import Contract
from keepscore.engine.judged import JUDGED, judged_rows
from keepscore.engine.results import MeasureResult, Scorecard
from keepscore.engine.run import Run
from keepscore.engine.tables import Tables

Outcome = Literal["kept", "missed", "open", "left out", "cannot be judged"]


class UnknownMeasure(ValueError):
    """The contract has no measure of that key."""


@dataclass(frozen=True, slots=True)
class JudgedRecord:
    """One record as a measure sees it. `elapsed` is service time with pauses taken out, `waited` what the client waited."""

    source: str
    reference: str
    outcome: Outcome
    reason: str | None  # why it was left out or cannot be judged
    function: str | None
    priority: str | None
    site: str | None
    opened_at: datetime
    due_at: datetime | None
    resolved_at: datetime | None
    elapsed: int | None  # seconds on the contract's clock
    paused: int | None
    limit: int | None  # seconds
    waited: int | None  # seconds on the client's clock, from the start to the end or as_of
    over: int | None  # misses: seconds past the limit, the target or the promise; None where lateness is not why
    counted_at: datetime  # the moment by which it belongs to the period


@dataclass(frozen=True, slots=True)
class Explanation:
    scorecard: Scorecard
    result: MeasureResult
    rows: tuple[JudgedRecord, ...]  # misses first, furthest over first; then in order of opening


def explain(contract: Contract, tables: Tables, *, client: str, measure: str, period: str, as_of: datetime | date) -> Explanation:
    """The worked line of one measure of one client and period, with every record that it looked at."""
    with Run([contract], tables, period=period, as_of=as_of, history=0, only_client=client) as run:
        card = scorecards(run)[0]
        result = next((m for m in card.measures if m.key == measure), None)
        if result is None:
            raise UnknownMeasure(f"{client} has no measure {measure!r}; it has {', '.join(m.key for m in card.measures)}")
        (rows,) = judged_rows(run, in_force(run)).values()
    own = rows.filter(pc.equal(rows["measure"], measure)).select(JUDGED.names[1:])
    return Explanation(card, result, tuple(JudgedRecord(**row) for row in dicts(own)))
