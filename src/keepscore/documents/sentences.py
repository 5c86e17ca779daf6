"""Findings made by rule from the results: the same result always gives the same words.

A target is met or missed; a record is kept or missed. Misses come first, and no remedy is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from keepscore.documents import words
from keepscore.documents.parts import Item, Outcome
from keepscore.engine.results import Change, EarlyWarning, Group, MeasureResult, Scorecard, SubAreaResult
from keepscore.engine.saying import Figure, say, say_many

STRONG = 40             # tenths: exactly the allowance, or better


def outcome(measure: MeasureResult) -> Outcome:
    """A measure without enough records is not judged, whatever its few records say."""
    if measure.met is None or measure.value is None or measure.score is None:
        return "not judged"
    return "met" if measure.met else "missed"


def outcome_word(measure: MeasureResult) -> str:
    judged = outcome(measure)
    if judged != "not judged":
        return judged
    return measure.no_score or ("no target" if measure.target_kind is None else "no records")


def worst_first(measures: list[MeasureResult]) -> list[MeasureResult]:
    """Lowest score first; among equals the critical one, then the heavier, then the contract's order."""
    return sorted(measures, key=lambda m: (m.score.exact if m.score else Fraction(9), not m.critical, -m.weight))


def finding(card: Scorecard) -> str:
    """What is strong and what was missed, with numbers, in one or two sentences."""
    judged = [m for m in card.measures if outcome(m) != "not judged"]
    missed = worst_first([m for m in judged if m.met is False])
    if not any(m.score for m in card.measures):
        return f"Nothing could be scored in {card.period.label}: {_why_nothing(card)}."
    not_over = "" if card.complete else f"{card.period.label} is not over."
    outcome_ = _missed(card, judged, missed) if missed else _all_met(card, judged)
    return " ".join(part for part in (not_over, _strongest(card), outcome_) if part)


def _why_nothing(card: Scorecard) -> str:
    reasons = list(dict.fromkeys(m.no_score for m in card.measures if m.no_score))
    return words.listed(reasons[:2]) or "the contract names no measure"


def _strongest(card: Scorecard) -> str:
    scored = [sub for area in card.areas for sub in area.sub_areas if sub.score is not None and not _holds_a_miss(card, sub)]
    best = max(scored, key=lambda sub: sub.score.exact if sub.score else Fraction(0), default=None)
    if best is None or best.score is None or best.score.tenths < STRONG:
        return ""
    return f"{best.name} is strong at {words.tenths(best.score.tenths)}."


def _holds_a_miss(card: Scorecard, sub: SubAreaResult) -> bool:
    return any(m.met is False for m in card.measures if m.key in sub.measures)


def _missed(card: Scorecard, judged: list[MeasureResult], missed: list[MeasureResult]) -> str:
    worst = missed[0]
    tail = f"{_short(worst.name)} ({words.against_text(worst)})"
    head = _all(len(judged)) if len(missed) == len(judged) else f"{len(missed)} of {len(judged)} targets"
    verb = {(True, True): "was", (True, False): "were", (False, True): "is", (False, False): "are"}[card.complete, len(missed) == 1]
    return f"{head} {verb} missed{'' if card.complete else ' so far'}{': ' if len(missed) == 1 else ', furthest: '}{tail}."


def _all(number: int) -> str:
    return {1: "The one target", 2: "Both targets"}.get(number, f"All {number} targets")


def _short(name: str) -> str:
    """A very long name must not push the figure out of the finding."""
    return name if len(name) <= 60 else name[:59].rpartition(" ")[0] + "\u2026"


def _all_met(card: Scorecard, judged: list[MeasureResult]) -> str:
    bad = [(m, g) for m in card.measures for g in bad_groups(m)]
    targets = f"{_all(len(judged))} {'was' if len(judged) == 1 else 'were'} met" if judged else "No target could be judged"
    if not bad:
        return f"{targets}."
    measure, group = bad[0]
    return f"{targets}, but an average hides {group_name(group)}: {group_share(measure, group)} in {_short(measure.name)}."


def shows(measures: list[MeasureResult]) -> tuple[str, str]:
    """What we can show for a sub-area, and the counts of records behind it."""
    if not measures:
        return "No measure yet.", ""
    told = [m for m in measures if m.value is not None and m.score is not None]
    untold = [m for m in measures if m not in told]
    ordered = worst_first([m for m in told if m.met is False]) + [m for m in told if m.met is not False]
    clauses = [_clause(m, alone=len(measures) == 1) for m in ordered]
    clauses += [f"{m.name}: {m.no_score or 'no records'}." for m in untold]
    judged = [m for m in told if m.met is not None]
    if len(judged) > 1:
        clauses.insert(0, f"{sum(m.met is True for m in judged)} of {len(judged)} targets met.")
    return " ".join(clauses), _evidence(ordered[0]) if len(ordered) == len(measures) == 1 else ""


def _clause(measure: MeasureResult, *, alone: bool) -> str:
    """One demonstrated action; among several each carries its own count of records."""
    figure, target = words.value_text(measure), words.target_text(measure)
    of = "" if alone or measure.kind != "share" else f" of {words.count(measure.kept + measure.missed)}"
    return f"{measure.name}: {figure}{of}" + (f", target {target}." if target else ".")


def _evidence(measure: MeasureResult) -> str:
    if measure.kind in ("share", "value"):
        return words.counted(measure.kept + measure.missed or measure.records, "record")
    if measure.kind == "availability" and measure.value is not None:
        return f"{words.duration(measure.value.denominator)} watched"
    return "reported" if measure.kind == "reported" else ""


def well(measures: list[MeasureResult]) -> list[Item]:
    """Targets met, best first, and what became better."""
    best = sorted((m for m in measures if outcome(m) == "met"), key=lambda m: -(m.score.exact if m.score else Fraction(0)))
    return [Item("", _went_well(m)) for m in best]


def _went_well(measure: MeasureResult) -> str:
    figure = words.against_text(measure)
    if measure.kind == "share" and measure.target_kind == "at_least":
        counted = words.counted(measure.kept + measure.missed, "record")
        figure = f"{words.count(measure.kept)} of {counted} kept, target {words.target_text(measure)}"
    before = measure.trend.previous if measure.trend else None
    better = f" Better than in {words.period_name(before.period)}." if before is not None and before.verdict == "better" else ""
    return f"{measure.name}: {figure}.{better}"


def missed(measures: list[MeasureResult]) -> list[Item]:
    """Targets missed, furthest first: how many, how many were allowed, and where most of them were."""
    return [_miss(m) for m in worst_first([m for m in measures if outcome(m) == "missed"])]


def _miss(measure: MeasureResult) -> Item:
    if measure.kind == "share":
        allowed = "" if measure.allowed_misses is None else f"{words.count(measure.allowed_misses)} allowed: "
        return Item(f"{words.counted(measure.missed, 'record')} missed,", f"{allowed}{measure.name}.{_most(measure)}")
    if measure.kind == "availability" and measure.value is not None and measure.target_kind == "at_least":
        down = measure.value.denominator - measure.value.numerator
        allowed_down = words.duration(int((1 - measure.target[0]) * measure.value.denominator))
        return Item(f"{words.duration(down)} down,", f"{allowed_down} allowed: {measure.name}.")
    return Item(f"{words.value_text(measure)},", f"target {words.target_text(measure)}: {measure.name}.")


def _most(measure: MeasureResult) -> str:
    """Where at least a third of the misses were, when there was more than one place."""
    most = max(measure.groups, key=lambda g: g.missed, default=None)
    places = sum(1 for g in measure.groups if most is not None and g.column == most.column)
    if most is None or places < 2 or 3 * most.missed < measure.missed:
        return ""
    return f" {words.count(most.missed)} of them in {group_name(most)}."


def bad_groups(measure: MeasureResult) -> list[Group]:
    """Groups that missed though the whole met its target, worst share first."""
    if not measure.met:
        return []
    bad = [g for g in measure.groups if g.met is False and g.kept + g.missed]
    return sorted(bad, key=lambda g: Fraction(g.kept, g.kept + g.missed))


def hidden(measures: list[MeasureResult]) -> list[Item]:
    """What an average hides: the target was met, a group missed it."""
    return [Item(f"An average hides {group_name(group)}:", f"{group_share(measure, group)}, {words.count(group.missed)} of "
                 f"{words.counted(group.kept + group.missed, 'record')} missed; {measure.name} as a whole met its target.")
            for measure in measures for group in bad_groups(measure)]


def group_name(group: Group) -> str:
    value = "blank" if group.value is None else group.value
    return value if value.lower().startswith(group.column.lower()) else f"{group.column.replace('_', ' ')} {value}"


def group_share(measure: MeasureResult, group: Group) -> str:
    """The group's share in the sense of its measure: kept, or missed for an "at most" share."""
    total = group.kept + group.missed
    if not total:
        return "no records"
    part = group.missed if measure.target_kind == "at_most" else group.kept
    return words.amount(Fraction(part, total), "%", measure.target)


def volume(card: Scorecard) -> str:
    """Whether volume explains the furthest miss for which the engine could ask; else the function furthest above its plan."""
    for measure in worst_first([m for m in card.measures if outcome(m) == "missed"]):
        if measure.at_planned_volume is not None:
            told = measure.at_planned_volume.sentence
            return f"{_short(measure.name)}: {told[:1].lower()}{told[1:]}"
    over = [f for f in card.functions if f.planned_volume and 20 * f.volume > 21 * f.planned_volume]
    if not over:
        return ""
    most = max(over, key=lambda f: Fraction(f.volume) / (f.planned_volume or 1))
    more = Fraction(most.volume) / (most.planned_volume or 1) - 1
    return f"{_short(most.name)}: work was {words.decimal(more * 100, 0)}% above plan."


def warning(raised: EarlyWarning) -> Item:
    """The warning's own sentence, with the measure's name set apart."""
    return Item(f"{raised.name}:", raised.sentence.removeprefix(f"{raised.name}: "))


def coverage(card: Scorecard) -> str:
    """Printed wherever it is below 100 %; cut down, so that 99.9 % is never called 100 %."""
    if card.total.coverage >= 1:
        return ""
    subs = [sub for area in card.areas for sub in area.sub_areas]
    without = sum(1 for sub in subs if sub.score is None)
    share = Figure(f"{int(card.total.coverage * 100)}%")
    if not without:
        return say("Coverage %(share)s of the weight.", share=share)
    return say_many("Coverage %(share)s of the weight: %(without)s of %(every)s sub-area had nothing to score.",
                    "Coverage %(share)s of the weight: %(without)s of %(every)s sub-areas had nothing to score.", len(subs),
                    share=share, without=Figure(words.count(without)), every=Figure(words.count(len(subs))))  # fmt: skip


def change(measure: MeasureResult) -> tuple[str, ...]:
    """Trend lines: better, worse or "No clear change" for shares; the difference alone for other kinds."""
    return tuple(_change(measure, c) for c in (measure.trend.previous, measure.trend.last_year) if c) if measure.trend else ()


def _change(measure: MeasureResult, change_: Change) -> str:
    unit = "%" if measure.kind == "fact" else measure.unit      # k of n differs by points, whatever is counted
    was = {"period": words.period_name(change_.period), "figure": Figure(words.amount(change_.value, unit, measure.target))}
    if change_.verdict is not None:
        return _VERDICTS[change_.verdict](was)
    step = words.step(change_.difference, unit, measure.target)
    if unit == "%":
        bare = Figure(step.removesuffix(" points"))
        return say("%(step)s points against %(period)s, when it was %(figure)s.", step=bare, **was)
    return say("%(step)s against %(period)s, when it was %(figure)s.", step=Figure(step), **was)


_VERDICTS: dict[str, Callable[[dict[str, str]], str]] = {
    "better": lambda was: say("Better against %(period)s, when it was %(figure)s.", **was),
    "worse": lambda was: say("Worse against %(period)s, when it was %(figure)s.", **was),
    "no clear change": lambda was: say("No clear change against %(period)s, when it was %(figure)s.", **was),
}
