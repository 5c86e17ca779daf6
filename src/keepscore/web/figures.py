"""Measured figures, targets and counts in the reader's language; by the rules of `documents.words`, which writes those of scorecards.

Nothing that is frozen is written with these: a scorecard is checked in the form it was written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from keepscore.documents import words as english
from keepscore.documents.words import groups_of_eight, places_of
from keepscore.engine.results import MeasureResult, Period, Score
from keepscore.engine.saying import Figure
from keepscore.web.words import day_long, said, tenths

__all__ = [
    "against_text", "amount", "bare_step", "bound_text", "count", "counted", "dates", "decimal", "groups_of_eight", "listed", "month",
    "period_text", "places_of", "score_text", "step", "target_text", "tenths", "value_text", "why",
]  # fmt: skip
WHYS = (      # why the engine gives no score or no grade, with its figures taken out
    gettext_noop("no records"), gettext_noop("no value reported"), gettext_noop("no target"), gettext_noop("too few records: {} of {}"),
    gettext_noop("coverage {}, {} is needed for a grade"),
)  # fmt: skip
FIGURES = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


def count(number: int) -> str:
    return said(Figure(english.count(number)))


def counted(number: int) -> str:
    """1 record, 7 records."""
    return ngettext("%(number)s record", "%(number)s records", number) % {"number": count(number)}


def decimal(value: Fraction, places: int) -> str:
    return said(Figure(english.decimal(value, places)))


def amount(value: Fraction, unit: str, target: tuple[Fraction, ...] = ()) -> str:
    return said(Figure(english.amount(value, unit, target)))


def bound_text(bound: Fraction, unit: str, target: tuple[Fraction, ...]) -> str:
    return said(Figure(english.bound_text(bound, unit, target)))


def step(difference: Fraction, unit: str, target: tuple[Fraction, ...] = ()) -> str:
    """A difference with its sign; shares differ by points."""
    bare = bare_step(difference, unit, target)
    return _("%(number)s points") % {"number": bare} if unit == "%" else bare


def bare_step(difference: Fraction, unit: str, target: tuple[Fraction, ...] = ()) -> str:
    return said(Figure(english.step(difference, unit, target).removesuffix(" points")))


def score_text(score: Score | None) -> str:
    return tenths(score.tenths) if score is not None else _("no score")


def why(reason: str | None) -> str:
    """Why there is no figure."""
    if not reason:
        return _("no records")
    return _(FIGURES.sub("{}", reason)).format(*(said(Figure(found)) for found in FIGURES.findall(reason)))


def value_text(measure: MeasureResult) -> str:
    """The measured figure, "3 of 5" for a fact, or why there is none."""
    if measure.value is None:
        return why(measure.no_score)
    if measure.kind == "fact":
        return _("%(part)s of %(all)s") % {"part": count(measure.value.numerator), "all": count(measure.value.denominator)}
    return amount(measure.value.fraction, measure.unit, measure.target)


def target_text(measure: MeasureResult) -> str:
    """"92%", "at most 4%", "30% to 40%", or nothing for a fact."""
    bounds = [bound_text(bound, measure.unit, measure.target) for bound in measure.target]
    if measure.target_kind == "between":
        return _("%(low)s to %(high)s") % {"low": bounds[0], "high": bounds[1]}
    at_most = measure.target_kind == "at_most" and "at most" not in measure.name.lower()
    return _("at most %(bound)s") % {"bound": bounds[0]} if bounds and at_most else "".join(bounds[:1])


def against_text(measure: MeasureResult) -> str:
    """"84.7%, target 92%": number first, then what it is compared with."""
    target = target_text(measure)
    if not target or measure.value is None:
        return value_text(measure)
    return _("%(figure)s, target %(target)s") % {"figure": value_text(measure), "target": target}


def listed(words: Iterable[str]) -> str:
    """"a", "a and b", "a, b and c"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return _("%(some)s and %(last)s") % {"some": ", ".join(items[:-1]), "last": items[-1]}


def month(key: str) -> str:
    """2026-07 is "July 2026"."""
    year, number = key.split("-")[:2]
    return str(date_format(date(int(year), int(number), 1), pgettext("date format, month", "F Y")))


def dates(period: Period) -> str:
    """"1 July to 30 September", with years where the label does not say them once for both."""
    last = period.end - timedelta(days=1)
    once = period.start.year == last.year and str(last.year) in period.label
    if period.start == last:
        return _day(last, year=not once)
    return _span(_day(period.start, year=not once and period.start.year != last.year), _day(last, year=not once))


def period_text(period: Period) -> str:
    """"Q3 2026: 1 July to 30 September"; a period that is named by its dates is not said twice."""
    if ".." in period.key:
        return _span(_day(period.start, year=period.start.year != period.end.year), _day(period.end - timedelta(days=1), year=True))
    return f"{period.label}: {dates(period)}"


def _span(first: str, last: str) -> str:
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _day(at: date, *, year: bool) -> str:
    return day_long(at) if year else str(date_format(at, pgettext("date format, long without year", "j F")))
