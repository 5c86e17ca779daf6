"""Service calendars in plain words, and as clocks; each distinct one is made once in a process."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from keepscore.engine.clock import ServiceCalendar
from keepscore.engine.clock.terms import Ranges
from keepscore.engine.contract.model import Version

DAY = 86_400


def calendar_of(version: Version, key: str | None, *, zone: str) -> ServiceCalendar:
    """A named calendar of a version, or round the clock where none is named."""
    return _always(zone) if key is None else _calendar(version.calendars[key].model_dump_json())


def hours_in_words(calendar: ServiceCalendar) -> str:
    """ "Monday to Friday, 09:00 to 17:00"; days with the same hours are told together."""
    week = calendar.terms.week
    if all(ranges == ((0, DAY),) for ranges in week):
        return _("day and night")
    runs = [(ranges, [number for number, _ranges in days]) for ranges, days in groupby(enumerate(week), key=lambda item: item[1]) if ranges]
    return "; ".join(f"{_days(numbers)}, {_ranges(ranges)}" for ranges, numbers in runs) or _("on single days alone")


def has_holidays(calendar: ServiceCalendar) -> bool:
    return bool(calendar.terms.country or calendar.terms.dates)


def _days(numbers: list[int]) -> str:
    names = [pgettext("weekday", name) for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")]
    if len(numbers) == 1:
        return names[numbers[0]]
    return _("%(first)s to %(last)s") % {"first": names[numbers[0]], "last": names[numbers[-1]]}


def _ranges(ranges: Ranges) -> str:
    told = [_("%(first)s to %(last)s") % {"first": _time(opens), "last": _time(closes)} for opens, closes in ranges]
    return _(" and ").join(told)


def _time(second: int) -> str:
    minute = second // 60
    return "24:00" if second == DAY else f"{minute // 60 % 24:02d}:{minute % 60:02d}"


@lru_cache(maxsize=256)
def _calendar(text: str) -> ServiceCalendar:
    import json

    spec: dict[str, Any] = {name: value for name, value in json.loads(text).items() if value is not None}
    return ServiceCalendar.from_spec(spec)


@lru_cache(maxsize=64)
def _always(zone: str) -> ServiceCalendar:
    return ServiceCalendar.always(zone)
