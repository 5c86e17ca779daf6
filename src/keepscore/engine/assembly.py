"""Scorecards from what a run found: measures, areas, work, explanation, warnings, and the history beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import keepscore
from keepscore.engine.backend.passes import open_records
from keepscore.engine.backend.scheme import Scheme
from keepscore.engine.backend.terms import Assignment
from keepscore.engine.backend.work import Work
from keepscore.engine.clock.public_holidays import holidays_version
from keepscore.engine.clock.zones import tzdata_version
from keepscore.engine.contract import definition_digest
from keepscore.engine.explaining import explain_volume, find_offers
from keepscore.engine.measuring import LAST_SECOND, At, measure_result
from keepscore.engine.prepare import NothingToScore, ServiceDays, day_at, version_number
from keepscore.engine.results import (
    EarlyWarning,
    Engine,
    FunctionResult,
    MeasureResult,
    Names,
    Past,
    PastMeasure,
    Scorecard,
)
from keepscore.engine.run import Found, Run
from keepscore.engine.scoring import Tally, allowance
from keepscore.engine.trend import trend
from keepscore.engine.volume import planned_effort_minutes, planned_volume
from keepscore.engine.warning import warn

MOST_DECIDING = 20


def scorecards(run: Run) -> list[Scorecard]:
    """A scorecard for every assignment with a version in force on the last day of the period, in order."""
    current = in_force(run)
    found = run.find()
    days = ServiceDays(run.calendars)
    results = {(at.assignment.index, m.key): measure_result(found, at, m, run.calendars) for at in current for m in at.version.measures}
    for key, explanation in explain_volume(run, find_offers(run, found, current, days), results).items():
        results[key] = replace(results[key], at_planned_volume=explanation)
    warnings = _warnings(run, current, results, days)
    engine = Engine(keepscore.__version__, tzdata_version(), holidays_version(), run.table.digest)
    digests: dict[int, str] = {}
    cards: list[Scorecard] = []
    for at in current:
        measures = tuple(results[at.assignment.index, m.key] for m in at.version.measures)
        contract = at.assignment.contract
        if id(contract) not in digests:
            digests[id(contract)] = definition_digest(contract)
        tally = Tally(measures, at.version.scorecard)
        sources = _sources(run, found, at)
        card = Scorecard(
            client=Names(at.assignment.client.key, at.assignment.client.name),
            contract=contract.contract,
            vendor=contract.vendor,
            sample=contract.sample,
            currency=contract.currency,
            period=at.period,
            as_of=at.as_of,
            complete_to=sources,
            complete=bool(sources) and all(moment >= at.period.end_at for moment in sources.values()),
            definition=digests[id(contract)],
            version_from=at.version.from_,
            engine=engine,
            measures=measures,
            functions=_functions(found, at, days),
            areas=tally.areas,
            total=tally.total,
            waterfall=tally.waterfall,
            ceilings=tuple(tally.ceilings),
            warnings=warnings.get(at.assignment.index, ()),
            history=(),
        )
        cards.append(assemble(card, _history(run, found, at.assignment)))
    return cards


def in_force(run: Run) -> list[At]:
    """Every assignment with a version in force on the last day of the period that is scored, in order."""
    current = [at for a in run.job.assignments if (at := _at(run, a, run.job.schemes[a.scheme].current)) is not None]
    if not current:
        first = min(a.contract.versions[0].from_ for a in run.job.assignments)
        raise NothingToScore(f"no contract version is in force at the end of the period; the first one begins on {first}")
    return current


def assemble(scorecard: Scorecard, history: Sequence[Past]) -> Scorecard:
    """The scorecard with earlier periods beside it: trends against the period before and the same one last year."""
    previous = next((p for p in history if p.period.end == scorecard.period.start), None)
    last_year = next((p for p in history if p.period.start == _year_before(scorecard.period.start)), None)
    measures = tuple(replace(m, trend=trend(m, previous=previous, last_year=last_year)) for m in scorecard.measures)
    return replace(scorecard, measures=measures, history=tuple(history))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _at(run: Run, assignment: Assignment, index: int) -> At | None:
    scheme: Scheme = run.job.schemes[assignment.scheme]
    period = scheme.periods[index]
    number = version_number(assignment.contract, period.end - timedelta(days=1))
    if number is None:
        return None
    return At(assignment, index, period, assignment.contract.versions[number], number, scheme.as_of)


def _history(run: Run, found: Found, assignment: Assignment) -> list[Past]:
    """Earlier periods in which anything was measured, oldest first."""
    past: list[Past] = []
    for index in run.job.schemes[assignment.scheme].past:
        at = _at(run, assignment, index)
        if at is None:
            continue
        results = [measure_result(found, at, m, run.calendars) for m in at.version.measures]
        if not any(r.value is not None and (r.records or r.kind in ("reported", "fact")) for r in results):
            continue
        total = Tally(results, at.version.scorecard).total
        past.append(Past(at.period, total.score.tenths if total.score else None, total.grade, {r.key: _past(r) for r in results}))
    return past


def _past(r: MeasureResult) -> PastMeasure:
    return PastMeasure(r.kept, r.missed, r.value, r.score.tenths if r.score else None)


def _functions(found: Found, at: At, days: ServiceDays) -> tuple[FunctionResult, ...]:
    contract, zone = at.assignment.contract, at.assignment.client.timezone
    results: list[FunctionResult] = []
    for function in at.version.functions:
        work = found.work.get((at.assignment.index, at.index, function.key), Work())
        test = days.test(contract, at.number, function.calendar, zone)
        span = (at.period.start, at.period.end)
        results.append(
            FunctionResult(
                key=function.key,
                name=function.name,
                volume=work.volume,
                out_of_scope=work.out_of_scope,
                planned_volume=planned_volume(function, *span, service_day=test, year_starts=contract.year_starts),
                effort_minutes=work.minutes,
                out_of_scope_minutes=work.out_of_scope_minutes,
                planned_effort_minutes=planned_effort_minutes(function, *span, service_day=test, year_starts=contract.year_starts),
            )
        )
    return tuple(results)


def _sources(run: Run, found: Found, at: At) -> dict[str, datetime]:
    complete = run.tables.complete_to
    if len(complete) <= 1:
        return dict(complete)
    own = found.sources.get(at.assignment.client.key, set())
    return {source: moment for source, moment in sorted(complete.items()) if source in own}


def _warnings(
    run: Run, current: Sequence[At], results: dict[tuple[int, str], MeasureResult], days: ServiceDays
) -> dict[int, tuple[EarlyWarning, ...]]:
    """Warnings of periods that are not over, with the open records that would decide them."""
    raised: dict[tuple[int, str], EarlyWarning] = {}
    for at in current:
        if at.as_of + LAST_SECOND >= at.period.end_at:
            continue
        for measure in at.version.measures:
            warning = _warn(at, measure.key, results, days)
            if warning is not None:
                raised[at.assignment.index, measure.key] = warning
    deciding = _deciding(run, {i for i, _ in raised}, {key for _, key in raised})
    by_assignment: dict[int, list[EarlyWarning]] = {}
    for (index, key), warning in raised.items():
        by_assignment.setdefault(index, []).append(replace(warning, deciding=tuple(deciding.get((index, key), ())[:MOST_DECIDING])))
    return {index: tuple(warnings) for index, warnings in by_assignment.items()}


def _warn(at: At, key: str, results: dict[tuple[int, str], MeasureResult], days: ServiceDays) -> EarlyWarning | None:
    measure = next(m for m in at.version.measures if m.key == key)
    if measure.kind != "share" or measure.target is None or measure.target.between:
        return None
    function = next((f for f in at.version.functions if f.key == measure.count.function), None)
    contract, zone = at.assignment.contract, at.assignment.client.timezone
    test = days.test(contract, at.number, function.calendar if function else None, zone)
    span = [at.period.start + timedelta(days=n) for n in range((at.period.end - at.period.start).days)]
    service = [day for day in span if test(day)]
    gone = sum(day <= day_at(at.as_of, zone) for day in service)
    return warn(results[at.assignment.index, key], allowance=allowance(measure.target), days=service, gone=gone, deciding=())


def _deciding(run: Run, indices: set[int], keys: set[str]) -> dict[tuple[int, str], list[str]]:
    """Open records of the warned measures, the one next to its limit first."""
    if not keys:
        return {}
    found: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for rows, terms in run.built:
        for j in range(len(rows.shape.measures)):
            names = {t.assignment.index: t.measures[j].key for t in terms if t.assignment.index in indices and t.measures[j].key in keys}
            if not names:
                continue
            for row in open_records(rows, j, list(names)):
                left = row["limit"] - row["value"] if row["limit"] is not None else (row["due_at"] or 1 << 60)
                found.setdefault((row["i"], names[row["i"]]), []).append((left, row["reference"]))
    return {key: [reference for _, reference in sorted(rows)] for key, rows in found.items()}
