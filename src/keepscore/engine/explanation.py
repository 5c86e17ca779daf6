"""How one number is made: the worked line and the records behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from keepscore.engine.assembly import scorecards
from keepscore.engine.backend.judging import CANCELLED, CANCELLED_REASON, KEPT, LEFT_OUT, MISSED, OPEN, UNJUDGED
from keepscore.engine.backend.passes import judged
from keepscore.engine.backend.terms import group_by_shape
from keepscore.engine.contract.model import Contract
from keepscore.engine.results import MeasureResult, Scorecard
from keepscore.engine.run import Run
from keepscore.engine.tables import Tables

Outcome = Literal["kept", "missed", "open", "left out", "cannot be judged"]
NAMES: dict[int, Outcome] = {KEPT: "kept", MISSED: "missed", OPEN: "open"}


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
        rows: list[JudgedRecord] = []
        current = run.job.schemes[0].current
        for built, terms in run.rows(group_by_shape(run.job.assignments, only=measure), run.job.schemes):
            rules = terms[0].measures[0].leave_out
            for row in judged(run.session, built, 0, where=lambda t: t.p == current):
                rows.append(_record(row, [rule.reason for rule in rules]))
    return Explanation(card, result, tuple(sorted(rows, key=_misses_first)))


def _misses_first(record: JudgedRecord) -> tuple[bool, int, datetime, str, str]:
    over = (record.elapsed or 0) - (record.limit or 0)
    missed = record.outcome == "missed"
    if missed and record.limit is None and record.due_at is not None:
        over = int(((record.resolved_at or datetime.max.replace(tzinfo=UTC)) - record.due_at).total_seconds())
    return not missed, -over if missed else 0, record.opened_at, record.source, record.reference


def _record(row: dict[str, Any], reasons: list[str]) -> JudgedRecord:
    code = row["code"]
    reason = None
    outcome: Outcome
    if code in NAMES:
        outcome = NAMES[code]
    elif code == CANCELLED:
        outcome, reason = "left out", CANCELLED_REASON
    elif code in UNJUDGED:
        outcome, reason = "cannot be judged", UNJUDGED[code]
    else:
        outcome, reason = "left out", reasons[code - LEFT_OUT]
    timed = row.get("started") is not None
    return JudgedRecord(
        source=row["source"],
        reference=row["reference"],
        outcome=outcome,
        reason=reason,
        function=row["function"],
        priority=row["priority"],
        site=row["site"],
        opened_at=_moment(row["opened_at"]) or datetime.min.replace(tzinfo=UTC),
        due_at=_moment(row["due_at"]),
        resolved_at=_moment(row["resolved_at"]),
        elapsed=row["value"] if timed else None,
        paused=row.get("paused") if timed else None,
        limit=row["limit"],
        waited=max(0, row["ended"] - row["started"]) if timed else None,
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
