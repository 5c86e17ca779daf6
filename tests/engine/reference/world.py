"""What the reference scores: plain rows and a contract, with the clocks that the contract names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from keepscore.engine.contract.model import Client, Contract, Version
from tests.engine.clock.reference import Plain
from tests.engine.reference.clock import Clock, midnight

Row = Mapping[str, Any]
MOMENTS = ("resolved_at", "cancelled_at", "handed_at")  # unseen after as_of; due_at is a promise


@dataclass
class World:
    """Rows in memory, one contract, and the calendars of each version as plain ranges.

    `period`: first local day and the day after the last; `as_of`: a moment, or a day meaning its last second.
    """

    contract: Contract
    plains: Mapping[tuple[int, str], Plain]
    records: list[Row]
    pauses: list[Row]
    outages: list[Row]
    values: list[Row]
    period: tuple[date, date]
    as_of: date | datetime
    types: Mapping[str, Any]
    clocks: dict[tuple[int, str | None, str], Clock] = field(default_factory=dict)

    def clients(self) -> list[Client]:
        if self.contract.every is None:
            return list(self.contract.named_clients())
        zone = self.contract.every.timezone
        found = {row["client"] for rows in (self.records, self.outages, self.values) for row in rows}
        return [Client(key=key, name=key, timezone=zone) for key in sorted(found)]

    def seen_at(self, timezone: str) -> datetime:
        """The moment after which nothing is seen."""
        if isinstance(self.as_of, datetime):
            return self.as_of
        return midnight(self.as_of + timedelta(days=1), timezone) - timedelta(seconds=1)

    def begins(self, timezone: str) -> datetime:
        return midnight(self.period[0], timezone)

    def ends(self, timezone: str) -> datetime:
        return midnight(self.period[1], timezone)

    def version_on(self, day: date) -> int | None:
        """The number of the version in force on a day."""
        begun = [n for n, version in enumerate(self.contract.versions) if version.from_ <= day]
        return begun[-1] if begun else None

    def version_at(self, at: datetime, timezone: str) -> int | None:
        begun = [n for n, version in enumerate(self.contract.versions) if midnight(version.from_, timezone) <= at]
        return begun[-1] if begun else None

    def version(self, number: int) -> Version:
        return self.contract.versions[number]

    def clock(self, number: int, key: str | None, timezone: str) -> Clock:
        """The clock of a calendar that a version names; every moment counts where it names none."""
        found = self.clocks.get((number, key, timezone))
        if found is None:
            days = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in self.period]
            moments = [row[n] for row in self.records for n in ("opened_at", "due_at", *MOMENTS) if row.get(n) is not None]
            every = [*moments, *days, self.seen_at(timezone)]
            plain = None if key is None else self.plains[number, key]
            found = Clock(plain, timezone, min(every) - timedelta(days=3), max(every) + timedelta(days=20))
            self.clocks[number, key, timezone] = found
        return found
