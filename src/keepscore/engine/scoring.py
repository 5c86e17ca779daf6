"""From a value and its target to a score 1 to 5, and from scores to areas, total, grade and waterfall.

Everything is an exact fraction until the one rounding, half up, to tenths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal

from keepscore.engine.contract.model import Area, Measure, ScorecardTerms, SubArea, Target
from keepscore.engine.remember import ByIdentity
from keepscore.engine.results import AreaResult, Bar, MeasureResult, Score, SubAreaResult, Total

BEST, AT_TARGET, WORST = Fraction(5), Fraction(4), Fraction(1)
WIDE_ALLOWANCE = Fraction(1, 4)  # above it one more step per allowance would leave the scale before all is missed


def rounded(exact: Fraction) -> Score:
    """A score with its tenths, rounded half up: the whole part of 10n/d + 1/2."""
    n, d = exact.numerator, exact.denominator
    return Score(exact, (20 * n + d) // (2 * d))


def is_met(value: Fraction, target: Target) -> bool:
    """Whether a value is at the target or on its good side; the exact target is met."""
    if target.at_least is not None:
        return _reaches(value, target.at_least.value)
    if target.at_most is not None:
        return _reaches(target.at_most.value, value)
    low, high = target.bounds
    return low.value <= value <= high.value


def _reaches(value: Fraction, least: Fraction) -> bool:
    """value >= least, without asking first what kinds of number they are."""
    return value.numerator * least.denominator >= least.numerator * value.denominator


def _allowance(target: Target) -> Fraction:
    """The share of records that may be missed: 1 - T for "at least", T itself for "at most"."""
    if target.at_least is not None:
        return 1 - target.at_least.value
    assert target.at_most is not None, "a two-sided target has no allowance"
    return target.at_most.value


allowance = ByIdentity(_allowance)


def score_share(missed: Fraction, allowed: Fraction) -> Fraction:
    """5 minus one step per allowance spent; nothing missed is 5, exactly the allowance is 4.

    With an allowance above 25 % the misses beyond it run straight from 4 to 1 at "all missed".
    `missed` and `allowed` are shares, 0 < allowed < 1.
    """
    top, whole = missed.numerator * allowed.denominator, missed.denominator * allowed.numerator  # missed / allowed
    if top > whole and allowed > WIDE_ALLOWANCE:
        return AT_TARGET - 3 * (missed - allowed) / (1 - allowed)
    if top >= 4 * whole:
        return WORST
    return BEST if top <= 0 else Fraction(5 * whole - top, whole)


def score_on_curve(value: Fraction, points: Iterable[tuple[Fraction, Fraction]]) -> Fraction:
    """Straight lines between points (value, score), flat beyond the first and the last."""
    ordered = sorted(points)
    if value <= ordered[0][0]:
        return ordered[0][1]
    for (x0, y0), (x1, y1) in pairwise(ordered):
        if value <= x1:
            return y1 if x1 == x0 else y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return ordered[-1][1]


def score_value(value: Fraction, measure: Measure, *, is_share: bool) -> Fraction:
    """The score of a measured value against the measure's target or curve.

    `value` is what is shown: kept share ("at least"), missed share ("at most"), seconds, or the figure.
    On a two-sided target the curve runs over the distance outside the band, 0 inside it.
    """
    target = measure.target
    assert target is not None
    if measure.curve is not None:
        points = [(amount.value, score) for score, amount in measure.curve.items()]
        return score_on_curve(_distance(value, target) if target.between else value, points)
    if is_share:
        missed = value if target.at_least is None else Fraction(value.denominator - value.numerator, value.denominator)
        return score_share(missed, allowance(target))
    assert target.at_most is not None, "the loader refuses other kinds without a curve"
    bound = target.at_most.value
    return score_on_curve(value, [(bound / 2, BEST), (bound, AT_TARGET), (bound * 5 / 2, WORST)])


def score_fact(k: Fraction, n: Fraction) -> Fraction:
    """k of n scores 1 + 4k/n; n above 0."""
    return WORST + 4 * min(k, n) / n


def grade_of(tenths: int, terms: ScorecardTerms) -> Literal["A", "B", "C", "D", "F"]:
    """The grade of a rounded score: the first cut-off that it reaches, else F."""
    grades: tuple[Literal["A", "B", "C", "D"], ...] = ("A", "B", "C", "D")
    for grade in grades:
        least: Fraction = getattr(terms.grades, grade)
        if tenths * least.denominator >= least.numerator * 10:
            return grade
    return "F"


def _distance(value: Fraction, target: Target) -> Fraction:
    low, high = (bound.value for bound in target.bounds)
    return max(Fraction(0), low - value, value - high)


def _mean(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Weighted mean of (value, weight); None where there is nothing to weigh.

    Whole numbers over one denominator for the values and one for the weights, which cancels: the fraction is reduced
    once, not at each step.
    """
    if len(pairs) < 2:
        return pairs[0][0] if pairs and pairs[0][1] else None
    values, weights = math.lcm(*(v.denominator for v, _ in pairs)), math.lcm(*(w.denominator for _, w in pairs))
    whole = [(v.numerator * (values // v.denominator), w.numerator * (weights // w.denominator)) for v, w in pairs]
    weight = sum(w for _, w in whole)
    return Fraction(sum(v * w for v, w in whole), values * weight) if weight else None


def _sum(items: Iterable[Fraction]) -> Fraction:
    """Their sum, reduced once."""
    parts = list(items)
    if len(parts) == 1:
        return parts[0]
    under = math.lcm(*(part.denominator for part in parts))
    return Fraction(sum(part.numerator * (under // part.denominator) for part in parts), under)


def _shares(terms: ScorecardTerms) -> Mapping[str, Fraction]:
    """What each sub-area weighs of all: its share of its area times that of the area."""
    all_areas = _sum(area.weight for area in terms.areas)
    shares: dict[str, Fraction] = {}
    for area in terms.areas:
        all_subs = _sum(sub.weight for sub in area.sub_areas)
        for sub in area.sub_areas:
            shares[sub.key] = shares.get(sub.key, Fraction(0)) + area.weight / all_areas * (sub.weight / all_subs)
    return shares


shares_of = ByIdentity(_shares)  # every period of a contract asks for the same ones


class Tally:
    """Adds measures up to sub-areas, areas and the total, keeping what each took from the 5."""

    def __init__(self, measures: Sequence[MeasureResult], terms: ScorecardTerms) -> None:
        self.terms = terms
        self.measures = measures
        self.by_sub_area: dict[str, list[MeasureResult]] = {}
        for measure in measures:
            self.by_sub_area.setdefault(measure.sub_area, []).append(measure)
        self.scored = {
            key: [(m, m.score.exact) for m in measures_ if m.score is not None] for key, measures_ in self.by_sub_area.items()
        }
        self.ceilings: list[str] = []
        self.areas = tuple(self._area(area) for area in terms.areas)
        self.total = self._total()

    def _scored(self, key: str) -> Sequence[tuple[MeasureResult, Fraction]]:
        """Measures of a sub-area that have a score, with that."""
        return self.scored.get(key, ())

    def _sub_area(self, sub: SubArea) -> SubAreaResult:
        mean = _mean([(exact, m.weight) for m, exact in self._scored(sub.key)])
        keys = tuple(m.key for m in self.by_sub_area.get(sub.key, ()))
        return SubAreaResult(sub.key, sub.name, sub.weight, None if mean is None else rounded(mean), keys)

    def _area(self, area: Area) -> AreaResult:
        subs = tuple(self._sub_area(sub) for sub in area.sub_areas)
        mean = _mean([(sub.score.exact, sub.weight) for sub in subs if sub.score])
        result = AreaResult(area.key, area.name, area.weight, None if mean is None else rounded(mean), None, subs)
        ceiling = self.terms.ceilings.critical_missed
        critical = [m.name for sub in subs for m, _ in self._scored(sub.key) if m.critical and m.met is False]
        if mean is None or not critical or mean <= ceiling:
            return result
        sentence = f"{area.name} is held at {_tenths(ceiling)}: critical measure missed ({', '.join(critical)})"
        self.ceilings.append(sentence)
        return replace(result, score=rounded(ceiling), ceiling=sentence)

    def _total(self) -> Total:
        met = sum(m.met is True for m in self.measures if m.score)
        missed = sum(m.met is False for m in self.measures if m.score)
        mean = _mean([(area.score.exact, area.weight) for area in self.areas if area.score])
        coverage = self._coverage()
        if mean is None:
            return Total(None, None, coverage, "no data", None, met, missed)
        sentence, ceiling = None, self.terms.ceilings.fewer_met_than_missed
        if met < missed and mean > ceiling:
            sentence = f"The total is held at {_tenths(ceiling)}: {met} targets met, {missed} missed"
            self.ceilings.append(sentence)
            mean = ceiling
        score = rounded(mean)
        needed = self.terms.enough_data.coverage
        if coverage < needed:
            too_little = f"coverage {_percent(coverage)}, {_percent(needed)} is needed for a grade"
            return Total(score, None, coverage, too_little, sentence, met, missed)
        return Total(score, grade_of(score.tenths, self.terms), coverage, None, sentence, met, missed)

    def _coverage(self) -> Fraction:
        """Weight with data of all weight, by nested weights: a measure's share of its sub-area, of its area, of all."""
        covered: list[Fraction] = []
        for key, share in shares_of(self.terms).items():
            everything, scored = self.by_sub_area.get(key, ()), self._scored(key)
            if scored and len(scored) == len(everything):
                covered.append(share)
            elif scored:
                covered.append(share * _sum(m.weight for m, _ in scored) / _sum(m.weight for m in everything))
        return _sum(covered)

    @cached_property
    def waterfall(self) -> tuple[Bar, ...]:
        """What each measure took from the 5, then what each ceiling took; adds up exactly to the total."""
        if self.total.score is None:
            return ()
        with_data = [area for area in self.areas if area.score]
        all_areas = sum((area.weight for area in with_data), Fraction(0))
        bars, holds = [], []
        running = BEST
        for area in with_data:
            assert area.score is not None
            share = area.weight / all_areas
            taken = Fraction(0)
            subs = [sub for sub in area.sub_areas if sub.score]
            all_subs = sum((sub.weight for sub in subs), Fraction(0))
            for sub in subs:
                scored = self._scored(sub.key)
                everything = sum((m.weight for m, _ in scored), Fraction(0))
                for measure, exact in scored:
                    amount = -(BEST - exact) * share * (sub.weight / all_subs) * (measure.weight / everything)
                    bars.append(Bar(measure.key, measure.name, amount))
                    taken += amount
            if area.ceiling:
                holds.append(Bar(f"ceiling:{area.key}", area.ceiling, (area.score.exact - BEST) * share - taken))
            running += (area.score.exact - BEST) * share
        if self.total.ceiling:
            holds.append(Bar("ceiling:total", self.total.ceiling, self.total.score.exact - running))
        return (*bars, *holds)


def _tenths(value: Fraction) -> str:
    tenths = rounded(value).tenths
    return f"{tenths // 10}.{tenths % 10}"


def _percent(value: Fraction) -> str:
    return f"{math.floor(value * 100)}%"
