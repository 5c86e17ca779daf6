"""Work done by function, and what became of the records inside and beyond the planned volume."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa

from keepscore.engine.backend.judging import KEPT, MISSED
from keepscore.engine.backend.passes import dicts, in_current
from keepscore.engine.backend.rows import Rows
from keepscore.engine.backend.session import Session, Table, told

DAY, EPOCH_WEEKDAY = 86_400, 3  # 1 January 1970 was a Thursday


@dataclass(frozen=True, slots=True)
class Work:
    volume: int = 0
    out_of_scope: int = 0
    minutes: int = 0
    out_of_scope_minutes: int = 0

    def __add__(self, other: Work) -> Work:
        """The work of a period in which two versions were in force."""
        return Work(
            self.volume + other.volume,
            self.out_of_scope + other.out_of_scope,
            self.minutes + other.minutes,
            self.out_of_scope_minutes + other.out_of_scope_minutes,
        )


@dataclass(frozen=True, slots=True)
class MonthSplit:
    actual: int
    inside_kept: int
    inside_missed: int
    rest_kept: int
    rest_missed: int


@dataclass(frozen=True, slots=True)
class WeekCount:
    week: int  # Mondays since 29 December 1969
    volume: int
    kept: int
    missed: int


def count_work(rows: Rows) -> dict[tuple[int, int, str], Work]:
    """Records and minutes of the period that is scored by (assignment, period, function), in and out of scope."""
    return {
        (r["i"], r["p"], r["function"]): Work(r["volume"], r["out_of_scope"], int(r["minutes"] or 0), int(r["out_of_scope_minutes"] or 0))
        for r in dicts(rows.session.ask(("work", rows.key), lambda: _work(rows.table)))
    }


def _work(table: Table) -> Table:
    t = table.filter(table.p == told("current_p", int), table.function.notnull())
    out = ~t.in_scope
    return t.group_by(["i", "p", "function"]).agg(
        volume=t.count(where=t.in_scope),
        out_of_scope=t.count(where=out),
        minutes=t.effort_minutes.sum(where=t.in_scope),
        out_of_scope_minutes=t.effort_minutes.sum(where=out),
    )


@dataclass(frozen=True, slots=True)
class Coded:
    """Rows with one measure's outcome as `code`: an expression and what tells its SQL from others."""

    key: Hashable
    build: Callable[[], Table]


def coded(rows: Rows, j: int) -> Coded:
    """Rows with the outcome of measure j as `code`."""
    return Coded(("coded", j, rows.key), lambda: (table := rows.table).mutate(code=table[f"code_{j}"]))


def coded_over(bare: Rows, parts: Sequence[tuple[Rows, int, Sequence[int]]]) -> Coded:
    """All records of `bare` with a measure's outcome as `code`, whichever version's rows judged them.

    `parts`: rows, position of the measure in them, and the assignments for which it stands there.
    """
    key = tuple((rows.key, j, tuple(members)) for rows, j, members in parts)
    return Coded(("coded over", bare.key, key), lambda: _coded_over(bare, parts))


def _coded_over(bare: Rows, parts: Sequence[tuple[Rows, int, Sequence[int]]]) -> Table:
    judged = []
    for rows, j, members in parts:
        t = in_current(rows.table)
        t = t.filter(t.i.isin(list(members)), t[f"code_{j}"].notnull())
        judged.append(t.select(z_i=t.i, z_source=t.source, z_reference=t.reference, code=t[f"code_{j}"]))
    codes = judged[0] if len(judged) == 1 else ibis.union(*judged)
    t = bare.table
    joined = t.left_join(codes, [t.i == codes.z_i, t.source == codes.z_source, t.reference == codes.z_reference])
    return joined.drop("z_i", "z_source", "z_reference")


def split_by_plan(
    session: Session, rows: Coded, *, allowed: Sequence[tuple[int, int, str, int]], name: str
) -> tuple[dict[tuple[int, int], MonthSplit], dict[int, list[WeekCount]]]:
    """Per (assignment, month) the outcomes `code` among the first K in-scope records of the function and among the rest.

    `allowed` rows are (assignment, month index, function, K). Order within a month: opened_at, source, reference. Also the
    function's weeks (local Mondays).
    """
    columns = list(zip(*allowed, strict=True))
    session.add(
        name,
        pa.table(
            {
                "k_i": pa.array(columns[0], pa.int64()),
                "k_m": pa.array(columns[1], pa.int64()),
                "k_function": pa.array(columns[2], pa.string()),
                "k": pa.array(columns[3], pa.int64()),
            }
        ),
    )
    session.keep(f"{name}_rows", session.sql(("split", name, rows.key), lambda: _placed(rows.build(), session.table(name))))
    months = session.ask(("months", name), lambda: _by_month(session.table(f"{name}_rows")))
    by_week = session.ask(("weeks", name), lambda: _by_week(session.table(f"{name}_rows")))
    splits = {
        (r["i"], r["m"]): MonthSplit(r["actual"], r["inside_kept"], r["inside_missed"], r["rest_kept"], r["rest_missed"])
        for r in dicts(months)
    }
    weeks: dict[int, list[WeekCount]] = {}
    for r in dicts(by_week):
        weeks.setdefault(r["i"], []).append(WeekCount(int(r["week"]), r["volume"], r["kept"], r["missed"]))
    return splits, weeks


def _placed(table: Table, plan: Table) -> Table:
    """Each in-scope record of the function with its outcome, its week, and whether it is among the first K of its month."""
    t = in_current(table)
    t = t.filter(t.in_scope)
    t = t.inner_join(plan, [t.i == plan.k_i, t.m == plan.k_m, t.function == plan.k_function])
    order = ibis.window(group_by=["i", "m"], order_by=["opened_at", "source", "reference"])
    local = t.counted_at + (t.counted_at >= t.o_at).ifelse(t.o_1, t.o_0)
    t = t.mutate(inside=ibis.row_number().over(order) < t.k, week=(local // DAY + EPOCH_WEEKDAY) // 7)
    return t.select("i", "m", "inside", "code", "week")


def _by_month(t: Table) -> Table:
    return t.group_by(["i", "m"]).agg(
        actual=t.count(),
        inside_kept=t.count(where=t.inside & (t.code == KEPT)),
        inside_missed=t.count(where=t.inside & (t.code == MISSED)),
        rest_kept=t.count(where=~t.inside & (t.code == KEPT)),
        rest_missed=t.count(where=~t.inside & (t.code == MISSED)),
    )


def _by_week(t: Table) -> Table:
    counts = t.group_by(["i", "week"]).agg(volume=t.count(), kept=t.count(where=t.code == KEPT), missed=t.count(where=t.code == MISSED))
    return counts.order_by(["i", "week"])
