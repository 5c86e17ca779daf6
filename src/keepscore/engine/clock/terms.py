"""A calendar as agreed, read from its mapping into exact seconds of the day.

A range is (opens, closes) in seconds after local midnight of the day on which it opens; `closes` may pass 86400.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any

from keepscore.engine.clock.errors import CalendarError
from keepscore.engine.clock.public_holidays import check_country
from keepscore.engine.clock.zones import DAY, zone

Range = tuple[int, int]
Ranges = tuple[Range, ...]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NUMBER = {name: n for names in (WEEKDAYS, _LONG) for n, name in enumerate(names)}
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_RIGHT = "write ranges such as 08:00-12:30, 13:00-18:00, or closed"
_KEYS = ("timezone", "hours", "holidays", "overrides")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a calendar says. `week` starts on Monday; `dates` are holidays listed one by one."""

    timezone: str
    week: tuple[Ranges, ...]
    country: str | None = None
    subdivision: str | None = None
    dates: tuple[date, ...] = ()
    overrides: tuple[tuple[date, Ranges], ...] = ()

    def text(self) -> str:
        """One canonical text for one meaning; part of the calendar table's digest."""
        overrides = {day.isoformat(): ranges for day, ranges in self.overrides}
        dates = [day.isoformat() for day in self.dates]
        return json.dumps([self.timezone, self.week, self.country, self.subdivision, dates, overrides], sort_keys=True)


def read_terms(spec: Mapping[str, Any]) -> Terms:
    """Terms of a mapping with `timezone`, `hours`, `holidays`, `overrides`. Raises CalendarError."""
    unknown = [str(key) for key in spec if key not in _KEYS]
    if unknown:
        raise CalendarError(f"a calendar has no {unknown[0]!r}; it has {', '.join(_KEYS)}")
    if not isinstance(spec.get("timezone"), str):
        raise CalendarError("a calendar needs its timezone, such as Europe/London")
    country, subdivision, dates = _holidays(spec.get("holidays"))
    terms = Terms(timezone=zone(spec["timezone"]).key, week=_week(spec.get("hours")), country=country, subdivision=subdivision,
                  dates=dates, overrides=_overrides(spec.get("overrides")))
    _refuse_never_open(terms)
    return terms


def _refuse_never_open(terms: Terms) -> None:
    if not any(terms.week) and not any(ranges for _, ranges in terms.overrides):
        raise CalendarError('a calendar that never opens is of no use; give at least one range, such as mon-fri: "09:00-17:00"')


def _week(hours: Any) -> tuple[Ranges, ...]:
    if not isinstance(hours, Mapping):
        raise CalendarError(f'hours: found {_shown(hours)}; write weekdays and their ranges, such as mon-fri: "09:00-17:00"')
    week: dict[int, Ranges] = {}
    for key, value in hours.items():
        for number in _weekdays(key):
            if number in week:
                raise CalendarError(f"hours: {WEEKDAYS[number]} is given twice; name each weekday once")
            week[number] = _ranges(value, f"hours: {key}")
    return tuple(week.get(number, ()) for number in range(7))


def _weekdays(key: Any) -> list[int]:
    """Numbers of "mon", "mon-fri", "fri-mon" (over the weekend) or "mon, wed, fri-sun"."""
    found: list[int] = []
    for piece in str(key).lower().split(","):
        ends = [_DAY_NUMBER.get(name.strip()) for name in piece.split("-")]
        if None in ends or len(ends) > 2:
            raise CalendarError(f"hours: {_shown(key)} is no weekday; write mon to sun, a range (mon-fri) or a list (mon, wed)")
        first, last = int(ends[0] or 0), int(ends[-1] or 0)
        found.extend((first + step) % 7 for step in range((last - first) % 7 + 1))
    return found


def _ranges(value: Any, where: str) -> Ranges:
    """Ranges of text, of `closed`, or of a list of pairs; in order, those that touch or overlap made one."""
    if isinstance(value, str):
        if value.strip().lower() == "closed":
            return ()
        pairs: list[Any] = [piece.split("-") for piece in value.replace("–", "-").split(",")]
    elif isinstance(value, Sequence):
        pairs = list(value)
    else:
        raise CalendarError(f"{where}: found {_shown(value)}; {_RIGHT}")
    return _merged([_range(pair, where) for pair in pairs])


def _range(pair: Any, where: str) -> Range:
    if isinstance(pair, str):
        pair = pair.replace("–", "-").split("-")
    if not isinstance(pair, Sequence) or len(pair) != 2:
        raise CalendarError(f"{where}: found {_shown(pair)}; {_RIGHT}")
    opens, closes = (_second(text, where) for text in pair)
    if opens == closes:
        raise CalendarError(f"{where}: a range opens and closes at {_shown(pair[0])}; write 00:00-24:00 for the whole day")
    if opens == DAY:
        raise CalendarError(f"{where}: a range cannot open at 24:00; write 00:00 on the day after")
    return (opens, closes) if closes > opens else (opens, closes + DAY)


def _second(text: Any, where: str) -> int:
    """Seconds after midnight of 08:00, 8:00, 23:59:59 or 24:00."""
    if isinstance(text, time):
        text = text.isoformat("seconds")
    found = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise CalendarError(f"{where}: found {_shown(text)} for a time; {_RIGHT}")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > DAY:
        raise CalendarError(f"{where}: there is no time {text.strip()}; a day runs from 00:00 to 24:00")
    return total


def _merged(ranges: list[Range]) -> Ranges:
    merged: list[Range] = []
    for opens, closes in sorted(ranges):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    assert all(before[1] < after[0] for before, after in pairwise(merged))
    return tuple(merged)


def _holidays(value: Any) -> tuple[str | None, str | None, tuple[date, ...]]:
    if value is None:
        return None, None, ()
    if isinstance(value, Mapping):
        country, subdivision = value.get("country"), value.get("subdivision")
        if not isinstance(country, str) or set(value) - {"country", "subdivision"}:
            raise CalendarError("holidays: write country and, where it matters, subdivision, such as {country: GB, subdivision: ENG}")
        if subdivision is not None and not isinstance(subdivision, str):
            raise CalendarError(f"holidays: found subdivision {_shown(subdivision)}; write its code as text, such as ENG")
        check_country(country, subdivision)
        return country, subdivision, ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return None, None, tuple(sorted({_date(day, "holidays") for day in value}))
    raise CalendarError(f"holidays: found {_shown(value)}; write {{country: GB, subdivision: ENG}} or a list of dates")


def _overrides(value: Any) -> tuple[tuple[date, Ranges], ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise CalendarError(f'overrides: found {_shown(value)}; write dates and their ranges, such as 2026-12-24: "08:00-12:00"')
    found: dict[date, Ranges] = {}
    for key, ranges in value.items():
        day = _date(key, "overrides")
        if day in found:
            raise CalendarError(f"overrides: {day.isoformat()} is given twice; name each date once")
        found[day] = _ranges(ranges, f"overrides: {day.isoformat()}")
    return tuple(sorted(found.items()))


def _date(value: Any, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise CalendarError(f"{where}: found {_shown(value)} for a date; write it as 2026-12-24") from None


def _shown(value: Any) -> str:
    return repr(value)[:60]
