"""Time zones from the pinned `tzdata` package, never from the machine: the same numbers everywhere.

Offsets are in seconds east of Greenwich; moments are epoch seconds or aware datetimes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped, unused-ignore]

from keepscore.engine.clock.errors import CalendarError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
DAY = 86400
_PROBE = 6 * 3600   # no zone changes its offset and back within six hours


def tzdata_version() -> str:
    """The release of the zone rules in use, such as 2026f; kept in every result."""
    return str(tzdata.IANA_VERSION)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every zone that the pinned package knows."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of this name, such as Europe/London. Raises CalendarError for any other."""
    if name not in zone_names():
        raise CalendarError(f"there is no time zone {name!r}; write one such as Europe/London or America/New_York")
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def epoch(at: datetime) -> int:
    """Epoch seconds of an aware moment, cut to the second. Raises CalendarError without an offset."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise CalendarError(f"the moment {at.isoformat()} has no time zone; give an aware datetime")
    return (at - EPOCH) // timedelta(seconds=1)


def moment(second: int) -> datetime:
    """The UTC moment of an epoch second."""
    return EPOCH + timedelta(seconds=second)


def _offset(second: int, in_zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(second, in_zone).utcoffset()
    assert offset is not None
    return offset // timedelta(seconds=1)


def _change_between(low: int, high: int, in_zone: ZoneInfo) -> int:
    """First second of the new offset, where `low` has the old one and `high` the new one."""
    old = _offset(low, in_zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, in_zone) == old:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=8192)
def _changes_in_year(in_zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """(epoch second, offset from then on) for each change inside one UTC year."""
    first, last = ((date(y, 1, 1).toordinal() - EPOCH_DAY) * DAY for y in (year, year + 1))
    probes = range(first, last + 1, _PROBE)
    offsets_ = [_offset(second, in_zone) for second in probes]
    changes = []
    for (low, before), (high, after) in pairwise(zip(probes, offsets_, strict=True)):
        if before != after:
            at = _change_between(low, high, in_zone)
            changes.append((at, _offset(at, in_zone)))
    return tuple(changes)


def offsets(in_zone: ZoneInfo, start: datetime, end: datetime) -> list[tuple[int, int]]:
    """(epoch second from which it applies, offset in seconds); the first entry covers `start`, none is after `end`."""
    first, last = epoch(start), epoch(end)
    found = [(first, _offset(first, in_zone))]
    for year in range(moment(first).year, moment(last).year + 1):
        found.extend(change for change in _changes_in_year(in_zone, year) if first < change[0] <= last)
    return found


def midnight(day: date, in_zone: ZoneInfo) -> datetime:
    """The UTC moment at which a local day begins; where midnight is skipped, the first moment after the gap."""
    at = datetime(day.year, day.month, day.day, tzinfo=in_zone).astimezone(UTC)
    if at.astimezone(in_zone).replace(tzinfo=None) == datetime(day.year, day.month, day.day):  # noqa: DTZ001 (a wall clock's reading)
        return at
    changes = offsets(in_zone, at - timedelta(days=2), at)
    return moment(changes[-1][0])


def local_day(at: datetime, in_zone: ZoneInfo) -> date:
    """The date that the wall clock of the zone shows at a moment."""
    return at.astimezone(in_zone).date()
