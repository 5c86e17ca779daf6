"""From what the passes found to one measure's result: its value, whether the target is met, its score."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from keepscore.engine.availability import uptime
from keepscore.engine.backend.passes import Count
from keepscore.engine.backend.terms import Assignment, counted_by
from keepscore.engine.contract.model import Measure, Version
from keepscore.engine.prepare import Calendars
from keepscore.engine.results import Group, LeftOut, MeasureResult, Period, Ratio, Score, Unjudged
from keepscore.engine.run import Found, Reported
from keepscore.engine.scoring import allowance, is_met, rounded, score_fact, score_value

PLANNED = "planned outage"
LAST_SECOND = timedelta(seconds=1)  # a period seen up to its last second is whole


@dataclass(frozen=True, slots=True)
class At:
    """Where a result belongs: an assignment, one of its periods, and the version in force on the period's last day."""

    assignment: Assignment
    index: int
    period: Period
    version: Version
    number: int
    as_of: datetime


def measure_result(found: Found, at: At, measure: Measure, calendars: Calendars) -> MeasureResult:
    """The result of one measure of one client and period, without trend and volume."""
    if measure.kind == "availability":
        return _available(found, at, measure, calendars)
    if measure.kind in ("reported", "fact"):
        return _reported(found, at, measure)
    count = found.counts.get((at.assignment.index, at.index, measure.key)) or Count()
    return _share(found, at, measure, count) if measure.kind == "share" else _value(found, at, measure, count)


def _share(found: Found, at: At, measure: Measure, count: Count) -> MeasureResult:
    counted = count.kept + count.missed
    target = measure.target
    assert target is not None
    shown = count.missed if target.at_most is not None else count.kept
    value = Ratio(shown, counted) if counted else None
    allowed = None if target.between else _part(allowance(target), counted)
    groups = _groups(found, at, measure)
    return _result(at, measure, count, value=value, unit="%", needs=counted, allowed=allowed, groups=groups)


def _part(share: Fraction, of: int) -> int:
    """The whole part of a share of a count."""
    return share.numerator * of // share.denominator


def _value(found: Found, at: At, measure: Measure, count: Count) -> MeasureResult:
    counted = count.kept + count.missed
    assert measure.value is not None
    figure: Fraction | None = None
    if counted and measure.value.mean:
        figure = count.total / counted
    elif counted:
        assert measure.value.percentile is not None
        figure = found.percentiles[(at.assignment.index, at.index, measure.key), measure.value.percentile]
    unit = "s" if measure.value.of == "elapsed" else ""
    value = None if figure is None else Ratio(figure.numerator, figure.denominator)
    longest = None if count.longest is None else math.floor(count.longest)
    return _result(at, measure, count, value=value, unit=unit, needs=counted, longest=longest)


def _available(found: Found, at: At, measure: Measure, calendars: Calendars) -> MeasureResult:
    terms = measure.availability
    assert terms is not None
    calendar = calendars.of(at.assignment.contract, at.number, terms.calendar, at.assignment.client.timezone)
    start, until, as_of = (int(moment.timestamp()) for moment in (at.period.start_at, at.period.end_at, at.as_of))
    end = max(until if as_of + 1 >= until else as_of, start)  # a period seen up to its last second is whole
    known = found.outages.get((at.assignment.client.key, terms.component))
    up = uptime(
        [outage for outage in known.touching(start, end) if outage.started_at <= as_of] if known else (),
        calendar=calendar,
        start=start,
        end=end,
        leave_planned_out=terms.planned == "left out",
    )
    count = Count(missed=up.outages)
    if up.planned:
        count.left_out[PLANNED] = up.planned
    return _result(
        at, measure, count, value=Ratio(up.up, up.open) if up.open else None, unit="%", longest=up.longest if up.outages else None
    )


def _reported(found: Found, at: At, measure: Measure) -> MeasureResult:
    inside = [
        r
        for r in found.values.get((at.assignment.client.key, measure.key), ())
        if at.period.start_at <= r.at < at.period.end_at and r.at <= at.as_of
    ]
    if measure.fact is not None:
        return _result(at, measure, Count(), value=_fact(inside), unit=measure.fact.unit)
    assert measure.reported is not None
    unit = measure.reported.unit
    figure = _taken(inside, measure.reported.take)
    if figure is None:
        return _result(at, measure, Count(), value=None, unit=unit)
    if unit == "%":
        figure /= 100
    return _result(at, measure, Count(), value=Ratio(figure.numerator, figure.denominator), unit=unit)


def _fact(inside: list[Reported]) -> Ratio | None:
    """The last k of n of the period; both counts as whole numbers over the same unit."""
    counted = [r for r in inside if r.of]
    if not counted:
        return None
    k, n = counted[-1].value, counted[-1].of or Fraction(1)
    scale = math.lcm(k.denominator, n.denominator)
    return Ratio(int(k * scale), int(n * scale))


def _taken(inside: list[Reported], take: str) -> Fraction | None:
    if not inside:
        return None
    if take == "last":
        return inside[-1].value
    whole = sum((r.value for r in inside), Fraction(0))
    return whole if take == "sum" else whole / len(inside)


def _groups(found: Found, at: At, measure: Measure) -> tuple[Group, ...]:
    if not measure.groups:
        return ()
    groups: list[Group] = []
    for column in measure.groups:
        rows = found.groups.get((at.assignment.index, measure.key, column), {})
        for value, (kept, missed) in sorted(rows.items(), key=lambda item: (item[0] is None, item[0] or "")):
            assert measure.target is not None
            shown = Fraction(missed if measure.target.at_most is not None else kept, kept + missed)
            groups.append(Group(column, value, kept, missed, is_met(shown, measure.target)))
    return tuple(groups)


def _result(
    at: At,
    measure: Measure,
    count: Count,
    *,
    value: Ratio | None,
    unit: str,
    needs: int | None = None,
    allowed: int | None = None,
    groups: tuple[Group, ...] = (),
    longest: int | None = None,
) -> MeasureResult:
    """`needs`: counted records to compare with the least number for a score; None where records are not the point."""
    least = at.version.scorecard.enough_data.records
    figure = value.fraction if value is not None else None
    score, why = _score(measure, value, figure, unit, needs, least)
    target = measure.target
    met = is_met(figure, target) if figure is not None and target is not None else None
    return MeasureResult(
        key=measure.key,
        name=measure.name,
        sub_area=measure.sub_area,
        kind=measure.kind,
        unit=unit,
        critical=measure.critical,
        weight=measure.weight,
        records=count.records,
        kept=count.kept,
        missed=count.missed,
        open=count.open,
        left_out=tuple(LeftOut(reason, n) for reason, n in sorted(count.left_out.items())),
        unjudged=tuple(Unjudged(reason, n) for reason, n in sorted(count.unjudged.items())),
        value=value,
        target_kind=target.kind if target else None,
        target=tuple(bound.value for bound in target.bounds) if target else (),
        met=met,
        allowed_misses=allowed,
        score=score,
        no_score=why,
        counted_by=counted_by(measure),  # type: ignore[arg-type]
        groups=groups,
        longest=longest,
    )


def _score(
    measure: Measure, value: Ratio | None, figure: Fraction | None, unit: str, needs: int | None, least: int
) -> tuple[Score | None, str | None]:
    """`figure` is the value as a fraction."""
    if value is None or figure is None:
        return None, "no value reported" if measure.kind in ("reported", "fact") else "no records"
    if needs is not None and needs < least:
        return None, f"too few records: {needs} of {least}"
    if measure.kind == "fact":
        return rounded(score_fact(Fraction(value.numerator), Fraction(value.denominator))), None
    is_share = measure.kind in ("share", "availability") or unit == "%"
    return rounded(score_value(figure, measure, is_share=is_share)), None
