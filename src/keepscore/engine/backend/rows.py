"""Records joined with the terms that apply to them, their period, and the service time of each clock: one row to judge."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import ibis
import pyarrow as pa

from keepscore.engine.backend.judging import Judge
from keepscore.engine.backend.scheme import NEVER, SLOT
from keepscore.engine.backend.session import Session, Table, epoch, quotient, told, whole
from keepscore.engine.backend.terms import ClockShape, MeasureShape, Shape
from keepscore.engine.contract.conditions import parse
from keepscore.engine.tables import column_type

MOMENTS = ("opened_at", "due_at", "resolved_at", "cancelled_at")
SPAN = ("span_first", "span_last")  # epoch seconds [first, last) that hold all periods

@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a session by name: one a record, term and period, with `i`, `p`, `m` (the month of the period that is scored).

    For each measure j: `code_j`; `value_j`, the measured seconds or figure where it has one; `limit_j`, the limit in seconds;
    `over_j`, how far past it.
    """

    session: Session
    name: str
    shape: Shape
    key: Hashable  # tells the rows from others of the same name, for SQL about them

    @property
    def table(self) -> Table:
        return self.session.table(self.name)


class RowBuilder:
    """Builds the rows of one shape, as views over each other whose SQL does not depend on the numbers of the terms."""

    def __init__(
        self, session: Session, shape: Shape, terms: pa.Table, name: str, *, scheme: str, calendar: str, days: str, span: tuple[int, int]
    ) -> None:
        self.session, self.shape, self.name = session, shape, name
        self.scheme, self.calendar, self.days = scheme, calendar, days
        self.types = {item.name: column_type(item) for item in session.schemas["records"]}
        self.uniform: dict[str, Any] = {
            column: values[0].as_py() for column, values in _columns(terms) if column not in ("client", "i") and _is_uniform(values)
        }
        kept = [column for column in terms.column_names if column not in self.uniform]
        self.columns = tuple(kept)
        session.add(name, terms.select(kept))
        session.tell({f"{name}_{column}": value for column, value in (*self.uniform.items(), *zip(SPAN, span, strict=True))})
        self.judge = Judge(shape, self.types, self._term)

    def build(self) -> Rows:
        """The rows as a view over kept pauses."""
        uniform = tuple((name, type(value)) for name, value in self.uniform.items())
        key = (self.shape, self.name, self.scheme, uniform, self.columns)
        timed, rows = f"timed_{self.name}", f"rows_of_{self.name}"
        self.session.view(timed, self.session.sql(("timed", key), self._timed))
        for number in self._paused_clocks():
            clock = self.shape.clocks[number]
            _merge_pauses(self.session, clock.sides)
            sql = self.session.sql(("paused", number, key), partial(self._pauses, timed, number, clock))
            self.session.keep(self._paused(number), sql)
        self.session.view(rows, self.session.sql(("rows", key), lambda: self._judged(self.session.table(timed))))
        return Rows(self.session, rows, self.shape, key)

    def _paused(self, number: int) -> str:
        return f"pauses_{number}_of_{self.name}"

    def _paused_clocks(self) -> list[int]:
        return [n for n, clock in enumerate(self.shape.clocks) if clock.sides]

    def _timed(self) -> Table:
        """Records with their spans. The rows read them by name, so that the database takes only the columns that each needs."""
        table = self._counted(self._joined())
        for number, clock in enumerate(self.shape.clocks):
            table = self._span(table, number, clock)
        return table

    def _judged(self, timed: Table) -> Table:
        table = self._periods(timed)
        paused = self._paused_clocks()
        for number, clock in enumerate(self.shape.clocks):
            table = self._measured(table, number, clock, self.session.table(self._paused(number)) if number in paused else None)
        for moment in sorted(self._local_moments()):
            table = self._offset(table, moment)
        for number, measure in enumerate(self.shape.measures):
            table = self.judge.outcome(self._closes(table, number, measure), number, measure)
        return table

    # ---- records with their terms and period

    def _joined(self) -> Table:
        records = self.session.table("records")
        moments = [n for n, t in self.types.items() if t in ("moment", "promise")]
        needed = [n for n in self.types if n in records.columns and n not in moments]
        records = records.select(*needed, **{n: epoch(records[n]) for n in moments if n in records.columns})
        records = records.mutate(**{n: ibis.null("int64") for n in MOMENTS if n not in records.columns})
        terms = self.session.table(self.name).rename(t_client="client")
        joined = records.inner_join(terms, records.client == terms.t_client).drop("t_client")
        as_of = self._term(joined, "as_of")
        seen = {
            n: (joined[n] <= as_of).ifelse(joined[n], ibis.null("int64")) for n in moments if self.types[n] == "moment" and n != "opened_at"
        }
        return joined.filter(joined.opened_at <= as_of).mutate(**seen)

    def _counted(self, table: Table) -> Table:
        """Records that count while their version is in force and inside the span of all periods."""
        as_of = self._term(table, "as_of")
        at = {
            "opened": table.opened_at,
            "due": ibis.coalesce(table.due_at, table.opened_at),
            "resolved": ibis.coalesce(table.resolved_at, table.cancelled_at, as_of),
        }[self.shape.basis]
        table = table.mutate(counted_at=at)
        first, last = (told(f"{self.name}_{name}", int) for name in SPAN)
        table = table.filter(table.counted_at >= first, table.counted_at < last)
        return table.filter(table.counted_at >= self._term(table, "from_at"), table.counted_at < self._term(table, "until_at"))

    def _periods(self, table: Table) -> Table:
        slot = _clamp(quotient(table.counted_at - self._term(table, "p_anchor"), SLOT), 0, self._term(table, "p_last"))
        table = table.mutate(p_slot=slot + self._term(table, "p_base"))
        scheme = self.session.table(self.scheme)
        table = table.inner_join(scheme, table.p_slot == scheme.p_key)
        m = (table.counted_at >= table.m_at).ifelse(table.m_1, table.m_0)
        table = table.mutate(p=(table.counted_at >= table.p_at).ifelse(table.p_1, table.p_0), m=m)
        return table.filter(table.p >= 0)

    # ---- service time

    def _span(self, table: Table, number: int, clock: ClockShape) -> Table:
        """Start and end of the measured span: to the event, the cancellation, or as_of, whichever came."""
        done, cancelled = table[clock.to], table.cancelled_at
        end = ibis.coalesce(ibis.least(done, cancelled), done, cancelled, self._term(table, "as_of"))
        return table.mutate(**{f"s{number}": table[clock.from_], f"e{number}": end})

    def _measured(self, table: Table, number: int, clock: ClockShape, pauses: Table | None) -> Table:
        start, end = f"s{number}", f"e{number}"
        table = self._opened_seconds(table, number, clock, start, f"cs{number}", with_days=self._has_days(number))
        table = self._opened_seconds(table, number, clock, end, f"ce{number}")
        span = ibis.greatest(table[f"ce{number}"] - table[f"cs{number}"], 0)
        if pauses is None:
            return table.mutate(**{f"t{number}": span, f"pause{number}": ibis.literal(0, "int64")})
        renamed = pauses.rename(p_source="source", p_reference="reference", p_i="i")
        table = table.left_join(
            renamed,
            [table.source == renamed.p_source, table.reference == renamed.p_reference, table.i == renamed.p_i],
        ).drop("p_source", "p_reference", "p_i")
        paused = ibis.coalesce(table[f"paused{number}"], 0)
        span = ibis.greatest(table[f"ce{number}"] - table[f"cs{number}"], 0)
        return table.mutate(**{f"t{number}": span - paused, f"pause{number}": paused})

    def _has_days(self, number: int) -> bool:
        return any(m.clock == number and any(m.day_limits) for m in self.shape.measures)

    def _opened_seconds(self, table: Table, number: int, clock: ClockShape, moment: str, into: str, *, with_days: bool = False) -> Table:
        """Open seconds of the calendar before a moment; the moment itself where there is no calendar."""
        if not clock.has_calendar:
            return table.mutate(**{into: table[moment]})
        t = table[moment]
        slot = quotient(t - self._term(table, f"c{number}_anchor"), self._term(table, f"c{number}_length"))
        position = _clamp(slot, 0, self._term(table, f"c{number}_last"))
        table = table.mutate(**{f"{into}_key": position + self._term(table, f"c{number}_base")})
        names = ("open_1", "close_1", "open_2", "close_2", "cum", "day_ordinal", "next_day_at")
        look_up = self.session.table(self.calendar).rename(**{f"{into}_k": "key"}, **{f"{into}_{n}": n for n in names})
        table = table.inner_join(look_up, table[f"{into}_key"] == look_up[f"{into}_k"])  # every key is in the table
        t = table[moment]

        def col(name: str) -> Any:
            return table[f"{into}_{name}"]

        opened = (
            col("cum")
            + _clamp(t - col("open_1"), 0, col("close_1") - col("open_1"))
            + _clamp(t - col("open_2"), 0, col("close_2") - col("open_2"))
        )
        more = {into: opened}
        if with_days:
            more[f"day{number}"] = col("day_ordinal") + (t >= col("next_day_at")).ifelse(1, 0)
        table = table.mutate(**more)
        return table.drop(f"{into}_key", f"{into}_k", *(f"{into}_{n}" for n in names))

    def _pauses(self, timed: str, number: int, clock: ClockShape) -> Table:
        """Paused open seconds of each record: merged pauses clipped to the span, then measured."""
        table = self.session.table(timed)
        pauses = self.session.table(_merged(clock.sides))
        own = [c for c in self.columns if c.startswith(f"c{number}_")]
        records = table.select("i", "source", "reference", f"s{number}", f"e{number}", *own)
        joined = pauses.inner_join(records, [pauses.z_source == records.source, pauses.z_reference == records.reference])
        joined = joined.mutate(
            start=ibis.greatest(joined.z_start, joined[f"s{number}"]), end=ibis.least(joined.z_end, joined[f"e{number}"])
        )
        joined = joined.filter(joined.end > joined.start)
        joined = self._opened_seconds(joined, number, clock, "start", "z_cs")
        joined = self._opened_seconds(joined, number, clock, "end", "z_ce")
        joined = joined.mutate(seconds=joined.z_ce - joined.z_cs)
        return joined.group_by(["i", "source", "reference"]).agg(**{f"paused{number}": whole(joined.seconds.sum())})

    def _local_moments(self) -> set[str]:
        """Moments of which a condition asks a part of the local date or time."""
        texts = [t for m in self.shape.measures for t in (m.where, m.condition, *m.leave_out) if t and "date_part" in t.lower()]
        return {n for t in texts for n in parse(t).columns if self.types.get(n) in ("moment", "promise")}

    def _offset(self, table: Table, moment: str) -> Table:
        """Adds the local offset at a moment, from the scheme's rows."""
        slot = _clamp(quotient(table[moment] - self._term(table, "p_anchor"), SLOT), 0, self._term(table, "p_last"))
        table = table.mutate(o_slot=slot + self._term(table, "p_base"))
        look_up = self.session.table(self.scheme).select(z_key="p_key", z_0="o_0", z_at="o_at", z_1="o_1")
        table = table.inner_join(look_up, table.o_slot == look_up.z_key)
        offset = (table[moment] >= table.z_at).ifelse(table.z_1, table.z_0)
        return table.mutate(**{f"offset_{moment}": offset}).drop("o_slot", "z_key", "z_0", "z_at", "z_1")

    def _closes(self, table: Table, number: int, measure: MeasureShape) -> Table:
        """Adds, for each limit in working days, the open seconds before the close of its last day."""
        if measure.clock is None or not self.shape.clocks[measure.clock].has_calendar:
            return table
        clock = measure.clock
        for at, is_days in enumerate(measure.day_limits):
            if not is_days:
                continue
            day = table[f"day{clock}"] + self._term(table, f"m{number}_limit_{at}")
            day = _clamp(day, 0, self._term(table, f"c{clock}_last_day")) + self._term(table, f"c{clock}_day_base")
            table = table.mutate(z_day=day)
            look_up = self.session.table(self.days).rename(z_key="key", **{f"close_{number}_{at}": "cum_close"})
            table = table.inner_join(look_up, table.z_day == look_up.z_key).drop("z_day", "z_key")
        return table

    def _term(self, table: Table, name: str) -> Any:
        """A number of the terms: a constant where all terms agree, else its column."""
        return told(f"{self.name}_{name}", type(self.uniform[name])) if name in self.uniform else table[name]


def _merged(sides: Sequence[str]) -> str:
    return "pauses_by_" + "_".join(sides).replace(" ", "_")


def _merge_pauses(session: Session, sides: Sequence[str]) -> None:
    """Keeps the pauses of these sides, each cut to what no earlier pause of its record covers; once a run."""
    name = _merged(sides)
    if name in session.kept:
        return
    session.keep(name, session.sql(name, lambda: _merged_pauses(session.table("pauses"), sides)))


def _merged_pauses(pauses: Table, sides: Sequence[str]) -> Table:
    pauses = pauses.filter(pauses.side.isin(list(sides)))
    pauses = pauses.select(
        z_source=pauses.source,
        z_reference=pauses.reference,
        z_start=epoch(pauses.started_at),
        z_end=ibis.coalesce(epoch(pauses.ended_at), NEVER),
    )
    earlier = ibis.window(group_by=["z_source", "z_reference"], order_by=["z_start", "z_end"], preceding=(None, 1))
    pauses = pauses.mutate(z_start=ibis.greatest(pauses.z_start, ibis.coalesce(pauses.z_end.max().over(earlier), pauses.z_start)))
    pauses = pauses.filter(pauses.z_end > pauses.z_start)
    return pauses.select("z_source", "z_reference", "z_start", "z_end")


def _clamp(value: Any, low: Any, high: Any) -> Any:
    return ibis.greatest(ibis.least(value, high), low)


def _columns(table: pa.Table) -> Sequence[tuple[str, pa.ChunkedArray]]:
    return [(name, table[name]) for name in table.column_names]


def _is_uniform(values: pa.ChunkedArray) -> bool:
    return len(values.unique()) == 1
