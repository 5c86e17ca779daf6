"""Who is scored, for which periods, by which version: everything that is known before a record is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from keepscore.engine import periods
from keepscore.engine.backend.scheme import Scheme
from keepscore.engine.backend.terms import Assignment
from keepscore.engine.clock import ServiceCalendar
from keepscore.engine.clock.zones import local_day, midnight, zone
from keepscore.engine.contract.model import Client, Contract, Function, Version
from keepscore.engine.results import Period


class NothingToScore(ValueError):
    """No client or no version in force for what was asked."""


@dataclass(frozen=True, slots=True)
class Job:
    """The assignments of a run and the schemes of periods that they share."""

    assignments: tuple[Assignment, ...]
    schemes: tuple[Scheme, ...]


def make_job(
    contracts: Sequence[Contract],
    in_records: Sequence[str],
    *,
    period: str,
    as_of: datetime | date,
    history: int,
    only_client: str | None = None,
) -> Job:
    """One assignment for each client of each contract; `every` contracts take the clients found in the records."""
    assignments: list[Assignment] = []
    schemes: dict[tuple[str, int], int] = {}
    made: list[Scheme] = []
    for contract in contracts:
        for client in _clients(contract, in_records):
            if only_client is not None and client.key != only_client:
                continue
            key = (client.timezone, contract.year_starts)
            if key not in schemes:
                schemes[key] = len(made)
                made.append(make_scheme(client.timezone, contract.year_starts, period=period, as_of=as_of, history=history))
            assignments.append(Assignment(len(assignments), contract, client, schemes[key]))
    if not assignments:
        raise NothingToScore("no client to score: the contracts name none, and the records hold none")
    return Job(tuple(assignments), tuple(made))


def _clients(contract: Contract, in_records: Sequence[str]) -> Sequence[Client]:
    if contract.every is None:
        return contract.named_clients()
    return [Client(key=key, name=key, timezone=contract.every.timezone) for key in in_records]


def make_scheme(timezone: str, year_starts: int, *, period: str, as_of: datetime | date, history: int) -> Scheme:
    """The period asked for, `history` periods before it and the same one last year, disjoint and in order."""
    current = periods.parse_period(period, zone=timezone, year_starts=year_starts)
    wanted = {current.start: current}
    for past in periods.preceding(current, history, zone=timezone, year_starts=year_starts) if history else ():
        wanted[past.start] = past
    last_year = periods.same_last_year(current, zone=timezone, year_starts=year_starts) if history else None
    if last_year is not None and all(last_year.end <= p.start or p.end <= last_year.start or p == last_year for p in wanted.values()):
        wanted[last_year.start] = last_year
    ordered = tuple(wanted[start] for start in sorted(wanted))
    at = ordered.index(current)
    previous = at - 1 if at and ordered[at - 1].end == current.start else None
    return Scheme(
        timezone=timezone,
        periods=ordered,
        current=at,
        past=tuple(range(at)),
        previous=previous,
        last_year=ordered.index(last_year) if last_year in ordered and last_year != current else None,
        as_of=moment_of(as_of, timezone),
        months=_months(current, timezone),
    )


def _months(period: Period, timezone: str) -> tuple[Period, ...]:
    """The calendar months of a period, clipped to it, as periods of their own."""
    where = zone(timezone)
    return tuple(Period(key, key, start, end, midnight(start, where), midnight(end, where)) for key, start, end in periods.months(period))


def moment_of(as_of: datetime | date, timezone: str) -> datetime:
    """A moment in UTC; a day means its last second in the zone. A moment without a zone is refused."""
    if isinstance(as_of, datetime):
        if as_of.tzinfo is None:
            raise ValueError("as_of needs a time zone, such as 2026-10-13T08:00:00Z")
        return as_of.astimezone(UTC).replace(microsecond=0)
    return midnight(as_of + timedelta(days=1), zone(timezone)) - timedelta(seconds=1)


def version_number(contract: Contract, day: date) -> int | None:
    """Index of the version in force on a day; None before the first one."""
    begun = [number for number, version in enumerate(contract.versions) if version.from_ <= day]
    return begun[-1] if begun else None


class Calendars:
    """The calendars of the contracts, each distinct text made once."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self.all: list[ServiceCalendar] = []
        self.position: dict[tuple[int, int, str], int] = {}
        by_text: dict[str, int] = {}
        self._always: dict[str, ServiceCalendar] = {}
        for contract in contracts:
            for number, version in enumerate(contract.versions):
                for key, hours in version.calendars.items():
                    text = hours.model_dump_json()
                    if text not in by_text:
                        by_text[text] = len(self.all)
                        self.all.append(ServiceCalendar.from_spec(hours.model_dump(exclude_none=True)))
                    self.position[id(contract), number, key] = by_text[text]

    def of(self, contract: Contract, version: int, key: str | None, timezone: str) -> ServiceCalendar:
        """A named calendar, or round the clock where none is named."""
        if key is not None:
            return self.all[self.position[id(contract), version, key]]
        if timezone not in self._always:
            self._always[timezone] = ServiceCalendar.always(timezone)
        return self._always[timezone]


class ServiceDays:
    """Whether a function works on a day, remembered; and a period's service days that have begun by a moment."""

    def __init__(self, calendars: Calendars) -> None:
        self.calendars = calendars
        self._known: dict[tuple[int, date], bool] = {}

    def test(self, contract: Contract, version: int, key: str | None, timezone: str) -> _DayTest:
        return _DayTest(self._known, None if key is None else self.calendars.of(contract, version, key, timezone))


@dataclass(frozen=True, slots=True)
class _DayTest:
    known: dict[tuple[int, date], bool]
    calendar: ServiceCalendar | None

    def __call__(self, day: date) -> bool:
        if self.calendar is None:
            return True
        key = (id(self.calendar), day)
        if key not in self.known:
            self.known[key] = self.calendar.is_working_day(day)
        return self.known[key]

    def count(self, start: date, end: date) -> int:
        """Service days of [start, end)."""
        return (end - start).days if self.calendar is None else self.calendar.working_days(start, end)


def functions_by_key(version: Version) -> Mapping[str, Function]:
    return {function.key: function for function in version.functions}


def day_at(at: datetime, timezone: str) -> date:
    """The local day of a moment."""
    return local_day(at, zone(timezone))
