"""Numbers, days and lengths of time as words of the reader's language.

Grouping and decimal marks come from the active locale; the minus sign is a real one. None is a dash: nothing to show.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import get_language, gettext, gettext_noop, ngettext, pgettext

from keepscore.engine.saying import Figure, Joined, Said, Sentence

MINUS, DASH = "\u2212", "\u2013"
Number = int | float | Decimal | Fraction


def number(value: Number | None, places: int = 0) -> str:
    """1396 is "1,396", −7.25 with one place "−7.3"."""
    return DASH if value is None else _number(value, places, get_language())


@lru_cache(maxsize=4096, typed=True)      # typed: a float is read as it is written, a fraction as it is
def _number(value: Number, places: int, _language: str | None) -> str:
    rounded = _rounded(value, places)
    text = str(number_format(abs(rounded), decimal_pos=places, use_l10n=True, force_grouping=True))
    return MINUS + text if rounded < 0 else text


def signed(value: Number | None, places: int = 0) -> str:
    """A difference: "+1.4", "−7.3", "0.0"."""
    if value is None:
        return DASH
    return "+" + number(value, places) if _rounded(value, places) > 0 else number(value, places)


def percent(share: Number | None, places: int = 0) -> str:
    """A share from 0 to 1: 0.847 with one place is "84.7%"."""
    return DASH if share is None else _percent(number(_exact(share) * 100, places) + "%")


def tenths(value: int | None) -> str:
    """A score in tenths: 37 is "3.7"."""
    return DASH if value is None else _tenths(value, get_language())


@lru_cache(maxsize=512)      # a list shows the same few scores again and again
def _tenths(value: int, _language: str | None) -> str:
    return number(Fraction(value, 10), 1)


def duration(seconds: Number | None) -> str:
    """187800 seconds are "52 h 10 m", 2700 are "45 m", 42 are "42 s"; never folded into days, for working days differ."""
    return DASH if seconds is None else _duration(seconds, get_language())


@lru_cache(maxsize=4096, typed=True)
def _duration(seconds: Number, _language: str | None) -> str:
    whole = abs(seconds) if isinstance(seconds, int) else int(_rounded(abs(_exact(seconds)), 0))
    sign = MINUS if seconds < 0 and whole else ""
    if whole < 60:
        return sign + gettext("%(n)s s") % {"n": whole}
    hours, minutes = divmod((whole + 30) // 60, 60)
    parts = [gettext("%(n)s h") % {"n": number(hours) if hours > 999 else hours}] if hours else []
    parts += [gettext("%(n)s m") % {"n": f"{minutes:02d}" if hours and minutes else minutes}] if minutes or not hours else []
    return sign + "\u00a0".join(part.replace(" ", "\u00a0") for part in parts)


def said(text: str) -> str:
    """A sentence or a figure of the lower rooms in the reader's language; any other text is a name, and stays."""
    if isinstance(text, Said):
        template = ngettext(text.template, text.many, text.number) if text.many else gettext(text.template)
        return template % {name: said(value) for name, value in text.values.items()} if text.values else template
    if isinstance(text, Joined):
        return text.between.join(map(said, text.parts))
    if isinstance(text, Sentence):
        phrase = said(text.phrase)
        return f"{phrase[:1].upper()}{phrase[1:]}."
    return _figure(text, get_language()) if isinstance(text, Figure) else text


FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
UNITS = {"h": gettext_noop("%(n)s h"), "min": gettext_noop("%(n)s min"), "s": gettext_noop("%(n)s s")}


@lru_cache(maxsize=4096)
def _figure(text: str, _language: str | None) -> str:
    """A figure written in English with the marks and units of the reader's language."""
    words_ = text.split(" ")
    if words_[-1] in UNITS:
        pairs = zip(words_[::2], words_[1::2], strict=True)
        return " ".join(gettext(UNITS[unit]) % {"n": FIGURE.sub(_marked, count)} for count, unit in pairs)
    return _percent(FIGURE.sub(_marked, text))


def _marked(found: re.Match[str]) -> str:
    whole, _, part = found[0].replace(",", "").partition(".")
    return str(number_format(Decimal(f"{whole}.{part}" if part else whole), decimal_pos=len(part), use_l10n=True, force_grouping=True))


def _percent(text: str) -> str:
    """The percent sign as the language sets it: 84.7%, or 84,7 %."""
    if not text.endswith("%"):
        return text
    return pgettext("a share; some languages part the sign from the number", "%(number)s%%") % {"number": text[:-1]}


def day(at: date | datetime | None, *, year: bool = False) -> str:
    """16 Oct, or with its year 16 Oct 2026."""
    return DASH if at is None else _day(_date(at), year, get_language())


@lru_cache(maxsize=2048)     # lists name the same days again and again
def _day(at: date, year: bool, _language: str | None) -> str:
    return str(date_format(at, pgettext("date format, day with year", "j M Y") if year else pgettext("date format, day", "j M")))


def day_long(at: date | datetime | None) -> str:
    """16 October 2026."""
    return DASH if at is None else _day_long(_date(at), get_language())


@lru_cache(maxsize=2048)
def _day_long(at: date, _language: str | None) -> str:
    return str(date_format(at, pgettext("date format, long", "j F Y")))


def weekday(at: date | datetime | None) -> str:
    """Fri."""
    return "" if at is None else _weekday(_date(at).isoweekday(), get_language())


@lru_cache(maxsize=64)
def _weekday(number_: int, _language: str | None) -> str:
    return str(date_format(date(2024, 1, number_), "D"))      # 1 January 2024 was a Monday


def moment(at: datetime | None, zone: str | None = None) -> str:
    """12 Oct 2026, 23:59 BST: in `zone`, else in the vendor's zone, which is always named."""
    if at is None:
        return DASH
    local = at.astimezone(ZoneInfo(zone)) if zone else timezone.localtime(at)
    return f"{day(local.date(), year=True)}, {_time(local.time(), get_language())} {local.tzname()}"


@lru_cache(maxsize=2048)
def _time(at: time, _language: str | None) -> str:
    return str(time_format(at, pgettext("time format", "H:i")))


def in_days(at: date | None, today: date) -> str:
    """"today", "in 9 days", "9 days ago"."""
    if at is None:
        return DASH
    days = (at - today).days
    if days in (-1, 0, 1):
        return (gettext("today"), gettext("tomorrow"), gettext("yesterday"))[days]
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": number(days)}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": number(-days)}


def days_between(at: date | None, today: date) -> str:
    """"9 days", counted either way."""
    if at is None:
        return DASH
    days = abs((at - today) // timedelta(days=1))
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": number(days)}


def _date(at: date | datetime) -> date:
    local: date | datetime = _local(at)
    return local.date() if isinstance(local, datetime) else local


def _local(at: Any) -> Any:
    return timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at


def _exact(value: Number) -> Fraction:
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _rounded(value: Number, places: int) -> Decimal:
    """Half away from zero, from the exact value."""
    exact = _exact(value)
    with_more = Decimal(exact.numerator) / Decimal(exact.denominator)
    rounded = with_more.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)
