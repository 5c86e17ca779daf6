"""The full page behind the sheet: every measure with all its counts, work against plan, and the steps to the score."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from keepscore.documents import geometry, sentences, words
from keepscore.documents.parts import (
    AreaRows,
    BulletRow,
    FullMeasure,
    FullPage,
    FunctionRow,
    GroupRow,
    MonthRow,
    Notes,
    Outcome,
    Published,
    WaterfallRow,
)
from keepscore.engine.results import FunctionResult, Group, MeasureResult, MonthShare, Scorecard
from keepscore.engine.saying import Figure, say

_COUNTED_BY = {"opened": "its opening", "due": "its due moment", "resolved": "its resolution"}


def full_page(card: Scorecard, *, areas: tuple[AreaRows, ...], bullets: dict[str, BulletRow], published: Published | None,
              notes: Notes, actions: Mapping[str, str] = {}) -> FullPage:
    places = {sub.key: f"{area.name}, {sub.name}" for area in card.areas for sub in area.sub_areas}
    ordered = _misses_first(list(card.measures))
    return FullPage(
        measures=tuple(_measure(m, place=f"{places.get(m.sub_area, m.sub_area)}. {_terms(m)}", bullet=bullets.get(m.key)) for m in ordered),
        areas=areas,
        actions=tuple((sub.name, actions[sub.key]) for area in card.areas for sub in area.sub_areas if sub.key in actions),
        functions=function_rows(card.functions),
        waterfall=waterfall_rows(card),
        ceilings=card.ceilings,
        warnings=tuple(w.sentence for w in card.warnings),
        made=_made(card, published, notes),
    )


def _misses_first(measures: list[MeasureResult]) -> list[MeasureResult]:
    missed = [m for m in measures if sentences.outcome(m) == "missed"]
    return sentences.worst_first(missed) + [m for m in measures if m not in missed]


def _measure(measure: MeasureResult, *, place: str, bullet: BulletRow | None) -> FullMeasure:
    planned = measure.at_planned_volume
    return FullMeasure(
        name=measure.name,
        place=place,
        bullet=bullet,
        word=sentences.outcome_word(measure),
        value=words.value_text(measure),
        target=words.target_text(measure) or "no target",
        score=words.score_text(measure.score),
        facts=_facts(measure),
        left_out=tuple((item.reason, words.count(item.records)) for item in measure.left_out),
        unjudged=tuple((item.reason, words.count(item.records)) for item in measure.unjudged),
        trend=sentences.change(measure),
        groups=tuple(_group(measure, group) for group in measure.groups),
        volume=planned.sentence if planned else "",
        months=tuple(map(_month, planned.months)) if planned else (),
    )


def _facts(measure: MeasureResult) -> tuple[tuple[str, str], ...]:
    counts = [
        ("Records in", measure.records),
        ("Left out", sum(item.records for item in measure.left_out)),
        ("Kept", measure.kept),
        ("Missed", measure.missed),
        ("Open", measure.open),
        ("Cannot be judged", sum(item.records for item in measure.unjudged)),
    ]
    facts = [(label, words.count(number)) for label, number in counts] if measure.kind in ("share", "value") else []
    if measure.kind == "availability" and measure.value is not None:
        facts += [("Open time", words.duration(measure.value.denominator)), ("Time up", words.duration(measure.value.numerator))]
    if measure.allowed_misses is not None:
        facts.append(("Allowed misses", words.count(measure.allowed_misses)))
    if measure.longest is not None:
        down = measure.kind == "availability"       # its figure is a share, its longest outage is in seconds
        facts.append(("Longest outage", words.duration(measure.longest)) if down
                     else ("Longest", words.amount(Fraction(measure.longest), measure.unit)))
    return tuple(facts)


def _terms(measure: MeasureResult) -> str:
    weight = words.decimal(measure.weight, words.places_of(measure.weight, 2)) + (", critical" if measure.critical else "")
    counts = "" if measure.counted_by is None else f" A record counts by {_COUNTED_BY[measure.counted_by]}."
    return f"Weight {weight}.{counts}"


def _group(measure: MeasureResult, group: Group) -> GroupRow:
    judged: Outcome = "not judged" if group.met is None else "met" if group.met else "missed"
    return GroupRow(group.column.replace("_", " "), "blank" if group.value is None else group.value, sentences.group_share(measure, group),
                    f"{words.count(group.kept)} kept, {words.count(group.missed)} missed", judged)


def _month(share: MonthShare) -> MonthRow:
    def kept(part: int, missed: int) -> str:
        return f"{words.count(part)} of {words.count(part + missed)} kept" if part + missed else "none"

    return MonthRow(words.month(share.month), words.count(share.allowed), words.count(share.actual),
                    kept(share.inside_kept, share.inside_missed), kept(share.rest_kept, share.rest_missed))


def function_rows(functions: tuple[FunctionResult, ...]) -> tuple[FunctionRow, ...]:
    """Bars share one scale: the longest of all work and all plans."""
    totals = [Fraction(f.volume + f.out_of_scope) for f in functions]
    lengths = geometry.shares([*totals, *(f.planned_volume or Fraction(0) for f in functions)])
    return tuple(_function(f, lengths[place], lengths[len(functions) + place]) for place, f in enumerate(functions))


def _function(work: FunctionResult, bar: float, plan: float) -> FunctionRow:
    planned = "not planned" if work.planned_volume is None else words.decimal(work.planned_volume, 0)
    difference = _difference(Fraction(work.volume), work.planned_volume)
    total = work.volume + work.out_of_scope
    outside = words.counted(work.out_of_scope, "record") + f", {_hours(Fraction(work.out_of_scope_minutes))}"
    return FunctionRow(
        name=work.name,
        volume=words.count(work.volume),
        planned=planned,
        difference=difference,
        effort=_hours(Fraction(work.effort_minutes)),
        planned_effort="not planned" if work.planned_effort_minutes is None else _hours(work.planned_effort_minutes),
        effort_difference=_difference(Fraction(work.effort_minutes), work.planned_effort_minutes),
        out_of_scope=outside if work.out_of_scope else "",
        bar=bar,
        bar_outside=bar * work.out_of_scope / total if total else 0.0,
        plan_bar=None if work.planned_volume is None else plan,
        says=f"{work.name}: {words.counted(work.volume, 'record')}, plan {planned}" + (f", {difference}" if difference else ""),
    )


def _hours(minutes: Fraction) -> str:
    return f"{words.decimal(minutes / 60, 0)} h"


def _difference(actual: Fraction, planned: Fraction | None) -> str:
    if not planned:
        return ""
    text = words.decimal((actual / planned - 1) * 100, 0)
    return ("" if text.startswith(words.MINUS) or text == "0" else "+") + text + "%"


def waterfall_rows(card: Scorecard) -> tuple[WaterfallRow, ...]:
    """From 5 to the score; shown steps are shared out by largest remainder, so that they add up exactly."""
    if card.total.score is None:
        return ()
    amounts = [bar.amount for bar in card.waterfall]
    places = _places(Fraction(5) + sum(amounts, Fraction(0)), card.total.score.tenths)
    unit, missed = 10**places, {m.key for m in card.measures if m.met is False}
    rows, at = [WaterfallRow(say("Nothing missed"), words.decimal(Fraction(5), places), 0.0, 1.0, True, False)], Fraction(5)
    for bar, shown in zip(card.waterfall, shared_out(amounts, unit), strict=True):
        after = at + bar.amount
        rows.append(WaterfallRow(bar.name, words.decimal(Fraction(shown, unit), places), _scale(after), _scale(at), False,
                                 bar.key in missed or bar.key.startswith("ceiling:")))
        at = after
    total = Fraction(5) + Fraction(sum(shared_out(amounts, unit)), unit)
    name = say("Our score, shown as %(score)s", score=Figure(words.tenths(card.total.score.tenths)))
    return (*rows, WaterfallRow(name, words.decimal(total, places), 0.0, _scale(at), True, False))


def _places(exact: Fraction, tenths: int) -> int:
    """Two decimals; more where two would seem to round to another score: 3.547 is 3.5, but 3.55 would be 3.6."""
    def seems(places: int) -> int:
        return int(Fraction(int(exact * 10**places + Fraction(1, 2)), 10**places) * 10 + Fraction(1, 2))

    return next((places for places in range(2, 6) if seems(places) == tenths), 6)


def _scale(score: Fraction) -> float:
    return float(min(max((score - 1) / 4, Fraction(0)), Fraction(1)))


def shared_out(amounts: list[Fraction], unit: int) -> list[int]:
    """Amounts of 0 or below as whole parts of 1/unit whose sum is the rounded sum of all."""
    exact = [-amount * unit for amount in amounts]
    parts = [int(amount) for amount in exact]
    total = Fraction(5 * unit) - sum(exact, Fraction(0))
    short = 5 * unit - int(total + Fraction(1, 2)) - sum(parts)
    for at in sorted(range(len(exact)), key=lambda n: parts[n] - exact[n])[:short]:
        parts[at] += 1
    return [-part for part in parts]


def _made(card: Scorecard, published: Published | None, notes: Notes) -> tuple[tuple[str, str], ...]:
    made = [("Records seen up to", words.moment(card.as_of))]
    made += [(f"{source} is complete to", words.moment(at)) for source, at in card.complete_to.items()]
    made += [
        ("Period", words.period_text(card.period)),
        ("Contract", f"{card.contract}, the version in force from {words.day(card.version_from)}"),
        ("Contract digest", card.definition),
        ("Made with", f"Keepscore {card.engine.keepscore}, zone rules {card.engine.tzdata}, holidays {card.engine.holidays}"),
    ]
    if notes.grades is not None:
        made.append(("Grades", grades_text(notes)))
    if published is not None:
        made += [("Frozen", words.moment(published.at)), ("Digest", published.digest)]
    return tuple(made)


def grades_text(notes: Notes) -> str:
    """"A is 4.5 and up, B 3.5, C 2.5, D 1.5", or nothing where the cut-offs were not handed in."""
    if notes.grades is None:
        return ""

    def cut_off(value: Fraction) -> str:
        return words.decimal(value, max(words.places_of(value, 2), 1))

    g = notes.grades
    return f"A is {cut_off(g.A)} and up, B {cut_off(g.B)}, C {cut_off(g.C)}, D {cut_off(g.D)}"
