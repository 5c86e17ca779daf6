"""Measured figures as people read them: percents, durations, targets. The digits of a frozen text are checked with these.

A shown figure is never rounded across its target: 91.96 % against 92 % is shown as 91.96 %, not as 92.0 %.
What stands here is part of the bundle's format: a text frozen with one form of a figure must be made again in the same form.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from keepscore.engine.results import MeasureResult, Score

MINUS = "\u2212"


def count(number: int) -> str:
    """1396 is "1,396"."""
    return f"{number:,}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """1 is "1 record", 7 is "7 records"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def decimal(value: Fraction, places: int) -> str:
    """Half up, away from zero, with a real minus sign and thousands set apart by commas."""
    over, under = abs(value.numerator) * 10**places, value.denominator
    whole = (2 * over + under) // (2 * under)
    sign = MINUS if value < 0 and whole else ""
    head, tail = divmod(whole, 10**places)
    return f"{sign}{head:,}" + (f".{tail:0{places}d}" if places else "")


def places_of(value: Fraction, most: int = 4) -> int:
    """How many decimals the figure has, at most `most`."""
    return next((n for n in range(most) if 10**n % value.denominator == 0), most)


def percent_places(target: tuple[Fraction, ...]) -> int:
    """One decimal; two where the target has two, or allows less than one miss in a hundred."""
    own = max((places_of(bound * 100, 2) for bound in target), default=1)
    narrow = any(min(bound, 1 - bound) < Fraction(1, 100) for bound in target if 0 < bound < 1)
    return 2 if narrow or own == 2 else 1


def duration(seconds: Fraction | int) -> str:
    """18720 s is "5 h 12 min", 90 s is "1 min 30 s"; from an hour on rounded to minutes, never folded into days."""
    whole = int(Fraction(seconds) + Fraction(1, 2))
    if whole < 60:
        return f"{whole} s"
    minutes = (whole + 30) // 60 if whole >= 3600 else whole // 60
    if whole < 3600:
        rest = whole % 60
        return f"{minutes} min" + (f" {rest} s" if rest else "")
    hours, rest = divmod(minutes, 60)
    return f"{hours:,} h" + (f" {rest} min" if rest else "")


@lru_cache(maxsize=4096)      # a page says the same figure in its drawing, its table and its sentence
def amount(value: Fraction, unit: str, target: tuple[Fraction, ...] = ()) -> str:
    """A figure with its unit, with as many decimals as needed to stand on the right side of its target."""
    if unit == "s":
        return _apart_duration(value, target)
    factor, sign, places = 100, "%", percent_places(target)
    if unit != "%":
        factor, sign, places = 1, f" {unit}" if unit else "", value_places(value, target)
    for more in range(places, 7):
        if not any(_crossed(value * factor, bound * factor, more) for bound in target):
            return decimal(value * factor, more) + sign
    return decimal(value * factor, 6) + sign


def value_places(value: Fraction, target: tuple[Fraction, ...]) -> int:
    if value.denominator == 1 and all(bound.denominator == 1 for bound in target):
        return 0
    return max([1, *(places_of(bound, 2) for bound in target)])


def _crossed(value: Fraction, bound: Fraction, places: int) -> bool:
    return value != bound and decimal(value, places) == decimal(bound, places)


def _apart_duration(value: Fraction, target: tuple[Fraction, ...]) -> str:
    text = duration(value)
    if any(value != bound and text == duration(bound) for bound in target):
        hours, rest = divmod(int(value), 3600)
        return f"{hours:,} h {rest // 60} min {rest % 60} s" if hours else f"{rest // 60} min {rest % 60} s"
    return text


@lru_cache(maxsize=4096)
def bound_text(bound: Fraction, unit: str, target: tuple[Fraction, ...]) -> str:
    """A promised figure: whole percents without decimals, 99.90 % with the two it is measured in."""
    if unit == "s":
        return duration(bound)
    if unit == "%":
        places = 2 if percent_places(target) == 2 else places_of(bound * 100, 2)
        return decimal(bound * 100, places) + "%"
    return decimal(bound, places_of(bound, 2)) + (f" {unit}" if unit else "")


def value_text(measure: MeasureResult) -> str:
    """The measured figure, "3 of 5" for a fact, or why there is none."""
    if measure.value is None:
        return measure.no_score or "no records"
    if measure.kind == "fact":
        return f"{count(measure.value.numerator)} of {count(measure.value.denominator)}"
    return amount(measure.value.fraction, measure.unit, measure.target)


def target_text(measure: MeasureResult) -> str:
    """"92%", "at most 4%", "30% to 40%", or nothing for a fact."""
    bounds = [bound_text(bound, measure.unit, measure.target) for bound in measure.target]
    if measure.target_kind == "between":
        return f"{bounds[0]} to {bounds[1]}"
    at_most = measure.target_kind == "at_most" and "at most" not in measure.name.lower()
    return ("at most " if at_most else "") + bounds[0] if bounds else ""


def score_text(score: Score | None) -> str:
    """37 tenths are "3.7"; no score is a dash in words: "no score"."""
    return tenths(score.tenths) if score is not None else "no score"


def tenths(number: int) -> str:
    return f"{number // 10}.{number % 10}"
