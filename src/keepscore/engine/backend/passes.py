"""The questions put to the rows: one GROUP BY for everything additive, exact ranks for percentiles, and the work done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import ibis
import pyarrow as pa

from keepscore.engine.backend.judging import CANCELLED, CANCELLED_REASON, KEPT, LEFT_OUT, MISSED, OPEN, POSSIBLE, UNJUDGED
from keepscore.engine.backend.rows import Rows
from keepscore.engine.backend.session import Table, nearest_rank, told, whole
from keepscore.engine.backend.terms import Term

WORK = ("function", "in_scope", "effort_minutes")
TOGETHER = 6  # measures counted by their outcomes together: with more of them fewer records are alike
Cell = tuple[int, int, str]  # assignment, period, measure key


@dataclass(slots=True)
class Count:
    """What became of the records of one measure, client and period; versions in force within a period are added."""

    kept: int = 0
    missed: int = 0
    open: int = 0
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    unjudged: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: Fraction = Fraction(0)  # values: sum of the counted figures
    longest: Fraction | None = None

    @property
    def records(self) -> int:
        return self.kept + self.missed + self.open + sum(self.left_out.values()) + sum(self.unjudged.values())


def narrowed(rows: Rows, terms: Sequence[Term], name: str) -> Rows:
    """The same rows computed once and kept: outcomes, figures, the work done and the columns of groups, as narrow as they are."""
    groups = tuple(sorted({column for term in terms for m in term.measures for column in m.groups}))
    key = ("narrowed", name, groups, rows.key)

    def expression() -> Table:
        table = rows.table
        columns = {"i": table.i.cast("int32"), "p": table.p.cast("int32")}
        for j, measure in enumerate(rows.shape.measures):
            columns[f"code_{j}"] = table[f"code_{j}"]
            if measure.kind == "value":
                columns[f"value_{j}"] = table[f"value_{j}"]
        kept = {*groups, *(WORK if rows.shape.basis == "opened" else ())}
        return table.select(**columns, **{column: table[column] for column in sorted(kept)})

    rows.session.keep(name, rows.session.sql(key, expression))
    return Rows(rows.session, name, rows.shape, key)


def count_outcomes(rows: Rows, terms: Sequence[Term], into: dict[Cell, Count]) -> None:
    """Every outcome of every measure of a shape, by assignment and period; a few measures a pass."""
    by_assignment = {term.assignment.index: term for term in terms}
    for first in range(0, len(rows.shape.measures), TOGETHER):
        measures = range(first, min(first + TOGETHER, len(rows.shape.measures)))
        result = rows.session.ask(("counts", first, rows.key), partial(_counts, rows, measures))
        counters = {
            j: [(int(name.split("_")[2]), name) for name in result.column_names if name.startswith(f"n_{j}_")] for j in measures
        }
        for row in dicts(result):
            _add(counters, by_assignment[row["i"]], row, (row["i"], row["p"]), into)


def _counts(rows: Rows, measures: Sequence[int]) -> Table:
    """The records of each outcome, by assignment and period.

    Most records share their outcomes with many others: they are counted by those together first, and then only one row
    of each is asked for each outcome. To ask every record takes three times as long.
    """
    table = rows.table
    figures = [j for j in measures if rows.shape.measures[j].kind == "value"]
    kinds = table.group_by(["i", "p", *(f"code_{j}" for j in measures)]).agg(
        n=table.count(),
        **{f"sum_{j}": table[f"value_{j}"].sum() for j in figures},
        **{f"max_{j}": table[f"value_{j}"].max() for j in figures},
    )
    counters: dict[str, Any] = {}
    for j in measures:
        measure, code = rows.shape.measures[j], kinds[f"code_{j}"]
        for wanted in (*POSSIBLE[measure.kind], *(LEFT_OUT + n for n in range(len(measure.leave_out)))):
            counters[f"n_{j}_{wanted}"] = whole(kinds.n.sum(where=code == wanted))
    for j in figures:
        counted = kinds[f"code_{j}"].isin([KEPT, MISSED])
        counters[f"sum_{j}"] = kinds[f"sum_{j}"].sum(where=counted)
        counters[f"max_{j}"] = kinds[f"max_{j}"].max(where=counted)
    return kinds.group_by(["i", "p"]).agg(**counters)


def _add(
    counters: Mapping[int, Sequence[tuple[int, str]]], term: Term, row: Mapping[str, Any], at: tuple[int, int], into: dict[Cell, Count]
) -> None:
    """`counters`: for each measure its outcomes with the name of the column that counts them."""
    for j in counters:
        measure = term.measures[j]
        counts = {code: n for code, name in counters[j] if (n := row[name])}
        if not counts:
            continue
        cell = into.setdefault((*at, measure.key), Count())
        for code, n in counts.items():
            _add_outcome(cell, code, n, measure.leave_out)
        if row.get(f"sum_{j}") is not None:
            cell.total += Fraction(row[f"sum_{j}"])
            longest = Fraction(row[f"max_{j}"])
            cell.longest = longest if cell.longest is None else max(cell.longest, longest)


def _add_outcome(cell: Count, code: int, n: int, rules: Sequence[Any]) -> None:
    if code == KEPT:
        cell.kept += n
    elif code == MISSED:
        cell.missed += n
    elif code == OPEN:
        cell.open += n
    elif code == CANCELLED:
        cell.left_out[CANCELLED_REASON] += n
    elif code in UNJUDGED:
        cell.unjudged[UNJUDGED[code]] += n
    else:
        cell.left_out[rules[code - LEFT_OUT].reason] += n


Part = tuple[Rows, int, tuple[int, ...] | None]  # rows, position of the measure, the assignments for which it stands there (None: all)


def percentiles(all_rows: Iterable[tuple[Rows, Sequence[Term]]]) -> dict[tuple[Cell, int], Fraction]:
    """Nearest rank on exact values, by cell and percentile: the value at rank ceil(P n / 100) of the n counted ones.

    The ranks of a cell whose records fall under two versions are taken over both, at each percentile that one names.
    """
    parts: dict[str, list[Part]] = {}
    percents: dict[str, set[int]] = {}
    for rows, terms in all_rows:
        for j, measure in enumerate(rows.shape.measures):
            if measure.kind != "value":
                continue
            for key, members in _terms_by_key(terms, j).items():
                parts.setdefault(key, []).append((rows, j, _unless_all(members, terms)))
                percents.setdefault(key, set()).update(() if measure.percentile is None else (measure.percentile,))
    found: dict[tuple[Cell, int], Fraction] = {}
    for key, of in parts.items():
        asked = tuple((rows.key, j, members) for rows, j, members in of)
        for percent in sorted(percents[key]):
            for row in dicts(of[0][0].session.ask(("percentile", percent, asked), partial(_at_rank, of, percent))):
                found[(row["i"], row["p"], key), percent] = Fraction(row["v"])
    return found


def _at_rank(parts: Sequence[Part], percent: int) -> Table:
    exact = "int64" if all(rows.shape.measures[j].clock is not None for rows, j, _ in parts) else "decimal(28,9)"
    selected = []
    for rows, j, members in parts:
        table = rows.table
        table = table.filter(table[f"code_{j}"].isin([KEPT, MISSED]))
        table = table if members is None else table.filter(table.i.isin(members))
        selected.append(table.select("i", "p", v=table[f"value_{j}"].cast(exact)))
    values = selected[0] if len(selected) == 1 else ibis.union(*selected)
    return values.group_by(["i", "p"]).agg(v=nearest_rank(values.v, percent))


def _unless_all(members: Sequence[int], terms: Sequence[Term]) -> tuple[int, ...] | None:
    """The assignments to choose; None where that is everyone."""
    chosen = tuple(sorted(set(members)))
    return None if len(chosen) == len({term.assignment.index for term in terms}) else chosen


def _terms_by_key(terms: Sequence[Term], j: int) -> dict[str, list[int]]:
    keys: dict[str, list[int]] = {}
    for term in terms:
        keys.setdefault(term.measures[j].key, []).append(term.assignment.index)
    return keys


def count_groups(rows: Rows, terms: Sequence[Term], current: int) -> dict[tuple[int, str, str], dict[str | None, list[int]]]:
    """(assignment, measure, column) to {value: [kept, missed]} in the period that is scored."""
    found: dict[tuple[int, str, str], dict[str | None, list[int]]] = {}
    for j, column in sorted({(j, c) for term in terms for j, m in enumerate(term.measures) for c in m.groups}):
        wanted = {t.assignment.index: t.measures[j].key for t in terms if column in t.measures[j].groups}
        members = _unless_all(list(wanted), terms)
        key = ("groups", j, column, current, members, rows.key)
        counted = rows.session.ask(key, partial(_group_counts, rows, j, column, current, members))
        for row in dicts(counted):
            both = found.setdefault((row["i"], wanted[row["i"]], column), {}).setdefault(_text(row[column]), [0, 0])
            both[0] += row["kept"]
            both[1] += row["missed"]
    return found


def _group_counts(rows: Rows, j: int, column: str, current: int, members: tuple[int, ...] | None) -> Table:
    table = rows.table
    table = table.filter(table.p == current, table[f"code_{j}"].isin([KEPT, MISSED]))
    table = table if members is None else table.filter(table.i.isin(members))
    code = table[f"code_{j}"]
    return table.group_by(["i", column]).agg(kept=table.count(where=code == KEPT), missed=table.count(where=code == MISSED))


def judged(rows: Rows, more: Sequence[str] = ()) -> pa.Table:
    """The records of the period that is scored with all that each measure j of the shape found: `code_j`, `value_j`, `limit_j`,
    `over_j`, and the start, end and pauses of each clock. The session was told `current_p` and what span holds it in every zone."""
    names = ["i", "source", "reference", "function", "priority", "site", "opened_at", "due_at", "resolved_at", "counted_at", *more]
    found = [f"{what}_{j}" for j in range(len(rows.shape.measures)) for what in ("code", "value", "limit", "over")]
    spans = [f"{what}{n}" for n in range(len(rows.shape.clocks)) for what in ("s", "e", "pause")]

    def expression() -> Table:
        table = in_current(rows.table)
        return table.filter(table.p == told("current_p", int)).select(*names, *found, *spans)

    return rows.session.ask(("judged", tuple(more), rows.key), expression)


def in_current(table: Table) -> Table:
    """The rows that may belong to the period that is scored, in whichever zone: told by the moment, before anything is judged."""
    return table.filter(table.counted_at >= told("current_first", int), table.counted_at < told("current_last", int))


def open_records(rows: Rows, j: int, members: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The open records of one measure in the period that is scored, with their limit and the time so far."""
    wanted = tuple(sorted(set(members)))

    def expression() -> Table:
        table = rows.table
        table = table.filter(table[f"code_{j}"] == OPEN, table.p == told("current_p", int), table.i.isin(wanted))
        return table.select("i", "reference", "due_at", value=table[f"value_{j}"], limit=table[f"limit_{j}"])

    return dicts(rows.session.ask(("open", j, wanted, rows.key), expression))


def dicts(table: Any) -> Iterator[dict[str, Any]]:
    names = table.column_names
    for values in zip(*(table[name].to_pylist() for name in names), strict=True):
        yield dict(zip(names, values, strict=True))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value.normalize() if isinstance(value, Decimal) else value)
