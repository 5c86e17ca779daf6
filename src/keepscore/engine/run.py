"""One run of the engine over tables and contracts: every pass once, everything it found in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

import ibis
import pyarrow as pa

from keepscore.engine.availability import Outage, Outages
from keepscore.engine.backend.passes import Cell, Count, count_groups, count_outcomes, dicts, narrowed, percentiles
from keepscore.engine.backend.rows import RowBuilder, Rows
from keepscore.engine.backend.scheme import Scheme, scheme_table
from keepscore.engine.backend.session import Session, epoch
from keepscore.engine.backend.terms import Assignment, Shape, Term, counted_by, group_by_shape, terms_table
from keepscore.engine.backend.work import Work, count_work
from keepscore.engine.clock.table import CalendarTable, calendar_table
from keepscore.engine.clock.zones import DAY
from keepscore.engine.contract.model import Contract
from keepscore.engine.prepare import Calendars, Job, make_job
from keepscore.engine.tables import Tables

BARE = {basis: Shape(basis, (), ()) for basis in ("opened", "due", "resolved")}


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure handed in for a client and measure: value, n where it is k of n, moment."""

    at: datetime
    value: Fraction
    of: Fraction | None


@dataclass(slots=True)
class Found:
    """What the passes found, by assignment index, period index and measure or function key."""

    counts: dict[Cell, Count] = field(default_factory=dict)
    percentiles: dict[tuple[Cell, int], Fraction] = field(default_factory=dict)
    groups: dict[tuple[int, str, str], dict[str | None, list[int]]] = field(default_factory=dict)
    work: dict[tuple[int, int, str], Work] = field(default_factory=dict)
    outages: dict[tuple[str, str], Outages] = field(default_factory=dict)
    values: dict[tuple[str, str], list[Reported]] = field(default_factory=lambda: defaultdict(list))
    sources: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


class Run:
    """Binds the tables, makes the look-up tables, and runs passes for groups of terms.

    Use as a context manager; `contracts`, `period`, `as_of`, `history` as for `engine.score`.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        tables: Tables,
        *,
        period: str,
        as_of: datetime | date,
        history: int,
        only_client: str | None = None,
        memory: str | None = None,
        threads: int | None = None,
    ) -> None:
        self.tables = tables
        self.session = Session(tables, memory=memory, threads=threads)
        by_name = all(contract.every is None for contract in contracts)
        if only_client is not None and not by_name:
            self.session.narrow([only_client])
        self.job: Job = make_job(
            contracts, () if by_name else self._clients(), period=period, as_of=as_of, history=history, only_client=only_client
        )
        self.clients = sorted({a.client.key for a in self.job.assignments}) if by_name or only_client is not None else None
        if by_name and self.clients is not None:
            self.session.narrow(self.clients, opened_from=_first_counted(self.job))
        self.session.lock()
        self.calendars = Calendars(contracts)
        self.start, self.end = self._span()
        self.table: CalendarTable = calendar_table(self.calendars.all, _moment(self.start), _moment(self.end))
        self._calendar = self.session.add("calendar", self.table.rows)
        self._days = self.session.add("calendar_days", self.table.days)
        self._names = 0
        periods = [scheme.periods[scheme.current] for scheme in self.job.schemes]
        first, last = min(_seconds(p.start_at) for p in periods), max(_seconds(p.end_at) for p in periods)
        self.session.tell({"current_p": self.job.schemes[0].current, "current_first": first, "current_last": last})

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    @cached_property
    def built(self) -> list[tuple[Rows, Sequence[Term]]]:
        """The rows of every shape, as views: nothing is read before a question is put."""
        return self.rows(group_by_shape(self.job.assignments), self.job.schemes)

    def find(self) -> Found:
        """Every pass, each once over its table."""
        found = Found()
        built = [(narrowed(rows, terms, self.name("codes")), terms) for rows, terms in self.built]
        current = self.job.schemes[0].current
        for rows, terms in built:
            count_outcomes(rows, terms, found.counts)
            for cell, groups in count_groups(rows, terms, current).items():
                for value, (kept, missed) in groups.items():  # versions of other shapes add to the same groups
                    both = found.groups.setdefault(cell, {}).setdefault(value, [0, 0])
                    both[0] += kept
                    both[1] += missed
        found.percentiles = percentiles(built)
        if any(version.functions for a in self.job.assignments for version in a.contract.versions):
            found.work = self._work(built)
        self._outages(found)
        self._values(found)
        if len(self.tables.complete_to) > 1:
            self._sources(found)
        return found

    def _work(self, built: Sequence[tuple[Rows, Sequence[Term]]]) -> dict[tuple[int, int, str], Work]:
        """The work done, from the rows that were kept where these hold every record by its opening."""
        opened = [(rows, terms) for rows, terms in built if rows.shape.basis == "opened"]
        if sum(len(terms) for _, terms in opened) < sum(len(a.contract.versions) for a in self.job.assignments):
            return count_work(self.bare("opened", self.job.assignments, self.job.schemes))
        found: dict[tuple[int, int, str], Work] = {}
        for rows, _ in opened:
            for cell, work in count_work(rows).items():
                found[cell] = found.get(cell, Work()) + work
        return found

    def rows(self, groups: Mapping[Shape, Sequence[Term]], schemes: Sequence[Scheme]) -> list[tuple[Rows, Sequence[Term]]]:
        """The row expression of each shape, with the terms that it covers."""
        table, positions = scheme_table(tuple(schemes), self.start, self.end)
        scheme = self.session.add(self.name("scheme"), table)
        span = min(_seconds(s.periods[0].start_at) for s in schemes), max(_seconds(s.periods[-1].end_at) for s in schemes)
        built: list[tuple[Rows, Sequence[Term]]] = []
        for shape, terms in groups.items():
            calendar_of = {key: self.table.slots[at] for key, at in self.calendars.position.items()}
            arrow = terms_table(shape, terms, schemes=schemes, scheme_rows=positions, calendar_of=calendar_of)
            builder = RowBuilder(
                self.session, shape, arrow, self.name("terms"), scheme=scheme, calendar=self._calendar, days=self._days, span=span
            )
            built.append((builder.build(), terms))
        return built

    def bare(self, basis: str, assignments: Sequence[Assignment], schemes: Sequence[Scheme]) -> Rows:
        """Records with their period and no measure."""
        shape = BARE[basis]
        terms = [Term(a, number, (), ()) for a in assignments for number in range(len(a.contract.versions))]
        return self.rows({shape: terms}, schemes)[0][0]

    def name(self, what: str) -> str:
        self._names += 1
        return f"{what}_{self._names}"

    def _clients(self) -> Sequence[str]:
        def expression() -> Any:
            found = [self.session.table(name).select("client").distinct() for name in ("records", "outages", "values")]
            return ibis.union(*found, distinct=True)

        return sorted(self.session.ask("clients", expression)["client"].to_pylist())

    def _span(self) -> tuple[int, int]:
        """Epoch seconds of whole years that hold all that can be asked of a calendar: all moments, periods and as_of."""
        row: dict[str, Any] = next(dicts(self.session.ask("span", self._ends)))
        known = [int(value) for value in row.values() if value is not None]
        for scheme in self.job.schemes:
            known += [_seconds(scheme.periods[0].start_at), _seconds(scheme.periods[-1].end_at), _seconds(scheme.as_of)]
        first, last = _moment(min(known) - 2 * DAY), _moment(max(known) + 45 * DAY)  # limits in working days reach beyond the last moment
        return _seconds(datetime(first.year, 1, 1, tzinfo=UTC)), _seconds(datetime(last.year + 1, 1, 1, tzinfo=UTC))

    def _ends(self) -> Any:
        t = self.session.table("records")
        moments = [item.name for item in self.session.schemas["records"] if pa.types.is_timestamp(item.type) and item.name in t.columns]
        low = {f"low_{n}": t[n].min().epoch_seconds() for n in moments}
        high = {f"high_{n}": t[n].max().epoch_seconds() for n in moments}
        return t.aggregate(**low, **high)

    def _outages(self, found: Found) -> None:
        wanted = {m.availability.component for a in self.job.assignments for v in a.contract.versions for m in v.measures if m.availability}
        if not wanted:
            return
        known: dict[tuple[str, str], list[Outage]] = defaultdict(list)
        for row in dicts(self.session.ask("outages", self._outage_rows)):
            if row["component"] in wanted:
                known[row["client"], row["component"]].append(Outage(row["started_at"], row["ended_at"], row["planned"]))
        found.outages = {key: Outages(outages) for key, outages in known.items()}

    def _outage_rows(self) -> Any:
        t = self.session.table("outages")
        return t.select("client", "component", "planned", started_at=epoch(t.started_at), ended_at=epoch(t.ended_at))

    def _values(self, found: Found) -> None:
        if self.tables.values is None:
            return
        columns, order = ("client", "measure", "at", "value", "of"), ["client", "measure", "at"]
        for row in dicts(self.session.ask("values", lambda: self.session.table("values").select(*columns).order_by(order))):
            of = None if row["of"] is None else Fraction(row["of"])
            found.values[row["client"], row["measure"]].append(Reported(_utc(row["at"]), Fraction(row["value"]), of))

    def _sources(self, found: Found) -> None:
        for client, source in self.session.sources(self.clients):
            found.sources[client].add(source)


def _first_counted(job: Job) -> datetime | None:
    """The moment before which no record opened counts: the first period's start where every record counts by its opening."""
    bases = {counted_by(m) for a in job.assignments for v in a.contract.versions for m in v.measures}
    return None if bases & {"due", "resolved"} else min(scheme.periods[0].start_at for scheme in job.schemes)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
