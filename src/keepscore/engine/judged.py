"""The records behind the numbers: every record of a client's period under every measure that looked at it, as one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.backend.judging import CANCELLED, CANCELLED_REASON, KEPT, LEFT_OUT, MISSED, OPEN, UNJUDGED
from keepscore.engine.backend.passes import judged
from keepscore.engine.backend.rows import Rows
from keepscore.engine.backend.terms import Term
from keepscore.engine.measuring import At
from keepscore.engine.run import Run
from keepscore.engine.tables import MOMENT, RECORDS

JUDGED = pa.schema(
    [
        pa.field("measure", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("reference", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),  # kept, missed, open, left out, cannot be judged
        pa.field("reason", pa.string()),  # why it was left out or cannot be judged
        pa.field("function", pa.string()),
        pa.field("priority", pa.string()),
        pa.field("site", pa.string()),
        pa.field("opened_at", MOMENT, nullable=False),
        pa.field("due_at", MOMENT),
        pa.field("resolved_at", MOMENT),
        pa.field("elapsed", pa.int64()),  # seconds on the contract's clock, pauses taken out
        pa.field("paused", pa.int64()),
        pa.field("limit", pa.int64()),  # seconds
        pa.field("waited", pa.int64()),  # seconds on the client's clock, from the start to the end or as_of
        pa.field("over", pa.int64()),  # misses: seconds past the limit, the target or the promise; null where lateness is not why
        pa.field("counted_at", MOMENT, nullable=False),  # the moment by which the record belongs to the period
    ]
)
WORDS: Mapping[int, tuple[str, str | None]] = {
    KEPT: ("kept", None), MISSED: ("missed", None), OPEN: ("open", None), CANCELLED: ("left out", CANCELLED_REASON),
    **{code: ("cannot be judged", reason) for code, reason in UNJUDGED.items()},
}  # fmt: skip
TEXTS = ("source", "reference", "function", "priority", "site")
MOMENTS = ("opened_at", "due_at", "resolved_at", "counted_at")
ORDER = ("i", "measure", "after_misses", "before_limit", "opened_at", "source", "reference")


def judged_rows(run: Run, scored: Sequence[At]) -> dict[int, pa.Table]:
    """By assignment, the judged records of its period: by measure, misses first, furthest over first, then in order of opening.

    Columns: `JUDGED` and the columns that the contract's measures are grouped by. One question a shape, for all clients.
    """
    wanted = {at.assignment.index: {m.key for m in at.version.measures} for at in scored}
    more = sorted({c for at in scored for m in at.version.measures for c in m.groups} - set(JUDGED.names))
    parts = [
        part
        for rows, terms in run.built
        for part in _parts(judged(rows, more), rows, terms, wanted, more)
    ]  # fmt: skip
    kinds = {item.name: item.type for item in run.session.schemas["records"]}
    further = [pa.field(name, kinds[name]) for name in more]
    whole = pa.concat_tables(parts, promote_options="default") if parts else None
    if whole is not None:
        whole = whole.sort_by([(name, "ascending") for name in ORDER])
    return {at.assignment.index: _own(whole, at, further) for at in scored}


def _own(whole: pa.Table | None, at: At, further: Sequence[pa.Field]) -> pa.Table:
    """The rows of one assignment, which stand together, with the columns of its own contract."""
    groups = {column for measure in at.version.measures for column in measure.groups}
    schema = pa.schema([*JUDGED, *(item for item in further if item.name in groups)])
    if whole is None:
        return schema.empty_table()
    first, last = np.searchsorted(whole["i"].to_numpy(), [at.assignment.index, at.assignment.index + 1])
    return whole.slice(first, last - first).select(schema.names).cast(schema)


def _parts(
    table: pa.Table, rows: Rows, terms: Sequence[Term], wanted: Mapping[int, set[str]], more: Sequence[str]
) -> list[pa.Table]:
    """One table a measure of the shape: its code in words, its figures under the names of `JUDGED`."""
    parts = []
    by_assignment = {term.assignment.index: term for term in terms}  # versions of one shape agree in keys and reasons
    for j, shape in enumerate(rows.shape.measures):
        keys = {i: term.measures[j].key for i, term in by_assignment.items() if term.measures[j].key in wanted.get(i, ())}
        own = table.filter(pc.and_(pc.is_valid(table[f"code_{j}"]), pc.is_in(table["i"], value_set=pa.array(keys, pa.int64()))))
        if not own.num_rows:
            continue
        texts = {i: [rule.reason for rule in term.measures[j].leave_out] for i, term in by_assignment.items()}
        words = _words(own["i"].to_numpy(), own[f"code_{j}"].to_numpy(), keys, texts)
        columns = {name: own[name] for name in ("i", *TEXTS, *more)} | words | _figures(own, j, shape.clock)
        columns |= {name: _moments(own[name]) for name in MOMENTS} | _over(own[f"over_{j}"], words["outcome"])
        parts.append(pa.table(columns))
    return parts


def _words(at: Any, code: Any, keys: Mapping[int, str], texts: Mapping[int, Sequence[str]]) -> dict[str, pa.Array]:
    """Measure, outcome and reason of each row, told once for each pair of assignment and code."""
    pairs, place = np.unique(np.stack([at, code.astype(np.int64)]), axis=1, return_inverse=True)
    told = [WORDS.get(c) or ("left out", texts[i][c - LEFT_OUT]) for i, c in pairs.T.tolist()]
    rows = pa.array(place.reshape(-1))
    columns = {"measure": [keys[i] for i in pairs[0].tolist()], "outcome": [o for o, _ in told], "reason": [r for _, r in told]}
    return {name: pa.array(values, pa.string()).take(rows) for name, values in columns.items()}


def _figures(own: pa.Table, j: int, clock: int | None) -> dict[str, Any]:
    limit = own[f"limit_{j}"].cast(pa.int64())
    if clock is None:
        nothing = pa.nulls(own.num_rows, pa.int64())
        return {"elapsed": nothing, "paused": nothing, "limit": limit, "waited": nothing}
    begun, ended = own[f"s{clock}"], own[f"e{clock}"]
    timed = pc.is_valid(begun)
    waited = pc.if_else(timed, pc.max_element_wise(pc.subtract(ended, begun), 0), None)
    elapsed, paused = (pc.if_else(timed, own[name].cast(pa.int64()), None) for name in (f"value_{j}", f"pause{clock}"))
    return {"elapsed": elapsed, "paused": paused, "limit": limit, "waited": waited}


def _over(over: Any, outcome: pa.Array) -> dict[str, Any]:
    """Seconds over of the misses that were late, and what puts misses first and the furthest of them before the others."""
    missed = pc.equal(outcome, "missed")
    over = pc.if_else(pc.and_(missed, pc.greater(pc.fill_null(over, 0), 0)), over, None).cast(pa.int64())
    return {"over": over, "after_misses": pc.invert(missed).cast(pa.int8()), "before_limit": pc.negate(pc.fill_null(over, 0))}


def _moments(seconds: Any) -> Any:
    return seconds.cast(pa.timestamp("s", tz="UTC")).cast(RECORDS.field("opened_at").type)
