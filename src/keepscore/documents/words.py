"""Numbers into finished words: percents, durations, dates, targets.

A shown figure is never rounded across its target: 91.96 % against 92 % is shown as 91.96 %, not as 92.0 %.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from keepscore.engine.results import MeasureResult, Period, Score

MINUS = "\u2212"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")


def count(number: int) -> str:
    """1396 is "1,396"."""
    return f"{number:,}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """1 is "1 record", 7 is "7 records"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: Iterable[str]) -> str:
    """"a", "a and b", "a, b and c"."""
    words = list(items)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def decimal(value: Fraction, places: int) -> str:
    """Half up, away from zero, with a real minus sign and thousands set apart by commas."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    sign = MINUS if value < 0 and whole else ""
    head, tail = divmod(whole, 10**places)
    return f"{sign}{head:,}" + (f".{tail:0{places}d}" if places else "")


def places_of(value: Fraction, most: int = 4) -> int:
    """How many decimals the figure has, at most `most`."""
    return next((n for n in range(most) if (value * 10**n).denominator == 1), most)


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


def amount(value: Fraction, unit: str, target: tuple[Fraction, ...] = ()) -> str:
    """A figure with its unit, with as many decimals as needed to stand on the right side of its target."""
    if unit == "s":
        return _apart_duration(value, target)
    factor, sign, places = 100, "%", percent_places(target)
    if unit != "%":
        factor, sign, places = 1, f" {unit}" if unit else "", _value_places(value, target)
    for more in range(places, 7):
        if not any(_crossed(value * factor, bound * factor, more) for bound in target):
            return decimal(value * factor, more) + sign
    return decimal(value * factor, 6) + sign


def step(difference: Fraction, unit: str, target: tuple[Fraction, ...] = ()) -> str:
    """A difference with its sign, as fine as the figures that it compares; shares differ by points, not by percent."""
    sign = "+" if difference > 0 else MINUS if difference < 0 else ""
    size = abs(difference)
    if unit == "s":
        return sign + duration(size)
    if unit == "%":
        return f"{sign}{decimal(size * 100, percent_places(target))} points"
    return f"{sign}{decimal(size, _value_places(size, target))}" + (f" {unit}" if unit else "")


def _value_places(value: Fraction, target: tuple[Fraction, ...]) -> int:
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


def against_text(measure: MeasureResult) -> str:
    """"84.7%, target 92%": number first, then what it is compared with."""
    target = target_text(measure)
    return value_text(measure) + (f", target {target}" if target and measure.value is not None else "")


def score_text(score: Score | None) -> str:
    """37 tenths are "3.7"; no score is a dash in words: "no score"."""
    return tenths(score.tenths) if score is not None else "no score"


def tenths(number: int) -> str:
    return f"{number // 10}.{number % 10}"


def day(at: date, *, year: bool = True) -> str:
    """30 September 2026."""
    return f"{at.day} {_MONTHS[at.month - 1]}" + (f" {at.year}" if year else "")


def moment(at: datetime) -> str:
    """13 October 2026, 08:12 UTC."""
    utc = at.astimezone(UTC)
    return f"{day(utc.date())}, {utc:%H:%M} UTC"


def month(key: str) -> str:
    """2026-07 is "July 2026"."""
    year, number = key.split("-")[:2]
    return f"{_MONTHS[int(number) - 1]} {year}"


def period_name(key: str) -> str:
    """2026-Q2 is "Q2 2026", 2026-03 is "March 2026", a span of days is "1 July 2026 to 30 September 2026"."""
    if ".." in key:
        return " to ".join(day(date.fromisoformat(part)) for part in key.split(".."))
    year, _, part = key.partition("-")
    return key if not part else month(key) if part.isdigit() else f"{part} {year}"


def dates(period: Period) -> str:
    """"1 July to 30 September", with years where the label does not say them once for both."""
    last = period.end - timedelta(days=1)
    once = period.start.year == last.year and str(last.year) in period.label
    if period.start == last:
        return day(last, year=not once)
    return f"{day(period.start, year=not once and period.start.year != last.year)} to {day(last, year=not once)}"


def period_text(period: Period) -> str:
    """"Q3 2026: 1 July to 30 September"; a period that is named by its dates is not said twice."""
    if ".." in period.key:
        return f"{day(period.start, year=period.start.year != period.end.year)} to {day(period.end - timedelta(days=1))}"
    return f"{period.label}: {dates(period)}"


def groups_of_eight(digest: str) -> tuple[str, ...]:
    """A digest in lines of four groups of eight characters, so that people can compare it by eye."""
    parts = [digest[at:at + 8] for at in range(0, len(digest), 8)]
    return tuple(" ".join(parts[at:at + 4]) for at in range(0, len(parts), 4))
