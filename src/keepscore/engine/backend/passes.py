"""The questions put to the rows: one GROUP BY for everything additive, exact ranks for percentiles, and the work done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa

from keepscore.engine.backend.judging import CANCELLED, CANCELLED_REASON, KEPT, LEFT_OUT, MISSED, OPEN, UNJUDGED
from keepscore.engine.backend.rows import Rows
from keepscore.engine.backend.session import Session, Table
from keepscore.engine.backend.terms import Term

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


def narrowed(session: Session, rows: Rows, terms: Sequence[Term], name: str) -> Rows:
    """The same rows computed once and kept: outcomes, figures and the columns of groups, as narrow as they are."""
    columns = {"i": rows.table.i.cast("int32"), "p": rows.table.p.cast("int32")}
    for j, measure in enumerate(rows.shape.measures):
        columns[f"code_{j}"] = rows.table[f"code_{j}"]
        if measure.kind == "value":
            columns[f"value_{j}"] = rows.table[f"value_{j}"]
    columns |= {column: rows.table[column] for term in terms for m in term.measures for column in m.groups}
    return Rows(session.keep(name, session.compile(rows.table.select(**columns))), rows.shape)


def count_outcomes(session: Session, rows: Rows, terms: Sequence[Term], into: dict[Cell, Count]) -> None:
    """One pass: every outcome of every measure of a shape, by assignment and period."""
    result = session.run(rows.table.group_by(["i", "p"]).agg(**_counters(rows)))
    by_assignment = {term.assignment.index: term for term in terms}
    counters = [
        [(int(name.split("_")[2]), name) for name in result.column_names if name.startswith(f"n_{j}_")]
        for j in range(len(rows.shape.measures))
    ]
    for row in dicts(result):
        _add(counters, by_assignment[row["i"]], row, (row["i"], row["p"]), into)


def _counters(rows: Rows) -> dict[str, Any]:
    counters: dict[str, Any] = {}
    for j, measure in enumerate(rows.shape.measures):
        code = rows.table[f"code_{j}"]
        codes = [KEPT, MISSED, OPEN, CANCELLED, *UNJUDGED, *(LEFT_OUT + n for n in range(len(measure.leave_out)))]
        for wanted in codes:
            counters[f"n_{j}_{wanted}"] = rows.table.count(where=code == wanted)
        if measure.kind == "value":
            counted, value = code.isin([KEPT, MISSED]), rows.table[f"value_{j}"]
            counters[f"sum_{j}"] = value.sum(where=counted)
            counters[f"max_{j}"] = value.max(where=counted)
    return counters


def _add(
    counters: Sequence[Sequence[tuple[int, str]]], term: Term, row: Mapping[str, Any], at: tuple[int, int], into: dict[Cell, Count]
) -> None:
    """`counters`: for each measure its outcomes with the name of the column that counts them."""
    for j, measure in enumerate(term.measures):
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


def percentiles(session: Session, all_rows: Iterable[tuple[Rows, Sequence[Term]]]) -> dict[tuple[Cell, int], Fraction]:
    """Nearest rank on exact values, by cell and percentile: the value at rank ceil(P n / 100) of the n counted ones.

    The ranks of a cell whose records fall under two versions are taken over both, at each percentile that one names.
    """
    parts: dict[str, list[tuple[Table, Any, bool]]] = {}
    percents: dict[str, set[int]] = {}
    for rows, terms in all_rows:
        for j, measure in enumerate(rows.shape.measures):
            if measure.kind != "value":
                continue
            for key, members in _terms_by_key(terms, j).items():
                table = rows.table.filter(rows.table[f"code_{j}"].isin([KEPT, MISSED]), rows.table.i.isin(members))
                parts.setdefault(key, []).append((table, table[f"value_{j}"], measure.clock is not None))
                percents.setdefault(key, set()).update(() if measure.percentile is None else (measure.percentile,))
    found: dict[tuple[Cell, int], Fraction] = {}
    for key, tables in parts.items():
        exact = "int64" if all(is_seconds for _, _, is_seconds in tables) else "decimal(28,9)"
        selected = [table.select("i", "p", v=value.cast(exact)) for table, value, _ in tables]
        values = selected[0] if len(selected) == 1 else ibis.union(*selected)
        for percent in sorted(percents[key]):
            cells = values.group_by(["i", "p"]).agg(n=values.count(), sorted=values.v.collect().sort())
            at_rank = cells.select("i", "p", v=cells.sorted[(cells.n * percent + 99) // 100 - 1])
            for row in dicts(session.run(at_rank)):
                found[(row["i"], row["p"], key), percent] = Fraction(row["v"])
    return found


def _terms_by_key(terms: Sequence[Term], j: int) -> dict[str, list[int]]:
    keys: dict[str, list[int]] = {}
    for term in terms:
        keys.setdefault(term.measures[j].key, []).append(term.assignment.index)
    return keys


def count_groups(
    session: Session, rows: Rows, terms: Sequence[Term], current: int
) -> dict[tuple[int, str, str], dict[str | None, list[int]]]:
    """(assignment, measure, column) to {value: [kept, missed]} in the period that is scored."""
    found: dict[tuple[int, str, str], dict[str | None, list[int]]] = {}
    for j, column in sorted({(j, c) for term in terms for j, m in enumerate(term.measures) for c in m.groups}):
        wanted = {t.assignment.index: t.measures[j].key for t in terms if column in t.measures[j].groups}
        table = rows.table.filter(rows.table.p == current, rows.table.i.isin(list(wanted)))
        code = table[f"code_{j}"]
        counted = table.filter(code.isin([KEPT, MISSED])).group_by(["i", column])
        counted = counted.agg(
            kept=lambda t, j=j: t.count(where=t[f"code_{j}"] == KEPT), missed=lambda t, j=j: t.count(where=t[f"code_{j}"] == MISSED)
        )
        for row in dicts(session.run(counted)):
            both = found.setdefault((row["i"], wanted[row["i"]], column), {}).setdefault(_text(row[column]), [0, 0])
            both[0] += row["kept"]
            both[1] += row["missed"]
    return found


def judged(session: Session, rows: Rows, current: tuple[int, int, int], more: Sequence[str] = ()) -> pa.Table:
    """The records of one period with all that each measure j of the shape found: `code_j`, `value_j`, `limit_j`, `over_j`,
    and the start, end and pauses of each clock. `current`: index of the period, and a span that holds it in every zone."""
    period, first, last = current
    table = rows.table.filter(rows.table.counted_at >= first, rows.table.counted_at < last)
    table = table.filter(table.p == period)
    names = ["i", "source", "reference", "function", "priority", "site", "opened_at", "due_at", "resolved_at", "counted_at", *more]
    found = [f"{what}_{j}" for j in range(len(rows.shape.measures)) for what in ("code", "value", "limit", "over")]
    spans = [f"{what}{n}" for n in range(len(rows.shape.clocks)) for what in ("s", "e", "pause")]
    return session.run(table.select(*names, *found, *spans))


def open_records(session: Session, rows: Rows, j: int, current: int, assignments: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The open records of one measure and period, with their limit and the time so far."""
    table = rows.table.filter(rows.table[f"code_{j}"] == OPEN, rows.table.p == current, rows.table.i.isin(list(assignments)))
    return dicts(session.run(table.select("i", "reference", "due_at", value=table[f"value_{j}"], limit=table[f"limit_{j}"])))


def dicts(table: Any) -> Iterator[dict[str, Any]]:
    names = table.column_names
    for values in zip(*(table[name].to_pylist() for name in names), strict=True):
        yield dict(zip(names, values, strict=True))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value.normalize() if isinstance(value, Decimal) else value)
