"""Terms: what each client and contract version asks of the records, as rows that records are joined with.

Versions of the same *shape* (the same conditions, clocks and kinds of measure) differ only in numbers: limits,
calendars, functions, dates. They are scored together in one pass; the numbers are columns of the terms table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa

from keepscore.engine.backend.scheme import NEVER, Scheme, SchemeRows
from keepscore.engine.clock.table import Slot as CalendarSlot
from keepscore.engine.clock.zones import midnight, zone
from keepscore.engine.contract.conditions import parse
from keepscore.engine.contract.model import Client, Contract, Measure, Version, Within
from keepscore.engine.tables import VALUE

_DATE = re.compile(r"'\d{4}-\d")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One client under one contract."""

    index: int
    contract: Contract
    client: Client
    scheme: int


@dataclass(frozen=True, slots=True)
class ClockShape:
    """A span of service time that is measured once per record, however many measures use it."""

    from_: str
    to: str
    sides: tuple[str, ...]
    has_calendar: bool


@dataclass(frozen=True, slots=True)
class MeasureShape:
    """A measure without its numbers."""

    kind: str  # condition, within, value
    has_function: bool
    scope: str
    where: str | None
    leave_out: tuple[str, ...]
    condition: str | None
    by: str | None
    limits: tuple[str, ...]  # the listed values of `by`, `default` last where there is one
    declared: tuple[str, ...]
    day_limits: tuple[bool, ...]
    clock: int | None
    of: str | None
    percentile: int | None
    bounds: tuple[bool, bool]  # values: whether the target has a lower and an upper bound
    timezone: str | None  # only where a condition names a local date


@dataclass(frozen=True, slots=True)
class Shape:
    basis: str  # opened, due, resolved: the moment that a record counts by
    clocks: tuple[ClockShape, ...]
    measures: tuple[MeasureShape, ...]
    part: int = 0  # versions of one contract that differ in keys or reasons alone are counted apart


@dataclass(frozen=True, slots=True)
class Term:
    """One assignment and version in a shape, with the measures of that shape in order."""

    assignment: Assignment
    version: int
    measures: tuple[Measure, ...]
    calendars: tuple[str | None, ...]  # key of the calendar of each clock


def counted_by(measure: Measure) -> str | None:
    """The moment by which a record belongs to a period; None for measures that do not count records."""
    if measure.kind not in ("share", "value"):
        return None
    if measure.counted_by:
        return measure.counted_by
    if isinstance(measure.kept_when, str) and "due_at" in parse(measure.kept_when).columns:
        return "due"
    return "opened"


def group_by_shape(assignments: Sequence[Assignment], only: str | None = None) -> dict[Shape, list[Term]]:
    """Every version of every assignment, split by basis and grouped by shape; `only` keeps one measure."""
    groups: dict[Shape, list[Term]] = {}
    seen: dict[tuple[int, str], list[tuple[int, Shape, tuple[Measure, ...], tuple[str | None, ...]]]] = {}
    for assignment in assignments:
        key = (id(assignment.contract), assignment.client.timezone)
        if key not in seen:
            seen[key] = list(_shapes(assignment, only))
        for version, shape, measures, calendars in seen[key]:
            groups.setdefault(shape, []).append(Term(assignment, version, measures, calendars))
    return groups


def _shapes(assignment: Assignment, only: str | None) -> Iterator[tuple[int, Shape, tuple[Measure, ...], tuple[str | None, ...]]]:
    named: dict[Shape, list[tuple[Any, ...]]] = {}
    for number, version in enumerate(assignment.contract.versions):
        for basis in ("opened", "due", "resolved"):
            measures = tuple(m for m in version.measures if counted_by(m) == basis and only in (None, m.key))
            if not measures:
                continue
            clocks: dict[tuple[ClockShape, str | None], int] = {}
            shapes = tuple(_measure_shape(m, version, assignment.client.timezone, clocks) for m in measures)
            shape = Shape(basis, tuple(c for c, _ in clocks), shapes)
            names = tuple((m.key, tuple(rule.reason for rule in m.leave_out), m.groups) for m in measures)
            known = named.setdefault(shape, [])
            if names not in known:
                known.append(names)
            yield number, replace(shape, part=known.index(names)), measures, tuple(cal for _, cal in clocks)


def _measure_shape(m: Measure, version: Version, timezone: str, clocks: dict[tuple[ClockShape, str | None], int]) -> MeasureShape:
    within = m.kept_when if isinstance(m.kept_when, Within) else None
    timed = within or (m.value if m.value is not None and m.value.of == "elapsed" else None)
    clock = None
    if timed is not None:
        shape = ClockShape(timed.from_, timed.to, timed.pauses, timed.calendar is not None)
        clock = clocks.setdefault((shape, timed.calendar), len(clocks))
    texts = [t for t in (m.count.where, m.kept_when, *(x.where for x in m.leave_out)) if isinstance(t, str)]
    listed = tuple(sorted(within.within, key=lambda k: (k == "default", k))) if within else ()
    return MeasureShape(
        kind="value" if m.value else "within" if within else "condition",
        has_function=m.count.function is not None,
        scope=m.count.scope,
        where=m.count.where,
        leave_out=tuple(x.where for x in m.leave_out),
        condition=m.kept_when if isinstance(m.kept_when, str) else None,
        by=within.by if within else None,
        limits=listed,
        declared=version.priorities if within and within.by == "priority" else (),
        day_limits=tuple(within.within[k].days > 0 for k in listed) if within else (),
        clock=clock,
        of=m.value.of if m.value else None,
        percentile=m.value.percentile if m.value else None,
        bounds=_has_bounds(m),
        timezone=timezone if any(_DATE.search(t) for t in texts) else None,
    )


def version_span(contract: Contract, number: int, timezone: str) -> tuple[int, int]:
    """Epoch seconds [from, until) in which a version is in force; before the first one nothing was agreed."""
    begin = _at(contract.versions[number], timezone)
    end = NEVER if number + 1 == len(contract.versions) else _at(contract.versions[number + 1], timezone)
    return begin, end


def _at(version: Version, timezone: str) -> int:
    return int(midnight(version.from_, zone(timezone)).timestamp())


def terms_table(
    shape: Shape,
    terms: Sequence[Term],
    *,
    schemes: Sequence[Scheme],
    scheme_rows: Sequence[SchemeRows],
    calendar_of: Mapping[tuple[int, int, str], CalendarSlot],
) -> pa.Table:
    """One row a term. Columns: client, i, span, as_of, where to find its periods and calendars, and its limits."""
    rows: dict[str, list[Any]] = {}

    def put(name: str, value: Any) -> None:
        rows.setdefault(name, []).append(value)

    for term in terms:
        a = term.assignment
        begin, end = version_span(a.contract, term.version, a.client.timezone)
        periods = scheme_rows[a.scheme]
        put("client", a.client.key)
        put("i", a.index)
        put("from_at", begin)
        put("until_at", end)
        put("as_of", _seconds(schemes[a.scheme].as_of))
        put("p_base", periods.base)
        put("p_anchor", periods.anchor)
        put("p_last", periods.count - 1)
        for number, calendar in enumerate(term.calendars):
            if calendar is not None:
                slot = calendar_of[id(a.contract), term.version, calendar]
                for name in ("base", "anchor", "length", "day_base"):
                    put(f"c{number}_{name}", getattr(slot, name))
                put(f"c{number}_last", slot.count - 1)
                put(f"c{number}_last_day", slot.day_count - 1)
        for number, measure in enumerate(term.measures):
            if measure.count.function is not None:
                put(f"m{number}_function", measure.count.function)
            if isinstance(measure.kept_when, Within):
                for at, key in enumerate(shape.measures[number].limits):
                    limit = measure.kept_when.within[key]
                    put(f"m{number}_limit_{at}", limit.days or limit.seconds)
            for name, bound in zip(("low", "high"), value_bounds(measure) if measure.value else (), strict=False):
                if bound is not None:
                    put(f"m{number}_{name}", bound)
    return pa.table({name: pa.array(values, _arrow_type(values[0])) for name, values in rows.items()})


def value_bounds(measure: Measure) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper bound of a value's target, in seconds or in the unit of the column; None where there is none."""
    target = measure.target
    assert target is not None
    bounds = [_decimal(bound.value) for bound in target.bounds]
    if target.kind == "at_least":
        return bounds[0], None
    return (None, bounds[0]) if target.kind == "at_most" else (bounds[0], bounds[1])


def _has_bounds(measure: Measure) -> tuple[bool, bool]:
    if measure.value is None:
        return False, False
    low, high = value_bounds(measure)
    return low is not None, high is not None


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _arrow_type(value: object) -> pa.DataType:
    if isinstance(value, str):
        return pa.string()
    return VALUE if isinstance(value, Decimal) else pa.int64()


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
