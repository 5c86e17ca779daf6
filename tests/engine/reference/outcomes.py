"""What became of one record under one measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from keepscore.engine.contract.model import Client, Measure, Value, Within
from tests.engine.reference.conditions import holds, names
from tests.engine.reference.world import MOMENTS, Row, World

CANCELLED = "cancelled before its limit passed"
NO_KEY, NO_LIMIT = "no value that the limit depends on", "a value without a limit"
NO_PROMISE, BLANK = "no promised moment", "the facts that the measure needs are blank"
NO_START, NO_FIGURE = "the start of the time is blank", "the figure is blank"


@dataclass(frozen=True)
class Outcome:
    """`what`: kept, missed, open, left out or unjudged; `why` for the last two; `figure` of a value measure."""

    what: str
    why: str = ""
    figure: Fraction | None = None


def seen(row: Row, as_of: datetime) -> dict[str, Any]:
    """The record as it stood at as_of."""
    return {**row, **{n: None for n in MOMENTS if row.get(n) is not None and row[n] > as_of}}


def counting_moment(measure: Measure, row: Row, as_of: datetime) -> datetime:
    """The moment by which a record belongs to a period and to a version."""
    basis = measure.counted_by
    if basis is None:
        by_due = isinstance(measure.kept_when, str) and names(measure.kept_when, "due_at")
        basis = "due" if by_due else "opened"
    if basis == "resolved":
        return row["resolved_at"] or row["cancelled_at"] or as_of  # type: ignore[no-any-return]
    return (basis == "due" and row["due_at"]) or row["opened_at"]


class Judge:
    """Judges the records of one client under one version."""

    def __init__(self, world: World, client: Client, number: int) -> None:
        self.world, self.client, self.number = world, client, number
        self.as_of = world.seen_at(client.timezone)

    def belongs(self, measure: Measure, row: Row) -> bool:
        count = measure.count
        if count.scope != "all" and row["in_scope"] != (count.scope == "in"):
            return False
        if count.function is not None and row["function"] != count.function:
            return False
        return count.where is None or self._holds(count.where, row) is True

    def judge(self, measure: Measure, row: Row) -> Outcome:
        """The outcome of a record that belongs to the measure, as it stood at as_of."""
        for rule in measure.leave_out:
            if self._holds(rule.where, row) is True:
                return Outcome("left out", rule.reason)
        if isinstance(measure.kept_when, Within):
            return self._within(measure.kept_when, row)
        if measure.value is not None:
            return self._value(measure, measure.value, row)
        assert measure.kept_when is not None
        return self._condition(measure.kept_when, row)

    def _holds(self, text: str, row: Row) -> bool | None:
        return holds(text, row, self.world.types, self.client.timezone)

    def _taken(self, terms: Within | Value, row: Row) -> int:
        """Measured time: open seconds of the span that no counted pause covers."""
        clock = self.world.clock(self.number, terms.calendar, self.client.timezone)
        start, end = row[terms.from_], self._end(terms, row)
        spans = []
        for pause in self.world.pauses:
            if (pause["source"], pause["reference"]) == (row["source"], row["reference"]) and pause["side"] in terms.pauses:
                begin, until = max(pause["started_at"], start), min(pause["ended_at"] or end, end)
                spans += [(begin, until)] if begin < until else []
        return clock.open(start, end) - clock.open_in(spans)

    def _end(self, terms: Within | Value, row: Row) -> datetime:
        return min((at for at in (row[terms.to], row["cancelled_at"]) if at is not None), default=self.as_of)

    def _limit(self, terms: Within, row: Row) -> tuple[str, int]:
        """("", limit in seconds), or why there is none."""
        key = None if terms.by is None else row[terms.by]
        if terms.by is not None and key in (None, ""):
            return NO_KEY, 0
        declared = self.world.version(self.number).priorities if terms.by == "priority" else ()
        if key is not None and key in terms.within and key != "default":
            limit = terms.within[key]
        elif "default" in terms.within and (key is None or not declared or key in declared):
            limit = terms.within["default"]
        else:
            return NO_LIMIT, 0
        if not limit.days:
            return "", limit.seconds
        clock = self.world.clock(self.number, terms.calendar, self.client.timezone)
        return "", clock.days_limit(row[terms.from_], limit.days) if row[terms.from_] else 0

    def _within(self, terms: Within, row: Row) -> Outcome:
        done, cancelled = row[terms.to], row["cancelled_at"]
        given_up = cancelled is not None and (done is None or cancelled < done)
        why, limit = self._limit(terms, row)
        if row[terms.from_] is None:
            return Outcome("left out", CANCELLED) if given_up else Outcome("unjudged", NO_START)
        if why:
            return Outcome("left out", CANCELLED) if given_up else Outcome("unjudged", why)
        if self._taken(terms, row) > limit:
            return Outcome("missed")
        if given_up:
            return Outcome("left out", CANCELLED)
        return Outcome("kept" if done is not None else "open")

    def _condition(self, text: str, row: Row) -> Outcome:
        due, done, cancelled = row["due_at"], row["resolved_at"], row["cancelled_at"]
        if cancelled is not None and (done is None or cancelled < done):
            return Outcome("missed") if due is not None and cancelled > due else Outcome("left out", CANCELLED)
        kept = self._holds(text, row)
        if kept is not None:
            return Outcome("kept" if kept else "missed")
        if due is None and names(text, "due_at"):
            return Outcome("unjudged", NO_PROMISE)
        if done is not None:
            return Outcome("unjudged", BLANK)
        return Outcome("missed" if due is not None and self.as_of > due else "open")

    def _value(self, measure: Measure, terms: Value, row: Row) -> Outcome:
        done, cancelled = row[terms.to], row["cancelled_at"]
        if terms.of == "elapsed":
            if row[terms.from_] is None:
                return Outcome("unjudged", NO_START)
            figure = Fraction(self._taken(terms, row))
            given_up = cancelled is not None and (done is None or cancelled < done)
            if (given_up or done is None) and not self._above(measure, figure):
                return Outcome("left out", CANCELLED) if given_up else Outcome("open")
        else:
            if row[terms.of] is None:
                if cancelled is not None:
                    return Outcome("left out", CANCELLED)
                return Outcome("open") if row["resolved_at"] is None else Outcome("unjudged", NO_FIGURE)
            figure = Fraction(row[terms.of])
        return Outcome("missed" if self._above(measure, figure) or self._below(measure, figure) else "kept", "", figure)

    def _above(self, measure: Measure, figure: Fraction) -> bool:
        assert measure.target is not None
        return measure.target.kind != "at_least" and figure > measure.target.bounds[-1].value

    def _below(self, measure: Measure, figure: Fraction) -> bool:
        assert measure.target is not None
        return measure.target.kind != "at_most" and figure < measure.target.bounds[0].value


def tally(outcomes: list[Outcome]) -> Mapping[str, Any]:
    """Counts of every outcome, reasons told apart."""
    def reasons(what: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for outcome in outcomes:
            if outcome.what == what:
                found[outcome.why] = found.get(outcome.why, 0) + 1
        return found

    counts = {what: sum(o.what == what for o in outcomes) for what in ("kept", "missed", "open")}
    return {**counts, "left_out": reasons("left out"), "unjudged": reasons("unjudged"), "records": len(outcomes)}
