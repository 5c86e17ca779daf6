"""Checks of one measure: one rule, a target that fits it, a curve where one is needed, conditions that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from keepscore.engine.contract.conditions import ConditionError, parse
from keepscore.engine.contract.look import inside, maps
from keepscore.engine.contract.model import Fault, Measure, Target, Within
from keepscore.engine.contract.places import Path, fault, place
from keepscore.engine.contract.quantities import Quantity
from keepscore.engine.contract.text import Map, shown

RULES = ("kept_when", "value", "availability", "reported", "fact")
_WRITE = {"%": "a percent between 0% and 100%, such as 92%", "s": "a duration, such as 6h", "": "a plain number, such as 4.2"}


def check_measure(tree: Map, path: Path, written: Map, measure: Measure | None) -> Iterator[Fault]:
    """Faults of one measure; `measure` is None where its shape has faults, and then only its conditions are read."""
    yield from _conditions(tree, path, written)
    given = [rule for rule in RULES if written.get(rule) is not None]
    if len(given) != 1:
        wanted = "a measure has exactly one of " + ", ".join(RULES)
        yield fault(tree, (*path, given[1]) if given else path, wanted, found=" and ".join(given) or "none of them")
    elif measure is not None:
        yield from _limits(tree, path, measure)
        yield from _amounts(tree, path, measure)


def _conditions(tree: Map, path: Path, written: Map) -> Iterator[Fault]:
    texts: list[tuple[Path, object]] = [(("count", "where"), inside(written, "count", "where")), (("kept_when",), written.get("kept_when"))]
    texts += [(("leave_out", index, "where"), rule.get("where")) for index, rule in maps(written, "leave_out")]
    for steps, text in texts:
        problem = _problem(text) if isinstance(text, str) else None
        if problem:
            yield fault(tree, (*path, *steps), problem)


@lru_cache(maxsize=65536)
def _problem(text: str) -> str | None:
    try:
        parse(text)
    except ConditionError as error:
        return f"at character {error.position}, {error.message}"
    return None


def _limits(tree: Map, path: Path, measure: Measure) -> Iterator[Fault]:
    rule = measure.kept_when
    if isinstance(rule, Within) and rule.by is None and set(rule.within) != {"default"}:
        limits = ", ".join(key for key in rule.within if key != "default")
        yield fault(
            tree, (*path, "kept_when", "by"), f"name the column whose values are {shown(limits)}, such as by: priority", found="nothing"
        )


def unit_of(measure: Measure) -> str:
    """The unit that a measure's value has: "%", "s" (seconds) or "" (a number)."""
    if measure.kind in ("share", "availability"):
        return "%"
    if measure.value is not None:
        return "s" if measure.value.of == "elapsed" else ""
    return "%" if measure.reported is not None and measure.reported.unit == "%" else ""


def _amounts(tree: Map, path: Path, measure: Measure) -> Iterator[Fault]:
    if measure.kind == "fact":
        for key in ("target", "curve", "credit"):
            if getattr(measure, key) is not None:
                yield fault(tree, (*path, key), f"a fact scores 1 + 4k/n and has no {key}; remove it", found=key)
        return
    if measure.target is None:
        yield fault(tree, (*path, "target"), "target is needed: a map such as {at_least: 92%}", found="nothing")
        return
    unit = unit_of(measure)
    misfits = [*_target_units(tree, (*path, "target"), measure.target, unit), *_credit_units(tree, path, measure, unit)]
    yield from misfits
    if measure.curve is not None:
        yield from _curve(tree, (*path, "curve"), measure, unit)
    elif not misfits and (reason := _needs_curve(measure.target, unit)):
        example = "{5: 3h, 4: 6h, 1: 15h}" if unit == "s" else "{5: 100%, 4: 99%, 1: 95%}" if unit == "%" else "{5: 90, 4: 80, 1: 50}"
        yield fault(tree, (*path, "curve"), f"{reason} needs a curve of points from score to value, such as {example}", found="nothing")


def _fits(amount: Quantity, unit: str) -> bool:
    return amount.unit == unit and (unit != "%" or 0 <= amount.value <= 1)


def _target_units(tree: Map, path: Path, target: Target, unit: str) -> Iterator[Fault]:
    for index, bound in enumerate(target.bounds):
        here = (*path, target.kind, index) if target.between else (*path, target.kind)
        if not _fits(bound, unit):
            yield fault(tree, here, f"this measure's target is {_WRITE[unit]}")
    if target.between and target.between[0].value >= target.between[1].value:
        yield fault(tree, (*path, "between"), "write the lower bound first, then the higher one", found=_pair(tree, (*path, "between")))


def _pair(tree: Map, path: Path) -> str:
    return shown(", ".join(map(str, place(tree, path).value)))


def _credit_units(tree: Map, path: Path, measure: Measure, unit: str) -> Iterator[Fault]:
    if measure.credit is None:
        return
    for index, tier in enumerate(measure.credit.tiers):
        if not _fits(tier.below, unit):
            yield fault(tree, (*path, "credit", "tiers", index, "below"), f"this measure's tiers are {_WRITE[unit]}")
    back = measure.credit.earn_back
    if back is not None and not _fits(back.at_least, unit):
        yield fault(tree, (*path, "credit", "earn_back", "at_least"), f"this measure's earn-back is {_WRITE[unit]}")


def _needs_curve(target: Target, unit: str) -> str | None:
    """Why no score can be read off the target alone: there is no allowance to divide by, or no side to measure from."""
    if target.between:
        return "a two-sided target (0 inside the bounds, else the distance outside them)"
    bound = target.bounds[0].value
    if unit == "%":
        return f"a target of {'100' if bound else '0'} %" if bound in (0, 1) else None
    if target.at_least:
        return "an at_least target on a value that is not a share"
    return "a target that is not above 0" if bound <= 0 else None


def _curve(tree: Map, path: Path, measure: Measure, unit: str) -> Iterator[Fault]:
    curve, target = measure.curve or {}, measure.target
    written = place(tree, path).value
    misfits = [key for key in written if not _fits(curve[Fraction(key)], unit)]
    for key in misfits:
        yield fault(tree, (*path, key), f"the values of this curve are each {_WRITE[unit]}")
    if misfits:
        return
    if len(curve) < 2 or len(curve) < len(written):
        yield fault(tree, path, "a curve has at least two points, each with a score of its own", found=shown(written))
        return
    values = [curve[score].value for score in sorted(curve, reverse=True)]      # from the best score down
    better_is_more = target is not None and target.at_least is not None
    if not all(a > b if better_is_more else a < b for a, b in pairwise(values)):
        direction = "fall" if better_is_more else "rise"
        of = "distance outside the bounds" if target is not None and target.between else "value"
        points = ", ".join(f"{key}: {value}" for key, value in written.items())
        yield fault(tree, path, f"from the best score to the worst the {of} has to {direction} at every point", found=shown(points))
