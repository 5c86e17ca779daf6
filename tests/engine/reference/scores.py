"""From values to scores, areas, total, grade and waterfall, written from the rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from keepscore.engine.contract.model import Measure, Version

F = Fraction


def tenths(exact: Fraction) -> int:
    """Half up."""
    return int(exact * 10 + F(1, 2))


def met(measure: Measure, value: Fraction) -> bool:
    assert measure.target is not None
    bounds = [bound.value for bound in measure.target.bounds]
    return {"at_least": value >= bounds[0], "at_most": value <= bounds[0], "between": bounds[0] <= value <= bounds[-1]}[measure.target.kind]


def score(measure: Measure, value: Fraction, unit: str) -> Fraction:
    """1 to 5 of a value against its target."""
    if measure.kind == "fact":
        return 1 + 4 * min(value, F(1))
    assert measure.target is not None
    bounds = [bound.value for bound in measure.target.bounds]
    if measure.curve is not None:
        if measure.target.kind == "between":
            value = bounds[0] - value if value < bounds[0] else value - bounds[1] if value > bounds[1] else F(0)
        return _line(value, {amount.value: level for level, amount in measure.curve.items()})
    if measure.kind in ("share", "availability") or unit == "%":
        allowance = 1 - bounds[0] if measure.target.kind == "at_least" else bounds[0]
        missed = 1 - value if measure.target.kind == "at_least" else value
        if allowance > F(1, 4) and missed > allowance:
            return 4 - 3 * (missed - allowance) / (1 - allowance)
        return min(F(5), max(F(1), 5 - missed / allowance))
    target = bounds[0]
    return _line(value, {target / 2: F(5), target: F(4), target * F(5, 2): F(1)})


def _line(x: Fraction, points: Mapping[Fraction, Fraction]) -> Fraction:
    known = sorted(points)
    if x <= known[0]:
        return points[known[0]]
    if x >= known[-1]:
        return points[known[-1]]
    left, right = max(k for k in known if k <= x), min(k for k in known if k >= x)
    return points[left] if left == right else points[left] + (points[right] - points[left]) * (x - left) / (right - left)


def weigh(version: Version, results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Areas, total, coverage and waterfall of the measures' results; `results` holds score and met by measure key."""
    terms = version.scorecard
    areas: list[tuple[Fraction, Fraction]] = []
    kept_areas: dict[str, int | None] = {}
    parts: list[tuple[Fraction, str, Fraction, Fraction]] = []  # (weight of its area, key, share of its area, score)
    coverage, holds, bars = F(0), [], dict[str, Fraction]()
    for area in terms.areas:
        subs: list[tuple[Fraction, Fraction]] = []
        inside: list[tuple[Fraction, str, Fraction, Fraction]] = []
        critical = False
        for sub in area.sub_areas:
            mine = [m for m in version.measures if m.sub_area == sub.key]
            scored = [m for m in mine if results[m.key]["score"] is not None]
            if mine:
                share = _sum(m.weight for m in scored) / _sum(m.weight for m in mine)
                coverage += area.weight * sub.weight * share / _sum(a.weight for a in terms.areas) / _sum(s.weight for s in area.sub_areas)
            if scored:
                whole = _sum(m.weight for m in scored)
                subs.append((sub.weight, _sum(results[m.key]["score"] * m.weight for m in scored) / whole))
                inside += [(sub.weight, m.key, m.weight / whole, results[m.key]["score"]) for m in scored]
                critical = critical or any(m.critical and results[m.key]["met"] is False for m in scored)
        if not subs:
            kept_areas[area.key] = None
            continue
        all_subs = _sum(w for w, _ in subs)
        exact = _sum(w * s for w, s in subs) / all_subs
        parts += [(area.weight, key, weight / all_subs * share, value) for weight, key, share, value in inside]
        if critical and exact > terms.ceilings.critical_missed:
            holds.append((f"ceiling:{area.key}", area.weight, terms.ceilings.critical_missed - exact))
            exact = terms.ceilings.critical_missed
        areas.append((area.weight, exact))
        kept_areas[area.key] = tenths(exact)
    reached = [r["met"] for r in results.values() if r["score"] is not None]
    counts = {"met": reached.count(True), "missed": reached.count(False), "coverage": coverage, "areas": kept_areas}
    if not areas:
        return {**counts, "exact": None, "tenths": None, "grade": None, "bars": {}}
    everything = _sum(w for w, _ in areas)
    total = _sum(w * s for w, s in areas) / everything
    bars = {key: (value - 5) * share * weight / everything for weight, key, share, value in parts}
    bars |= {key: weight / everything * amount for key, weight, amount in holds}
    ceiling = terms.ceilings.fewer_met_than_missed
    if counts["met"] < counts["missed"] and total > ceiling:
        bars["ceiling:total"] = ceiling - total
        total = ceiling
    assert 5 + sum(bars.values()) == total
    shown = F(tenths(total), 10)
    grade = "F"
    for letter in ("D", "C", "B", "A"):
        grade = letter if shown >= getattr(terms.grades, letter) else grade
    enough = coverage >= terms.enough_data.coverage
    return {**counts, "exact": total, "tenths": tenths(total), "grade": grade if enough else None, "bars": bars}


def allowed_misses(measure: Measure, counted: int) -> int | None:
    """The most misses of so many records with which the target is still met."""
    assert measure.target is not None
    if measure.target.kind == "between":
        return None
    bound = measure.target.bounds[0].value
    return math.floor((1 - bound if measure.target.kind == "at_least" else bound) * counted)


def _sum(items: Any) -> Fraction:
    return sum(items, F(0))
