"""The outcome of a record: the rules that the vendor and the client argue about, in their order.

Outcomes are small integers so that one GROUP BY counts them all: left out by a condition of the contract; cancelled
before its limit passed; then kept, missed, open, or cannot be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from keepscore.engine.backend.conditions import to_ibis
from keepscore.engine.backend.session import Table
from keepscore.engine.backend.terms import MeasureShape, Shape
from keepscore.engine.contract.conditions import bind, parse
from keepscore.engine.tables import ColumnType

KEPT, MISSED, OPEN = 1, 2, 3
CANCELLED = 9
LEFT_OUT = 10  # + position of the leave_out rule
NO_PRIORITY, UNDECLARED, NO_PROMISE, UNKNOWN, NO_START, NO_VALUE = 100, 101, 102, 103, 104, 105
UNJUDGED: Mapping[int, str] = {
    NO_PRIORITY: "no value that the limit depends on",
    UNDECLARED: "a value without a limit",
    NO_PROMISE: "no promised moment",
    UNKNOWN: "the facts that the measure needs are blank",
    NO_START: "the start of the time is blank",
    NO_VALUE: "the figure is blank",
}
POSSIBLE: Mapping[str, tuple[int, ...]] = {  # what may become of a record, by kind of measure, left out by a rule aside
    "within": (KEPT, MISSED, OPEN, CANCELLED, NO_START, NO_PRIORITY, UNDECLARED),
    "value": (KEPT, MISSED, OPEN, CANCELLED, NO_START, NO_VALUE),
    "condition": (KEPT, MISSED, OPEN, CANCELLED, NO_PROMISE, UNKNOWN),
}
CANCELLED_REASON = "cancelled before its limit passed"


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges rows that carry the measured time of each clock (`t0`, `t1`, ...) and, for limits in working days, their closes.

    `types` are the columns that conditions may name, `term(table, name)` gives a number of the contract's terms.
    """

    shape: Shape
    types: Mapping[str, ColumnType]
    term: Callable[[Table, str], Any]

    def outcome(self, table: Table, number: int, measure: MeasureShape) -> Table:
        """Adds code, value, limit and seconds over of measure `number` (its position in the shape)."""
        cases: list[tuple[Any, int]] = [(self._condition(table, text, measure), LEFT_OUT + at) for at, text in enumerate(measure.leave_out)]
        limit: Any = ibis.null("int64")
        value: Any = ibis.null("int64")
        over: Any = ibis.null("int64")
        if measure.kind == "within":
            limit = self._limit(table, number, measure)
            value = table[f"t{measure.clock}"]
            over = value - limit
            cases += self._within(table, measure, limit, value)
        elif measure.kind == "value":
            value = table[f"t{measure.clock}"] if measure.clock is not None else table[str(measure.of)]
            if measure.clock is not None and measure.bounds[1]:
                over = value - self.term(table, f"m{number}_high").floor().cast("int64")
            cases += self._figure(table, number, measure, value)
        else:
            over = self._past_due(table, measure)
            cases += self._by_condition(table, measure)
        belongs = self._belongs(table, number, measure)
        code = ibis.cases(*[(test, outcome) for test, outcome in cases], else_=UNKNOWN)
        code = belongs.ifelse(code, ibis.null("int16")) if belongs is not None else code
        named = {"code": code.cast("int16"), "value": value, "limit": limit, "over": over}
        return table.mutate(**{f"{name}_{number}": item for name, item in named.items()})

    def _belongs(self, table: Table, number: int, measure: MeasureShape) -> Any:
        tests = []
        if measure.scope != "all":
            tests.append(table.in_scope if measure.scope == "in" else ~table.in_scope)
        if measure.has_function:
            tests.append(table.function == self.term(table, f"m{number}_function"))
        if measure.where:
            tests.append(self._condition(table, measure.where, measure))
        if not tests:
            return None
        every = tests[0]
        for test in tests[1:]:
            every = every & test
        return every

    def _within(self, table: Table, measure: MeasureShape, limit: Any, measured: Any) -> list[tuple[Any, int]]:
        clock = self.shape.clocks[measure.clock or 0]
        done, cancelled = table[clock.to], table.cancelled_at
        given_up = cancelled.notnull() & (done.isnull() | (cancelled < done))
        inside = measured <= limit
        cases: list[tuple[Any, int]] = [
            (given_up & (limit.isnull() | table[clock.from_].isnull()), CANCELLED),
            (table[clock.from_].isnull(), NO_START),
        ]
        if measure.by:
            cases.append((table[measure.by].isnull() | (table[measure.by] == ""), NO_PRIORITY))
        return [
            *cases,
            (limit.isnull(), UNDECLARED),
            (given_up & inside, CANCELLED),
            (~inside, MISSED),
            (done.notnull(), KEPT),
            (ibis.literal(True), OPEN),
        ]

    def _limit(self, table: Table, number: int, measure: MeasureShape) -> Any:
        """The limit in open seconds, by the record's present value of `by`; working days end at their close."""

        def amount(at: int) -> Any:
            value = self.term(table, f"m{number}_limit_{at}")
            if not measure.day_limits[at]:
                return value
            clock = self.shape.clocks[measure.clock or 0]
            if not clock.has_calendar:
                return value * 86_400
            return table[f"close_{number}_{at}"] - table[f"cs{measure.clock}"]

        listed = [(at, key) for at, key in enumerate(measure.limits) if key != "default"]
        default = amount(measure.limits.index("default")) if "default" in measure.limits else None
        if measure.by is None:
            return default
        column = table[measure.by]
        other = ibis.null("int64")
        if default is not None:
            known = column.isin(list(measure.declared)) if measure.declared else column.notnull()
            other = known.ifelse(default, ibis.null("int64"))
        return ibis.cases(*[(column == key, amount(at)) for at, key in listed], else_=other) if listed else other

    def _figure(self, table: Table, number: int, measure: MeasureShape, value: Any) -> list[tuple[Any, int]]:
        """Values: counted once done; a record open past the target counts with its time so far."""
        beyond: Any = ibis.literal(False)
        if measure.bounds[0]:
            beyond = beyond | (value < self.term(table, f"m{number}_low"))
        above = value > self.term(table, f"m{number}_high") if measure.bounds[1] else ibis.literal(False)
        if measure.clock is None:
            unresolved = table.resolved_at.isnull() & table.cancelled_at.isnull()
            return [
                (value.isnull() & table.cancelled_at.notnull(), CANCELLED),
                (value.isnull() & unresolved, OPEN),
                (value.isnull(), NO_VALUE),
                (beyond | above, MISSED),
                (ibis.literal(True), KEPT),
            ]
        clock = self.shape.clocks[measure.clock]
        done, cancelled = table[clock.to], table.cancelled_at
        given_up = cancelled.notnull() & (done.isnull() | (cancelled < done))
        return [
            (table[clock.from_].isnull(), NO_START),
            (given_up & ~above, CANCELLED),
            (done.isnull() & ~above, OPEN),
            (beyond | above, MISSED),
            (ibis.literal(True), KEPT),
        ]

    def _by_condition(self, table: Table, measure: MeasureShape) -> list[tuple[Any, int]]:
        assert measure.condition is not None
        kept = self._condition(table, measure.condition, measure)
        due, done, cancelled = table.due_at, table.resolved_at, table.cancelled_at
        given_up = cancelled.notnull() & (done.isnull() | (cancelled < done))
        past_due = self.term(table, "as_of") > due
        cases: list[tuple[Any, int]] = [
            (given_up & (cancelled > due), MISSED),
            (given_up, CANCELLED),
            (kept, KEPT),
            (~kept, MISSED),
        ]
        if "due_at" in parse(measure.condition).columns:
            cases.append((due.isnull(), NO_PROMISE))
        return [*cases, (done.isnull() & past_due, MISSED), (done.isnull(), OPEN), (ibis.literal(True), UNKNOWN)]

    def _past_due(self, table: Table, measure: MeasureShape) -> Any:
        """Seconds from the promise to the end, where lateness can be the reason for a miss."""
        assert measure.condition is not None
        done, cancelled = table.resolved_at, table.cancelled_at
        end = ibis.coalesce(ibis.least(done, cancelled), done, cancelled, self.term(table, "as_of"))
        late = end - table.due_at
        return late if "due_at" in parse(measure.condition).columns else done.isnull().ifelse(late, ibis.null("int64"))

    def _condition(self, table: Table, text: str, measure: MeasureShape) -> Any:
        bound = bind(parse(text), self.types, measure.timezone or "UTC")
        return to_ibis(bound, lambda name: table[name], lambda at: self._local(table, at))

    def _local(self, table: Table, at: Any) -> Any:
        return at + table[f"offset_{at.get_name()}"]
