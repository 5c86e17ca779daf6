"""A service calendar as a picture of its week, its hours in words, and the days of a year on which it does not open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from keepscore.documents.charts_weeks import OpenDay
from keepscore.engine.clock.public_holidays import public_holidays
from keepscore.engine.clock.terms import Ranges, Terms, read_terms
from keepscore.engine.contract.model import Hours
from keepscore.web import words

MONDAY = date(2024, 1, 1).toordinal()      # a Monday, to name weekdays by


@dataclass(frozen=True, slots=True)
class Week:
    key: str
    timezone: str
    days: tuple[OpenDay, ...]
    hours: tuple[tuple[str, str], ...]      # "Mon to Fri", "09:00 to 17:00"
    says: str
    holidays: str                           # where they come from
    closed: tuple[tuple[date, str], ...]    # this year's days that differ, with their hours where they open at all
    year: int


def week_of(key: str, hours: Hours, *, year: int) -> Week:
    terms = read_terms(hours.model_dump(mode="json", exclude_none=True))
    told = tuple((_span(first, last), ranges_text(terms.week[first])) for first, last in _runs(terms.week))
    says = _("Open hours of %(key)s: %(hours)s") % {"key": key, "hours": "; ".join(f"{days} {text}" for days, text in told)}
    return Week(key, terms.timezone, _days(terms.week), told, says, _holidays(terms), _differing(terms, year), year)


def weekday(number: int) -> str:
    """Mon, from 0."""
    return words.weekday(date.fromordinal(MONDAY + number))


def ranges_text(ranges: Ranges) -> str:
    """"09:00 to 12:00, 13:00 to 17:00", or closed."""
    to = _("%(opens)s to %(closes)s")
    return ", ".join(to % {"opens": _time(opens), "closes": _time(closes)} for opens, closes in ranges) or _("closed")


def _time(seconds: int) -> str:
    minutes = seconds // 60
    return f"{minutes // 60 if minutes <= 1440 else minutes // 60 - 24:02}:{minutes % 60:02}"


def _runs(week: tuple[Ranges, ...]) -> list[tuple[int, int]]:
    """First and last weekday of each run of days with the same hours."""
    runs: list[tuple[int, int]] = []
    for day in range(7):
        if runs and week[day] == week[runs[-1][0]]:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _span(first: int, last: int) -> str:
    if first == last:
        return weekday(first)
    return _("%(first)s to %(last)s") % {"first": weekday(first), "last": weekday(last)}


def _days(week: tuple[Ranges, ...]) -> tuple[OpenDay, ...]:
    """Hours past midnight are drawn on the day after."""
    minutes: list[list[tuple[int, int]]] = [[] for _day in range(7)]
    for day, ranges in enumerate(week):
        for opens, closes in ranges:
            minutes[day].append((opens // 60, min(closes, 86400) // 60))
            if closes > 86400:
                minutes[(day + 1) % 7].append((0, (closes - 86400) // 60))
    return tuple(OpenDay(weekday(day), tuple(sorted(found))) for day, found in enumerate(minutes))


def _holidays(terms: Terms) -> str:
    if terms.country:
        place = f"{terms.country}, {terms.subdivision}" if terms.subdivision else terms.country
        return _("Public holidays of %(place)s") % {"place": place}
    return _("Days listed in the contract") if terms.dates else _("No holidays: open on every weekday above")


def _differing(terms: Terms, year: int) -> tuple[tuple[date, str], ...]:
    """What an override says wins over a holiday, as in the engine."""
    found = dict.fromkeys(public_holidays(terms.country, terms.subdivision, year) if terms.country else (), "")
    found |= dict.fromkeys((day for day in terms.dates if day.year == year), "")
    found |= {day: ranges_text(ranges) if ranges else "" for day, ranges in terms.overrides if day.year == year}
    return tuple(sorted(found.items()))
