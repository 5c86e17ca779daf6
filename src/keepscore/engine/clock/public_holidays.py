"""Public holidays by country and subdivision, from the pinned `holidays` package; years are kept once computed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays

from keepscore.engine.clock.errors import CalendarError


@lru_cache(maxsize=1)
def holidays_version() -> str:
    """The release of the holiday rules in use; kept in every result."""
    return version("holidays")


@lru_cache(maxsize=512)
def check_country(country: str, subdivision: str | None) -> None:
    """Raise CalendarError unless this country (and part of it) is known."""
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        raise CalendarError(f"holidays: there is no country {country!r}; write its code of two letters, such as GB")
    if subdivision is not None and subdivision not in _subdivisions(country):
        some = ", ".join(sorted(known[country])[:8]) or "none"
        raise CalendarError(f"holidays: {country} has no subdivision {subdivision!r}; known are {some}")


def _subdivisions(country: str) -> frozenset[str]:
    rules = getattr(holidays, country)
    return frozenset(rules.subdivisions) | frozenset(rules.subdivisions_aliases)


@lru_cache(maxsize=512)
def _language(country: str) -> str | None:
    """Said always, so that the machine's locale has no say."""
    rules = getattr(holidays, country)
    if "en_US" in rules.supported_languages:
        return "en_US"
    return rules.default_language  # type: ignore[no-any-return, unused-ignore]


@lru_cache(maxsize=65536)
def public_holidays(country: str, subdivision: str | None, year: int) -> tuple[date, ...]:
    """The public holidays of one calendar year, in order, observed days included."""
    found = holidays.country_holidays(country, subdiv=subdivision, years=year, language=_language(country))
    return tuple(sorted(day for day in found if day.year == year))
