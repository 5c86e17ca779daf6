"""Attainment at planned volume: what the result was inside the contracted volume. An explanation, never the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from keepscore.engine.backend.rows import Rows
from keepscore.engine.backend.terms import Assignment, counted_by
from keepscore.engine.backend.work import Coded, MonthSplit, WeekCount, Work, coded, coded_over, count_work, split_by_plan
from keepscore.engine.contract.model import Measure
from keepscore.engine.measuring import At
from keepscore.engine.prepare import ServiceDays, day_at, functions_by_key
from keepscore.engine.results import AtPlannedVolume, MeasureResult, MonthShare, Ratio, Week
from keepscore.engine.run import Found, Run
from keepscore.engine.scoring import is_met
from keepscore.engine.trend import difference_interval
from keepscore.engine.volume import allowed_by_month, planned_volume

CLEARLY_ABOVE = Fraction(21, 20)  # offered only where actual exceeds planned by more than 5 %
FIRST_WEEK = date(1969, 12, 29)
Verdict = Literal["explains", "does not explain", "cannot be told"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A measure whose function had clearly more work than planned."""

    at: At
    measure: Measure
    above: Fraction  # actual / planned
    allowed: dict[str, int]  # by month


def find_offers(run: Run, found: Found, current: Sequence[At], days: ServiceDays) -> list[Offer]:
    """Measures of a function whose volume exceeded its plan by more than 5 %, counted as the measure counts."""
    work: dict[str, dict[tuple[int, int, str], Work]] = {"opened": found.work}
    offers: list[Offer] = []
    for at in current:
        functions = functions_by_key(at.version)
        for measure in at.version.measures:
            function = functions.get(measure.count.function or "")
            if measure.kind != "share" or function is None or measure.target is None or measure.target.between:
                continue
            contract, zone = at.assignment.contract, at.assignment.client.timezone
            test = days.test(contract, at.number, function.calendar, zone)
            end = min(at.period.end, day_at(at.as_of, zone) + timedelta(days=1))
            planned = planned_volume(function, at.period.start, end, service_day=test, year_starts=contract.year_starts)
            if not planned:
                continue
            basis = counted_by(measure) or "opened"
            if basis not in work:
                work[basis] = count_work(run.bare(basis, [a.assignment for a in current], run.job.schemes))
            actual = work[basis].get((at.assignment.index, at.index, function.key), Work()).volume
            if actual > planned * CLEARLY_ABOVE:
                allowed = allowed_by_month(function, at.period.start, end, service_day=test, year_starts=contract.year_starts)
                offers.append(Offer(at, measure, Fraction(actual) / planned, allowed))
    return offers


def explain_volume(
    run: Run, offers: Sequence[Offer], results: dict[tuple[int, str], MeasureResult]
) -> dict[tuple[int, str], AtPlannedVolume]:
    """The figure inside the plan and for the rest, by (assignment, measure); one pass per shape and measure."""
    if not offers:
        return {}
    months = [scheme.months for scheme in run.job.schemes]
    by_key = {(o.at.assignment.index, o.measure.key): o for o in offers}
    explained: dict[tuple[int, str], AtPlannedVolume] = {}
    assignments = {o.at.assignment.index: o.at.assignment for o in offers}
    for key, parts in _parts(run, assignments).items():
        here = [offer for (_, name), offer in by_key.items() if name == key]
        if not here:
            continue
        allowed = [
            (o.at.assignment.index, p, str(o.measure.count.function), o.allowed.get(period.key, 0))
            for o in here
            for p, period in enumerate(months[o.at.assignment.scheme])
        ]
        for basis in sorted({counted_by(o.measure) or "opened" for o in here}):
            same = [o for o in here if counted_by(o.measure) == basis]
            table = _table(run, parts, [o.at.assignment for o in same], basis)
            wanted = {o.at.assignment.index for o in same}
            splits, weeks = split_by_plan(run.session, table, allowed=[a for a in allowed if a[0] in wanted], name=run.name("plan"))
            for offer in same:
                index = offer.at.assignment.index
                keys = [period.key for period in months[offer.at.assignment.scheme]]
                split = {keys[p]: value for (i, p), value in splits.items() if i == index}
                explained[index, key] = _explanation(offer, split, weeks.get(index, ()), results[index, key])
    return explained


Parts = list[tuple[Rows, int, list[int]]]  # rows, position of the measure, assignments (once for each version)


def _parts(run: Run, assignments: Mapping[int, Assignment]) -> dict[str, Parts]:
    """Where each measure's records are judged, by key: versions that differ in shape stand apart."""
    parts: dict[str, Parts] = {}
    for rows, terms in run.built:
        for j in range(len(rows.shape.measures)):
            members: dict[str, list[int]] = {}
            for term in (term for term in terms if term.assignment.index in assignments):
                members.setdefault(term.measures[j].key, []).append(term.assignment.index)
            for key, indices in members.items():
                parts.setdefault(key, []).append((rows, j, indices))
    return parts


def _table(run: Run, parts: Parts, assignments: Sequence[Assignment], basis: str) -> Coded:
    """The records with the measure's outcome; where one shape judges every version, its rows as they are."""
    rows, j, members = parts[0]
    if len(parts) == 1 and all(members.count(a.index) == len(a.contract.versions) for a in assignments):
        return coded(rows, j)
    return coded_over(run.bare(basis, assignments, run.job.schemes), parts)


def _explanation(offer: Offer, split: dict[str, MonthSplit], weeks: Sequence[WeekCount], result: MeasureResult) -> AtPlannedVolume:
    empty = MonthSplit(0, 0, 0, 0, 0)
    months = tuple(
        MonthShare(key, k, s.actual, s.inside_kept, s.inside_missed, s.rest_kept, s.rest_missed)
        for key, k in offer.allowed.items()
        for s in (split.get(key, empty),)
    )
    inside = (sum(m.inside_kept for m in months), sum(m.inside_missed for m in months))
    rest = (sum(m.rest_kept for m in months), sum(m.rest_missed for m in months))
    least = offer.at.version.scorecard.enough_data.records
    verdict, why = _verdict(offer.measure, inside, rest, result, least)
    above = (offer.above - 1) * 100
    sentence = f"Work was {int(above + Fraction(1, 2))}% above plan{_figures(offer.measure, inside, rest)} {why}"
    points = tuple(Week(FIRST_WEEK + timedelta(weeks=w.week), w.volume, w.kept, w.missed) for w in weeks)
    return AtPlannedVolume(verdict, sentence, _shown(offer.measure, *inside), _shown(offer.measure, *rest), months, points)


def _verdict(measure: Measure, inside: tuple[int, int], rest: tuple[int, int], result: MeasureResult, least: int) -> tuple[Verdict, str]:
    if result.met:
        return "does not explain", "The target was met at the full volume; there is nothing to explain."
    if sum(inside) < least or sum(rest) < least:
        return (
            "cannot be told",
            f"Whether volume is the reason cannot be told: {sum(inside)} records inside, {sum(rest)} beyond, {least} needed of each.",
        )
    low, _ = difference_interval(Ratio(inside[0], sum(inside)), Ratio(rest[0], sum(rest)))
    shown = _shown(measure, *inside)
    assert measure.target is not None
    assert shown is not None
    if not is_met(shown.fraction, measure.target):
        return "does not explain", "Volume does not explain the miss: the target was missed inside the plan too."
    if low <= 0:
        return "cannot be told", "Whether volume is the reason cannot be told: inside the plan and beyond it do not clearly differ."
    return "explains", "Volume explains the miss; the contract result stands."


def _figures(measure: Measure, inside: tuple[int, int], rest: tuple[int, int]) -> str:
    parts = [
        f"{_percent(_shown(measure, *pair))} {words}"
        for pair, words in ((inside, "inside the planned volume"), (rest, "beyond it"))
        if sum(pair)
    ]
    return ": " + ", ".join(parts) + "." if parts else "."


def _shown(measure: Measure, kept: int, missed: int) -> Ratio | None:
    if not kept + missed:
        return None
    assert measure.target is not None
    return Ratio(missed if measure.target.at_most is not None else kept, kept + missed)


def _percent(ratio: Ratio | None) -> str:
    tenths = int((ratio.fraction if ratio else Fraction(0)) * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"
