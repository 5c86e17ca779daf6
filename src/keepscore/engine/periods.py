"""Periods as people write them: 2026-03, 2026-Q3, 2026-H2, 2026, 2026-07-06..2026-09-30 (both days included).

Periods run from local midnight to local midnight of the client's zone. `year_starts` is the month in which the
contract's year begins: with 4, 2026 is April 2026 to March 2027 and 2026-Q1 is April to June 2026. Months are always
the calendar's.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from keepscore.engine.clock.zones import midnight, zone
from keepscore.engine.results import Period

FIRST_YEAR, LAST_YEAR = 1900, 2400
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_PART = re.compile(r"(\d{4})-([QH])(\d)", re.ASCII | re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})", re.ASCII)
_LENGTH: Final = {"Q": 3, "H": 6}
_RIGHT = "write a month (2026-03), a quarter (2026-Q3), a half-year (2026-H2), a year (2026) or two days (2026-07-06..2026-09-30)"
_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


class PeriodError(ValueError):
    """A text that names no period: what was found, and what would be right."""


def parse_period(text: str, *, zone: str, year_starts: int = 1) -> Period:
    """The period of a text, its midnights in the client's zone. Raises PeriodError."""
    if not 1 <= year_starts <= 12:
        raise PeriodError(f"found {year_starts} for the month in which the year starts; write 1 to 12")
    raw = text.strip()
    if ".." in raw:
        return _days(raw, zone)
    if found := _MONTH.fullmatch(raw):
        year, month = int(found[1]), int(found[2])
        if not 1 <= month <= 12:
            raise PeriodError(f"found {raw!r}; a year has the months 01 to 12")
        return _of_months(raw, f"{_NAMES[month - 1]} {year}", _month(year, month), 1, zone)
    if found := _PART.fullmatch(raw):
        return _of_part(int(found[1]), found[2].upper(), int(found[3]), zone, year_starts)
    if found := _YEAR.fullmatch(raw):
        return _of_months(raw, raw, _month(int(raw), year_starts), 12, zone)
    raise PeriodError(f"found {text[:40]!r} for a period; {_RIGHT}")


def previous(period: Period, zone: str, year_starts: int = 1) -> Period:
    """The period just before, of the same kind; two days: as many days just before."""
    if ".." in period.key:
        return _between(period.start - (period.end - period.start), period.start, zone)
    before = _shifted(period.start, -_months_of(period.key))
    return parse_period(_key(before, period.key, year_starts), zone=zone, year_starts=year_starts)


def same_last_year(period: Period, zone: str, year_starts: int = 1) -> Period:
    """The same period one year earlier; two days: the same days, 29 February becoming 1 March."""
    if ".." in period.key:
        return _between(_year_before(period.start), _year_before(period.end), zone)
    return parse_period(_key(_shifted(period.start, -12), period.key, year_starts), zone=zone, year_starts=year_starts)


def preceding(period: Period, n: int, zone: str, year_starts: int = 1) -> list[Period]:
    """The n periods before this one, oldest first."""
    found: list[Period] = []
    for _ in range(n):
        found.append(previous(found[-1] if found else period, zone, year_starts))
    return found[::-1]


def months(period: Period) -> list[tuple[str, date, date]]:
    """(2026-07, first day, day after the last) of each calendar month that the period touches, clipped to it."""
    found = []
    start = period.start
    while start < period.end:
        end = min(_shifted(start.replace(day=1), 1), period.end)
        found.append((f"{start:%Y-%m}", start, end))
        start = end
    return found


def _of_part(year: int, letter: str, number: int, zone: str, year_starts: int) -> Period:
    length = _LENGTH[letter]
    if not 1 <= number <= 12 // length:
        raise PeriodError(f"found {year}-{letter}{number}; a year has {letter}1 to {letter}{12 // length}")
    start = _shifted(_month(year, year_starts), (number - 1) * length)
    return _of_months(f"{year}-{letter}{number}", f"{letter}{number} {year}", start, length, zone)


def _of_months(key: str, label: str, start: date, length: int, zone: str) -> Period:
    return _period(key, label, start, _shifted(start, length), zone)


def _days(raw: str, zone: str) -> Period:
    """Two days, both included."""
    first, _, last = raw.partition("..")
    try:
        start, end = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        raise PeriodError(f"found {raw[:40]!r}; write two days such as 2026-07-06..2026-09-30, both included") from None
    if end < start:
        raise PeriodError(f"found {raw!r}, which ends before it starts; write the earlier day first")
    if not FIRST_YEAR <= start.year <= end.year <= LAST_YEAR:
        raise PeriodError(f"found {raw!r}; years run from {FIRST_YEAR} to {LAST_YEAR}")
    if end.year - start.year > 100:
        raise PeriodError(f"found {raw!r}; a period is at most 100 years long")
    return _between(start, end + timedelta(days=1), zone)


def _between(start: date, end: date, zone: str) -> Period:
    last = end - timedelta(days=1)
    until = f"{last.day} {_NAMES[last.month - 1]} {last.year}"
    from_ = f"{start.day} {_NAMES[start.month - 1]}" + (f" {start.year}" if start.year != last.year else "")
    return _period(f"{start.isoformat()}..{last.isoformat()}", until if start == last else f"{from_} to {until}", start, end, zone)


def _period(key: str, label: str, start: date, end: date, name: str) -> Period:
    rules = zone(name)
    return Period(key=key, label=label, start=start, end=end, start_at=midnight(start, rules), end_at=midnight(end, rules))


def _month(year: int, month: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PeriodError(f"found the year {year}; years run from {FIRST_YEAR} to {LAST_YEAR}")
    return date(year, month, 1)


def _shifted(first: date, by: int) -> date:
    """The first of the month `by` months on."""
    year, month = divmod(first.year * 12 + first.month - 1 + by, 12)
    return date(year, month + 1, 1)


def _months_of(key: str) -> int:
    return 12 if _YEAR.fullmatch(key) else 1 if _MONTH.fullmatch(key) else _LENGTH[key[5]]


def _key(start: date, like: str, year_starts: int) -> str:
    """The key of the period that begins on `start` and is of the same kind as `like`."""
    length = _months_of(like)
    if length == 1:
        return f"{start:%Y-%m}"
    year, month = divmod(start.year * 12 + start.month - year_starts, 12)
    return f"{year}" if length == 12 else f"{year}-{like[5]}{month // length + 1}"


def _year_before(day: date) -> date:
    return date(day.year - 1, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
