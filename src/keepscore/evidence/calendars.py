"""The service time that a scorecard used, as open and close moments, so that it can be recomputed under other zone rules.

Lists of holidays and zone rules change from release to release. The bundle holds the holidays and the open ranges
themselves; `verify` makes them again and, where they differ, puts the bundled ones into the contract as dated terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.clock import ServiceCalendar
from keepscore.engine.clock.public_holidays import public_holidays
from keepscore.engine.clock.ranges import open_time
from keepscore.engine.clock.zones import local_day, zone
from keepscore.engine.contract.model import Contract, Hours
from keepscore.engine.results import Period, to_json
from keepscore.engine.tables import Tables
from keepscore.evidence.own import window

Range = tuple[datetime, datetime]  # open and close, half-open, UTC


def used_calendars(contract: Contract, tables: Tables, period: Period, *, as_of: datetime) -> list[dict[str, Any]]:
    """Holidays and open ranges of every calendar of every version, over the period's months and its records' life."""
    assert contract.client is not None
    span = window(period, contract.client.timezone)
    start, end = _life(tables, start=span.start, end=max(span.end, as_of))
    listed: list[dict[str, Any]] = to_json([
        {
            "version_from": version.from_, "calendar": name, "timezone": hours.timezone, "start": start, "end": end,
            "holidays": _holidays(hours, start, end), "open": open_ranges(hours, start, end),
        }
        for version in contract.versions
        for name, hours in sorted(version.calendars.items())
    ])
    return listed


def open_ranges(hours: Hours, start: datetime, end: datetime) -> list[Range]:
    """The ranges of service time inside [start, end), in order, those that touch made one."""
    first = start.date() - timedelta(days=3)
    terms = ServiceCalendar.from_spec(hours.model_dump(exclude_none=True)).terms
    found = open_time(terms, first=first, count=(end.date() - first).days + 3)
    pairs = zip(found.opens.tolist(), found.closes.tolist(), strict=True)
    clipped = ((max(_at(opens), start), min(_at(closes), end)) for opens, closes in pairs)
    return [(opens, closes) for opens, closes in clipped if opens < closes]


def with_bundled(contract: Contract, bundled: list[dict[str, Any]]) -> Contract:
    """The contract with the bundle's holidays, and overrides on days that still open at other times than it says."""
    found = {(item["version_from"], item["calendar"]): item for item in bundled}
    return contract.model_copy(update={"versions": tuple(
        version.model_copy(update={"calendars": {
            name: _with_bundled(hours, found[to_json(version.from_), name]) for name, hours in version.calendars.items()
        }})
        for version in contract.versions
    )})


def _with_bundled(hours: Hours, bundled: dict[str, Any]) -> Hours:
    if isinstance(hours.holidays, dict):
        hours = hours.model_copy(update={"holidays": tuple(date.fromisoformat(day) for day in bundled["holidays"])})
    return hours.model_copy(update={"overrides": {**hours.overrides, **dict(_overrides(hours, bundled))}})


def _overrides(hours: Hours, bundled: dict[str, Any]) -> Iterator[tuple[date, str]]:
    local = zone(hours.timezone)
    said = [(_moment(opens), _moment(closes)) for opens, closes in bundled["open"]]
    made = open_ranges(hours, _moment(bundled["start"]), _moment(bundled["end"]))
    for day in sorted({local_day(opens, local) for opens, _ in set(said) ^ set(made)}):
        ranges = [(opens.astimezone(local), closes.astimezone(local)) for opens, closes in said if local_day(opens, local) == day]
        yield day, ", ".join(f"{opens:%H:%M:%S}-{_closing(day, closes)}" for opens, closes in ranges) or "closed"


def _closing(day: date, closes: datetime) -> str:
    text = f"{closes:%H:%M:%S}"
    return "24:00" if closes.date() > day and text == "00:00:00" else text


def _holidays(hours: Hours, start: datetime, end: datetime) -> list[date]:
    """Days that a country's calendar closes; days that the contract lists itself need no second list."""
    if not isinstance(hours.holidays, dict):
        return []
    country, subdivision = hours.holidays["country"], hours.holidays.get("subdivision")
    years = range(start.year - 1, end.year + 2)
    return sorted({day for year in years for day in public_holidays(country, subdivision, year)})


def _life(tables: Tables, *, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """From the earliest to the latest moment that the bundle's records touch."""
    assert isinstance(tables.records, pa.Table)
    moments = [
        found[which]
        for name in ("opened_at", "due_at", "resolved_at")
        for found in [pc.min_max(tables.records[name]).as_py()]
        for which in ("min", "max")
        if found[which] is not None
    ]
    return min([start, *moments]), max([end, *moments])


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
