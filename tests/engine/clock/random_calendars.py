"""Random calendars and moments around the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from keepscore.engine.clock import ServiceCalendar

from .reference import Pair, Plain

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS = {
    "Europe/London": ["2026-03-29", "2026-10-25", "2024-02-29"],
    "America/New_York": ["2026-03-08", "2026-11-01", "2024-02-29"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
    "Asia/Kolkata": ["2026-01-01", "2028-02-29"],
    "America/Havana": ["2026-03-08", "2026-11-01"],
    "Africa/Cairo": ["2026-04-24", "2026-10-30"],
}
# many ranges begin or end in the small hours, where clocks change
_minute = st.one_of(st.integers(0, 20).map(lambda n: n * 15), st.integers(0, 1439))


@st.composite
def pairs(draw: st.DrawFn) -> list[Pair]:
    found = draw(st.lists(st.tuples(_minute, st.one_of(_minute, st.just(1440))), max_size=4))
    return [(opens, closes) for opens, closes in found if opens != closes]


@st.composite
def plains(draw: st.DrawFn, timezone: str | None = None) -> tuple[Plain, date]:
    """A calendar that opens, and a day worth looking at."""
    name = timezone or draw(st.sampled_from(sorted(DAYS)))
    centre = date.fromisoformat(draw(st.sampled_from(DAYS[name])))
    days = st.integers(-3, 3).map(lambda n: centre + timedelta(days=n))
    week = draw(st.lists(pairs(), min_size=7, max_size=7).filter(any))
    return Plain(name, week, draw(st.lists(days, max_size=2)), draw(st.dictionaries(days, pairs(), max_size=2))), centre


def moments(centre: date) -> st.SearchStrategy[datetime]:
    noon = datetime(centre.year, centre.month, centre.day, 12, tzinfo=UTC)
    span = 2 * 86400
    return st.one_of(st.integers(-span, span), st.integers(-span // 900, span // 900).map(lambda n: n * 900)).map(
        lambda n: noon + timedelta(seconds=n))


def time_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def spec_of(plain: Plain) -> dict[str, Any]:
    """The mapping a contract would hold: text for the week, lists for the overrides."""
    def text(found: list[Pair]) -> str:
        return ", ".join(f"{time_text(a)}-{time_text(b)}" for a, b in found) or "closed"

    return {
        "timezone": plain.timezone,
        "hours": {name: text(found) for name, found in zip(WEEKDAYS, plain.week, strict=True)},
        "holidays": list(plain.holidays),
        "overrides": {day.isoformat(): [[time_text(a), time_text(b)] for a, b in found] for day, found in plain.overrides.items()},
    }


def calendar_of(plain: Plain) -> ServiceCalendar:
    return ServiceCalendar.from_spec(spec_of(plain))
